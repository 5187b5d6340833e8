// Keys for who checks a lot: one sign each, never in a field or with a modifier, and to be switched off (WCAG 2.1.4).
// A key does what its element on the page does ([data-key]); j, k and o walk a list that has none. Texts are in the page.

const { home } = document.querySelector("script[data-home]").dataset;
const dialog = document.querySelector("#sneltoetsen");
const opener = document.querySelector("[data-keys-open]");
const box = document.querySelector("[data-keys-on]");
const KEPT = "partnerkompas.sneltoetsen";
const PAUSE = 1500; // milliseconds within which the second of two keys follows

let first = "";
let firstAt = 0;

/** Whether keys are wanted; a browser that keeps nothing has them until the page is left. */
function kept() {
  try {
    return localStorage.getItem(KEPT) !== "uit";
  } catch {
    return true;
  }
}

function keep(on) {
  try {
    if (on) localStorage.removeItem(KEPT);
    else localStorage.setItem(KEPT, "uit");
  } catch { /* private window: the switch holds for this page */ }
}

const isField = (element) => element.isContentEditable
  || element.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=button], [type=submit])");

/** The first link of each line that can be seen. */
const lines = () => [...document.querySelectorAll("main .lines > li")]
  .map((line) => line.querySelector("a"))
  .filter((link) => link?.checkVisibility());

/** Put the focus on the line before or after the one that has it. */
function walk(step) {
  const every = lines();
  const now = every.findIndex((link) => link.closest(".lines > li").contains(document.activeElement));
  const next = now < 0 ? (step > 0 ? 0 : every.length - 1) : now + step;
  every[next]?.focus();
}

function open() {
  const held = document.activeElement;
  const line = held.closest(".lines > li");
  (line && held.matches("a") ? held : line?.querySelector("a"))?.click();
}

/** Do what an element does; a choice is made, and what it asks for comes next. */
function press(element) {
  if (!element.matches("input")) return element.click();
  element.click();
  element.form.querySelector("textarea")?.focus();
}

/** Whether a key means something here; if so it was done. */
function does(key) {
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (key === "?") dialog.showModal();
  else if (key === "g w") location.assign(home);
  else if (target) press(target);
  else if (!lines().length) return false;
  else if (key === "j") walk(1);
  else if (key === "k") walk(-1);
  else if (key === "o") open();
  else return false;
  return true;
}

function onKey(event) {
  if (!box.checked || dialog.open || event.defaultPrevented || event.repeat || event.isComposing) return;
  if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return;
  const pair = `${first} ${event.key}`;
  const together = first && event.timeStamp - firstAt < PAUSE;
  first = event.key === "g" ? "g" : "";
  firstAt = event.timeStamp;
  if (does(together ? pair : event.key)) event.preventDefault();
}

if (dialog?.showModal) {
  box.checked = kept();
  box.addEventListener("change", () => keep(box.checked));
  opener.parentElement.hidden = false;
  opener.addEventListener("click", () => dialog.showModal());
  addEventListener("keydown", onKey);
}
