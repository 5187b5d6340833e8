// Passkeys: asks the server what to sign, lets the browser do it, and sends what came out. Without this module there are codes.

const place = document.querySelector("[data-passkey]");

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const post = (address, body) => fetch(address, {
  method: "POST",
  headers: { "Content-Type": "application/json", "X-CSRFToken": place.dataset.token },
  body: JSON.stringify(body),
});

/** The options of the server as the browser wants them: with bytes where JSON had text. */
function readable(options) {
  const known = (list) => (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));
  const read = { ...options, challenge: bytes(options.challenge) };
  if (options.user) read.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) read.excludeCredentials = known(options.excludeCredentials);
  if (options.allowCredentials) read.allowCredentials = known(options.allowCredentials);
  return read;
}

/** What the browser made as the server reads it: with text where it had bytes. */
function sendable(credential) {
  const { response } = credential;
  const parts = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) parts[name] = text(response[name]);
  }
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response: parts };
}

/** What the server said in JSON; nothing when it answered with a page, as it does when a session or a token is over. */
const read = (answer) => (answer.headers.get("Content-Type")?.startsWith("application/json") ? answer.json() : null);

/** Asks, signs and sends. What is to be said when it did not work, if anything. */
async function run() {
  const { failed, asked, sent, passkey } = place.dataset;
  const called = place.querySelector("#called");
  const name = called ? { called: called.value } : {};
  const question = await post(asked, name);
  const options = await read(question);
  if (options?.next) return location.assign(options.next);
  if (!question.ok || !options) return options?.problem ?? failed;
  const publicKey = readable(options);
  const made = passkey === "make"
    ? await navigator.credentials.create({ publicKey })
    : await navigator.credentials.get({ publicKey });
  const answer = await post(sent, { ...sendable(made), ...name });
  const told = await read(answer);
  if (told?.next) return location.assign(told.next);
  if (!answer.ok || told) return told?.problem ?? failed;
  if (answer.redirected) return location.assign(answer.url);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html"); // recovery codes, which are shown once
  document.querySelector("main").replaceWith(page.querySelector("main"));
  document.title = page.title;
  document.querySelector("main").focus();
}

/** What an error of the browser means to who sees it. */
function meaning(error) {
  const { failed, stopped, known } = place.dataset;
  return { NotAllowedError: stopped, InvalidStateError: known }[error.name] ?? failed;
}

if (place && window.PublicKeyCredential) {
  const button = place.querySelector("button");
  const line = place.querySelector("[role=status]");
  place.querySelector(".no-passkey").hidden = true;
  (place.querySelector(".form") ?? button).hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    line.textContent = "";
    line.textContent = (await run().catch(meaning)) ?? "";
    button.disabled = false;
  });
}
