// Drafts save themselves: a moment after typing and on leaving a field, what changed is sent as the button sends it.
// Only places that changed are sent, so nobody meets a conflict about what they did not touch. A file waits for the
// button, and so does a place that somebody else changed: there a person chooses. Without this module there is the button.

const form = document.querySelector("form.answers");
const line = form.querySelector("[data-saving]");
const cells = new Map([...form.querySelectorAll("[data-cell]")].map((cell) => [cell.dataset.cell, cell]));
const PAUSE = 1500; // milliseconds without typing
const AGAIN = 10_000; // until what failed is tried again

const kept = new Map(); // what the server has of each place, as it was sent
const held = new Set(); // places that only the button saves
let timer = 0;
let running = null;
let leaving = false;
let asked = ""; // what a person has to do, as long as any place is held

/** What stands at each place, as it is sent, without its version and without files. */
function contents(of) {
  const found = new Map([...cells.keys()].map((name) => [name, []]));
  for (const [field, value] of new FormData(of)) {
    const cut = field.lastIndexOf(":");
    if (typeof value === "string" && field.slice(cut) !== ":versie") found.get(field.slice(0, cut))?.push([field, value]);
  }
  return found;
}

const version = (name) => form.elements[`${name}:versie`];
const changed = (now) => [...now.keys()].filter((name) => JSON.stringify(now.get(name)) !== kept.get(name));
const sent = (now, names) => names.flatMap((name) => [[`${name}:versie`, version(name).value], ...now.get(name)]);

/** Whether anything would be lost by leaving. */
const isUnsaved = () => changed(contents(form)).length > 0
  || [...form.querySelectorAll("input[type=file]")].some((field) => field.files.length > 0);

function say(text) {
  if (line.textContent !== text) line.textContent = text;
}

function saveIn(milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(save, milliseconds);
}

/** Send what changed; one after another, so that the next knows the versions of the one before. */
async function save() {
  clearTimeout(timer);
  const before = running;
  const own = (async () => {
    await before;
    await send();
  })();
  running = own;
  await own;
  if (running === own) running = null;
}

async function send() {
  const now = contents(form);
  const names = changed(now).filter((name) => !held.has(name));
  if (!names.length || !form.isConnected) return; // not connected: the session was over
  let answer;
  let page;
  try {
    const body = new URLSearchParams([["csrf_token", form.elements.csrf_token.value], ...sent(now, names)]);
    answer = await fetch(form.action, { method: "POST", body });
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    say(line.dataset.offline);
    return saveIn(AGAIN);
  }
  const told = page.querySelector("form.answers");
  if (page.querySelector("[data-waiting]")) sessionIsOver(page);
  else if (told) take(page, told, now, names);
  else if (answer.status === 403 || page.querySelector("[data-may-not]")) say(line.dataset.ended);
  else if (answer.status >= 400 && answer.status < 500) say(line.dataset.again);
  else {
    say(line.dataset.failed);
    saveIn(AGAIN);
  }
}

/** Bring what the server tells onto the page; what is in the fields stays. */
function take(page, told, now, names) {
  form.elements.csrf_token.value = told.elements.csrf_token.value;
  if (told.hasAttribute("data-unsaved")) {
    renew(page, document, "summary");
    for (const name of names) held.add(name);
    return say(asked = line.dataset.again);
  }
  const inHand = []; // what is wrong while it is still being filled in is told when one leaves it
  for (const name of names) {
    const [cell, fresh] = [cells.get(name), told.querySelector(`[data-cell="${CSS.escape(name)}"]`)];
    const wrong = fresh?.hasAttribute("data-wrong");
    const theirs = fresh?.hasAttribute("data-theirs");
    if (theirs) {
      held.add(name);
      asked = line.dataset.theirs;
    }
    if (!fresh) {
      held.add(name); // a release took the question away: the button cannot save it either
      asked = line.dataset.gone;
      continue;
    }
    if (wrong) kept.delete(name); // also when it is put back, for the page says it is wrong
    else if (!theirs) kept.set(name, JSON.stringify(now.get(name)));
    if (!wrong) version(name).value = fresh.querySelector(`[name="${CSS.escape(name)}:versie"]`).value;
    if (wrong && cell.contains(document.activeElement)) inHand.push(name);
    else retell(cell, fresh);
  }
  const faults = told.querySelectorAll("[data-cell][data-wrong]").length;
  const others = told.querySelector("[data-cell][data-theirs]");
  if (others || asked === line.dataset.gone || faults !== inHand.length || !faults) renew(page, document, "summary");
  const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const saved = line.dataset.saved.replace("{time}", time);
  say(asked || (faults > inHand.length ? line.dataset.wrong : faults ? line.dataset.unfinished : saved));
}

/** Exchange one part that the server tells. */
function renew(from, to, name) {
  const [fresh, old] = [from, to].map((part) => part.querySelector(`[data-told="${CSS.escape(name)}"]`));
  if (!fresh || !old || fresh.innerHTML === old.innerHTML) return;
  for (const each of fresh.querySelectorAll("[autofocus]")) each.removeAttribute("autofocus");
  old.replaceChildren(...fresh.childNodes);
}

/** Exchange what the server tells of a place, and mark the fields it is about. */
function retell(cell, fresh) {
  for (const part of cell.querySelectorAll("[data-told]")) renew(fresh, cell, part.dataset.told);
  const mark = (selector, copy) => {
    const now = fresh.querySelectorAll(selector);
    cell.querySelectorAll(selector).forEach((old, place) => now[place] && copy(old, now[place]));
  };
  mark(".field", (old, now) => old.classList.toggle("field-wrong", now.classList.contains("field-wrong")));
  mark(`[name="${CSS.escape(cell.dataset.cell)}:waarde"]`, (old, now) => {
    for (const name of ["aria-invalid", "aria-describedby"]) {
      if (now.hasAttribute(name)) old.setAttribute(name, now.getAttribute(name));
      else old.removeAttribute(name);
    }
  });
}

/** The page that says so takes the place of this one; everything unsaved waits in it, also what was typed just now. */
function sessionIsOver(page) {
  const now = contents(form);
  const waiting = page.querySelector("[data-waiting]");
  for (const old of waiting.querySelectorAll("input")) old.remove();
  for (const [name, value] of sent(now, changed(now))) {
    const field = page.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    waiting.prepend(field);
  }
  waiting.addEventListener("submit", () => { leaving = true; });
  document.querySelector("main").replaceWith(page.querySelector("main"));
  document.title = page.title;
  document.querySelector("main").focus();
}

/** Follow a link once everything is saved, so that leaving asks only about what cannot be. */
async function follow(event) {
  const link = event.target.closest("a[href]");
  const aside = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button;
  if (!link || link.target || aside || link.getAttribute("href").startsWith("#") || !form.isConnected || !isUnsaved()) return;
  event.preventDefault();
  await save();
  location.assign(link.href);
}

const served = form.cloneNode(true);
served.reset(); // what a browser filled in again after going back is not what the server has
for (const [name, content] of contents(served)) kept.set(name, JSON.stringify(content));
for (const [name, cell] of cells) {
  const unsaved = form.hasAttribute("data-unsaved") || cell.hasAttribute("data-theirs");
  if (unsaved) {
    held.add(name);
    asked = form.hasAttribute("data-unsaved") ? line.dataset.again : line.dataset.theirs;
  }
  if (unsaved || cell.hasAttribute("data-wrong")) kept.delete(name);
}

form.addEventListener("input", () => saveIn(PAUSE));
form.addEventListener("focusout", () => saveIn(0));
form.addEventListener("submit", async (event) => {
  clearTimeout(timer);
  leaving = !running;
  if (leaving) return;
  event.preventDefault(); // the button needs the versions that are on their way
  await running;
  form.requestSubmit(event.submitter);
});
document.addEventListener("click", follow);
document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
addEventListener("online", () => saveIn(0));
addEventListener("offline", () => { if (isUnsaved()) say(line.dataset.offline); });
addEventListener("pageshow", () => { leaving = false; });
addEventListener("beforeunload", (event) => { if (!leaving && isUnsaved()) event.preventDefault(); });
