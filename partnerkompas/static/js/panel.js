// The filter panel on a narrow screen. It opens and closes by its address (#filters), also without this module;
// this adds: the rest of the page is out of reach while it is open, Escape closes, the focus goes back.

const form = document.querySelector("#filters");
const opener = () => document.querySelector(".filters-open");
const rest = () => [...document.querySelectorAll("body > :not(main):not(script), main .page-head, #resultaten")];
const narrow = matchMedia("(max-width: 59.99rem)");

/** Whether the panel now covers the page. */
const isOpen = () => narrow.matches && location.hash === "#filters";

function follow() {
  for (const element of rest()) element.inert = isOpen();
  if (isOpen()) document.querySelector("#filters-title").focus();
}

/** The button says how many partners it will show. */
function count() {
  const button = form.querySelector(".filters-foot button");
  button.textContent = button.dataset.show.replace("{n}", document.querySelector("#resultaten").dataset.total);
  document.querySelector("#resultaten").inert = isOpen();
}

function close() {
  location.hash = "#resultaten";
}

if (form) {
  addEventListener("hashchange", (event) => {
    const wasOpen = new URL(event.oldURL).hash === "#filters";
    follow();
    if (wasOpen && !isOpen()) opener()?.focus({ preventScroll: true });
  });
  narrow.addEventListener("change", follow);
  addEventListener("keydown", (event) => { if (event.key === "Escape" && isOpen()) close(); });
  form.addEventListener("renewed", count);
  count();
  if (isOpen()) follow();
}
