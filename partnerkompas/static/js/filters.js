// Filters apply at once: the same address is fetched and its results, counts and chips replace the old ones. Each result
// that is shown is a step, which Back takes back. Without this module the form and the links do the same with a page load.

const form = document.querySelector("#filters");
const status = document.querySelector("#melding");
const bar = document.querySelector("#balk");
let running = null;
let timer = 0;

/** An address without its hash, which only opens and closes the panel. */
const place = (url) => url.pathname + url.search;

/** Where the reader is: the address of the newest step, which may be shown only in a moment. */
let at = place(location);

const results = () => document.querySelector("#resultaten");

/** The address that the form stands for, without empty fields. */
function address() {
  const url = new URL(form.action);
  for (const [name, value] of new FormData(form)) {
    if (value !== "") url.searchParams.append(name, value);
  }
  return url;
}

/** What a list says besides how many it found. */
const notices = (list) => [...list.querySelectorAll(":scope > .notice")].map((notice) => notice.textContent);

/** What an input is, across two versions of the page. */
const key = (input) => `${input.name}=${input.value}`;

/** What was open in the old part opens in the new one. */
function reopen(old, now) {
  const open = new Set([...old.querySelectorAll("details[open][data-key]")].map((details) => details.dataset.key));
  for (const details of now.querySelectorAll("details[data-key]")) details.open ||= open.has(details.dataset.key);
}

/** Fill a part with the contents of its new version; what had the focus keeps it. */
function exchange(old, now) {
  const held = old.contains(document.activeElement) ? document.activeElement : null;
  reopen(old, now);
  old.replaceChildren(...now.childNodes);
  if (held?.name) [...old.querySelectorAll("input")].find((input) => key(input) === key(held))?.focus({ preventScroll: true });
}

/** Bring the form's counts and ticks up to date while every element stays where it is. `typing`: the field in which
 * somebody may be typing keeps its text. */
function renew(fresh, typing) {
  const facets = (element) => [...element.querySelectorAll("[data-facet]")].map((part) => part.dataset.facet).join();
  if (facets(form) !== facets(fresh)) return exchange(form, fresh);
  const boxes = new Map([...fresh.querySelectorAll("input[type=checkbox]")].map((box) => [key(box), box]));
  for (const box of form.querySelectorAll("input[type=checkbox]")) {
    const now = boxes.get(key(box));
    if (!now) continue;
    box.checked = now.checked;
    box.disabled = now.disabled && box !== document.activeElement;
    const count = (of) => of.closest("label").querySelector(".n");
    count(box).textContent = count(now).textContent;
  }
  for (const part of form.querySelectorAll("[data-swap]")) {
    const now = fresh.querySelector(`[data-swap="${CSS.escape(part.dataset.swap)}"]`);
    if (now) part.innerHTML = now.innerHTML;
  }
  for (const input of form.querySelectorAll(".bounds input")) {
    const now = fresh.querySelector(`input[name="${CSS.escape(input.name)}"]`);
    if (now && input !== typing) input.value = now.value;
  }
  // A facet that came, went or got other values (another product, all instead of any): take the new form of it.
  for (const part of form.querySelectorAll("[data-facet]")) {
    const now = fresh.querySelector(`[data-facet="${CSS.escape(part.dataset.facet)}"]`);
    if (!now) continue;
    const list = (element) => [...element.querySelectorAll("input[type=checkbox]")].map(key).join("&");
    if (list(part) === list(now)) continue;
    exchange(part, now);
  }
}

/** Fetch an address and show it here, as a new step unless the reader is there already. A newer call makes an older one
 * void. `focusKey`: what gets the focus when it is lost. `isReturn`: fields get the text of then, also one in use. */
async function show(url, { focusKey = null, isReturn = false } = {}) {
  running?.abort();
  running = new AbortController();
  const { signal } = running;
  results().setAttribute("aria-busy", "true");
  try {
    const response = await fetch(url, { signal, headers: { Accept: "text/html" } });
    if (!response.ok) throw new Error(String(response.status));
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (signal.aborted) return;
    const typing = isReturn ? null : document.activeElement;
    renew(page.querySelector("#filters"), typing);
    const list = page.querySelector("#resultaten");
    reopen(results(), list);
    const known = notices(results());
    results().replaceWith(list);
    if (bar) bar.innerHTML = page.querySelector("#balk").innerHTML;
    const words = document.querySelector("#q");
    if (words !== typing) words.value = page.querySelector("#q").value;
    for (const link of document.querySelectorAll("[hreflang]")) {
      const now = page.querySelector(`${link.localName}[hreflang="${link.hreflang}"]`);
      if (now) link.setAttribute("href", now.getAttribute("href"));
    }
    if (place(url) !== at) history.pushState(null, "", place(url) + location.hash);
    at = place(url);
    document.title = page.title; // that of the new step
    const fresh = notices(list).filter((text) => !known.includes(text));
    status.textContent = fresh.length ? `${list.dataset.said}. ${fresh.join(" ")}` : list.dataset.said;
    form.dispatchEvent(new CustomEvent("renewed"));
    if (focusKey !== null && (!document.activeElement || document.activeElement === document.body)) {
      const again = document.querySelector(`[data-key="${CSS.escape(focusKey)}"]`);
      (again ?? results()).focus({ preventScroll: true });
    }
  } catch (error) {
    if (error.name === "AbortError") return;
    if (isReturn) location.reload(); // to the same address with a hash nothing would be loaded
    else location.assign(url);
  }
}

if (form && results() && status) {
  form.classList.add("live");
  form.autocomplete = "off"; // else the browser fills in the ticks of another step when it comes back to this page

  form.addEventListener("change", (event) => {
    if (!event.target.name || event.target.type === "search") return;
    clearTimeout(timer);
    const wait = event.target.type === "checkbox" ? 0 : 400;
    if (!wait) running?.abort(); // what was asked before does not know this choice, and would take it back
    timer = setTimeout(() => {
      if (form.checkValidity()) show(address());
      else results().removeAttribute("aria-busy");
    }, wait);
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    show(address());
    if (location.hash === "#filters") location.hash = "#resultaten";
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-live]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button) return;
    event.preventDefault();
    clearTimeout(timer);
    show(new URL(link.getAttribute("href"), location.href), { focusKey: link.dataset.key ?? "" });
  });

  addEventListener("popstate", () => {
    if (place(location) === at) return; // the panel opened or closed
    at = place(location);
    clearTimeout(timer);
    const held = document.activeElement;
    show(new URL(location.href), { focusKey: held === document.body ? null : held.dataset.key ?? "", isReturn: true });
  });
}
