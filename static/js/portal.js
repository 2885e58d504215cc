/* What a script adds to pages that work without it. Each part looks for its own data- attribute. */

/* The error summary takes the focus when the page opens, and its links put it into the field. */
for (const summary of document.querySelectorAll("[data-takes-focus]")) {
  summary.focus();
}

for (const link of document.querySelectorAll("a[data-focuses]")) {
  link.addEventListener("click", (event) => {
    const field = document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    const group = field.closest("fieldset, .govuk-form-group");
    (group ?? field).scrollIntoView();
    field.focus({ preventScroll: true });
  });
}

/* A box with a longest text says how much still fits, aloud only after a pause in the typing. */
for (const count of document.querySelectorAll("[data-counts]")) {
  const box = document.getElementById(count.dataset.counts);
  const most = Number(count.dataset.atMost);
  const spoken = document.createElement("span");
  spoken.className = "govuk-visually-hidden";
  spoken.setAttribute("aria-live", "polite");
  count.after(spoken);
  let pause;
  const say = () => {
    // A browser sends each line end as two signs, and the server counts one.
    const left = most - [...box.value].length;
    const words = left < 0 ? count.dataset.over : count.dataset.left;
    count.textContent = words.replace("{n}", Math.abs(left).toLocaleString(document.documentElement.lang));
    count.toggleAttribute("data-is-over", left < 0);
    clearTimeout(pause);
    pause = setTimeout(() => {
      spoken.textContent = count.textContent;
    }, 1000);
  };
  box.addEventListener("input", say);
  if (box.value) say();
}

/* form[data-keeps]: leaving with unsaved words asks first. */
const changed = new Set();
for (const form of document.querySelectorAll("form[data-keeps]")) {
  // A form that came back with errors holds words that are not saved yet.
  if (form.querySelector("[aria-invalid]")) changed.add(form);
  form.addEventListener("input", () => changed.add(form));
  form.addEventListener("submit", () => changed.clear());
}
window.addEventListener("beforeunload", (event) => {
  if (changed.size) event.preventDefault();
});

/* A second click on a button that sends does nothing for a while. The server would not be harmed; the
   person would wonder. After that it may be tried again: the first may have been lost on the way. */
const allowAgain = (form) => {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
};

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll("button:not([type=button])")) button.setAttribute("aria-disabled", "true");
  setTimeout(() => allowAgain(form), 8000);
});

window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(allowAgain);
});

/* button[data-prints hidden] */
for (const button of document.querySelectorAll("[data-prints]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

/* button[data-copies="text" data-done="Copied" hidden] */
for (const button of document.querySelectorAll("[data-copies]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copies);
    button.textContent = button.dataset.done;
  });
}

/* form[data-filters]: a list narrows down as soon as a choice is made; typing still waits for the button. */
for (const form of document.querySelectorAll("form[data-filters]")) {
  form.addEventListener("change", (event) => {
    if (event.target.matches("select, [type=checkbox], [type=radio]")) form.requestSubmit();
  });
}

/* input[data-narrows="id of a list" hidden]: hides the items that do not hold the words typed. */
const plain = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
for (const box of document.querySelectorAll("input[data-narrows]")) {
  const items = [...document.getElementById(box.dataset.narrows).children];
  const said = document.getElementById(`${box.dataset.narrows}-count`);
  box.closest("[hidden]")?.removeAttribute("hidden");
  box.addEventListener("input", () => {
    const wanted = plain(box.value.trim());
    for (const item of items) item.hidden = !plain(item.textContent).includes(wanted);
    if (said) said.textContent = items.filter((item) => !item.hidden).length;
  });
}

/* The two clocks keep going. */
const clocks = [...document.querySelectorAll("time[data-clock]")];
const tick = () => {
  for (const time of clocks) {
    const now = new Date().toLocaleTimeString("en-GB", { timeZone: time.dataset.clock, hour: "2-digit", minute: "2-digit" });
    if (time.textContent === now) continue;
    time.textContent = now;
    const [hour, minute] = now.split(":").map(Number);
    const face = time.closest(".clock");
    face.querySelector("[data-hand=hour]").setAttribute("transform", `rotate(${(hour % 12) * 30 + minute / 2} 30 30)`);
    face.querySelector("[data-hand=minute]").setAttribute("transform", `rotate(${minute * 6} 30 30)`);
  }
};
if (clocks.length) setInterval(tick, 5000);

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
  if (!session || !isFromMemory(event)) return;
  document.body.style.visibility = "hidden";
  // [data-each-look-counts]: a page whose every look is written down is asked for each time.
  const mayStay = !document.querySelector("[data-each-look-counts]") && (await isOfThisSession());
  if (mayStay) document.body.style.visibility = "";
  else loadAnew();
});
