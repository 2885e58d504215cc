// Makes a passkey, or signs with one, for each form marked data-passkey. webauthn-json.js comes first:
// it translates between the bytes of the browser and the JSON of the server.

const passkeys = window.webauthnJSON;

const ceremonies = {
  // The server's question lies in the page.
  use: (form) => passkeys.get(optionsIn(form)),
  // Nobody is known yet: the question is fetched, and the passkey says who it is.
  fetch: async (form) => {
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`The server answered ${answer.status}`);
    return passkeys.get((await answer.json()).request_options);
  },
  make: (form) => passkeys.create(withResidence(optionsIn(form), form.elements.passwordless.checked)),
};

function optionsIn(form) {
  return JSON.parse(document.getElementById(form.dataset.passkeyOptions).textContent);
}

// A passkey that is to sign in alone must live on the device and ask for a PIN or a finger.
function withResidence(options, alone) {
  const choice = (options.publicKey.authenticatorSelection ??= {});
  choice.residentKey = alone ? "required" : "discouraged";
  choice.requireResidentKey = alone;
  if (alone) choice.userVerification = "required";
  return options;
}

async function sign(form) {
  const trouble = form.querySelector("[data-passkey-trouble]");
  trouble.hidden = true;
  try {
    form.elements.credential.value = JSON.stringify(await ceremonies[form.dataset.passkey](form));
  } catch {
    trouble.hidden = false;
    return;
  }
  form.submit();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!passkeys?.supported()) continue;
  form.hidden = false;
  form.querySelector("button").addEventListener("click", () => sign(form));
}
