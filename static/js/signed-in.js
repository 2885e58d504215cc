/* body[data-session data-session-address]: a page that somebody saw who was signed in. When it comes back from
   the browser's memory, or from its store by the button Back, it is shown only to the same session. */

const { session, sessionAddress } = document.body.dataset;

const isFromMemory = (event) => {
  if (event.persisted) return true;
  const [entry] = performance.getEntriesByType("navigation");
  return entry?.type === "back_forward" && !entry.transferSize;
};

const isOfThisSession = async () => {
  try {
    const answer = await fetch(sessionAddress, { cache: "no-store", signal: AbortSignal.timeout(5000) });
    return !answer.ok || (await answer.text()) === session;
  } catch {
    return true; // no network: guests on the way still read their itinerary
  }
};

const loadAnew = () => {
  // A form on the page must not ask whether to stay: there is nothing to stay for.
  window.addEventListener("beforeunload", (event) => event.stopImmediatePropagation(), { capture: true });
  location.reload();
};

window.addEventListener("pageshow", async (event) => {
  if (!isFromMemory(event)) return;
  document.body.style.visibility = "hidden";
  // [data-each-look-counts]: a page whose every look is written down is asked for each time.
  const mayStay = !document.querySelector("[data-each-look-counts]") && (await isOfThisSession());
  if (mayStay) document.body.style.visibility = "";
  else loadAnew();
});
