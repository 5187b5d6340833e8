// The search field suggests what may be meant (a combobox with a list, as ARIA 1.2 describes it). What is typed stays as
// it was typed: a suggestion leads somewhere, and Enter without one searches. Without this module the field has the
// browser's own list of common words, and works the same.

const WAIT = 120; // milliseconds without a key before the server is asked
const SHORTEST = 2; // letters before it is worth asking

/** An element with attributes and contents. */
function made(name, attributes, ...contents) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...contents);
  return element;
}

/** Make a search field suggest. */
function equip(input) {
  const texts = input.dataset;
  const list = made("div", { id: `${input.id}-suggest`, role: "listbox", class: "suggest", "aria-label": texts.listLabel });
  const told = made("p", { class: "sr-only", role: "status" });
  let timer = 0;
  let asking = null;
  let chosen = -1;

  const options = () => [...list.querySelectorAll("[role=option]")];
  const isOpen = () => !list.hidden;

  function choose(place) {
    chosen = place;
    options().forEach((option, at) => option.setAttribute("aria-selected", String(at === place)));
    const option = options()[place];
    if (!option) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function close() {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    choose(-1);
  }

  /** The address of a suggestion, with the partners that were picked and the day that is looked at. A filter comes to
   * those that were chosen, instead of the words that were typed. */
  function address({ sort, url: there }) {
    const url = new URL(there, location.href);
    const kept = sort === "criterion" ? ["op"] : ["op", "p"];
    const held = new FormData(input.form);
    for (const [name, value] of [...url.searchParams]) {
      if (held.getAll(`${name}.alle`).includes(value)) url.searchParams.delete(name); // it is demanded already
    }
    for (const [name, value] of held) {
      const isKept = sort === "option" ? name !== "q" && value !== "" : kept.includes(name);
      if (isKept && !url.searchParams.getAll(name).includes(value)) url.searchParams.append(name, value);
    }
    return url.href;
  }

  function open(suggestions) {
    list.replaceChildren();
    for (const { sort, sort_label: name } of suggestions.filter((each, at) => each.sort !== suggestions[at - 1]?.sort)) {
      const title = made("div", { class: "suggest-sort", id: `${list.id}-${sort}` }, name);
      const group = made("div", { role: "group", class: "suggest-group", "aria-labelledby": title.id }, title);
      for (const each of suggestions.filter((other) => other.sort === sort)) {
        const id = `${list.id}-${suggestions.indexOf(each)}`;
        const option = made("a", { role: "option", class: "suggest-option", id, tabindex: "-1", href: address(each), "aria-selected": "false" });
        option.append(made("span", {}, each.label));
        if (each.about) option.append(made("span", { class: "suggest-about" }, each.about));
        group.append(option);
      }
      list.append(group);
    }
    chosen = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = !suggestions.length;
    list.scrollTop = 0;
    input.setAttribute("aria-expanded", String(isOpen()));
    const n = suggestions.length;
    told.textContent = n === 0 ? texts.saidNone : n === 1 ? texts.saidOne : texts.saidMany.replace("{n}", n);
  }

  /** Ask the server; only the answer to what was typed last is shown, and only while the field has the focus. */
  async function ask() {
    asking?.abort();
    const typed = input.value.trim();
    if (typed.length < SHORTEST) {
      told.textContent = "";
      return close();
    }
    asking = new AbortController();
    const { signal } = asking;
    const url = new URL(texts.suggest, location.href);
    url.searchParams.set("q", typed);
    try {
      const response = await fetch(url, { signal, headers: { Accept: "application/json" } });
      const { suggestions } = response.ok ? await response.json() : { suggestions: [] };
      if (!signal.aborted && document.activeElement === input) open(suggestions);
    } catch (error) {
      if (error.name !== "AbortError") close(); // no connection: one can still search
    }
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  }

  function onKey(event) {
    if (event.isComposing) return;
    const last = options().length - 1;
    const steps = {
      ArrowDown: () => choose(chosen === last ? 0 : chosen + 1),
      ArrowUp: () => choose(chosen <= 0 ? last : chosen - 1),
      Escape: close,
    };
    if (chosen >= 0) {
      steps.Home = () => choose(0);
      steps.End = () => choose(last);
      steps.Enter = () => options()[chosen].click();
    }
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (isOpen() && plain && steps[event.key]) {
      event.preventDefault();
      steps[event.key]();
    } else if (isOpen() && ["Tab", "Enter"].includes(event.key)) close();
    else if (!isOpen() && plain && event.key === "ArrowDown") ask();
  }

  document.querySelector(`#${CSS.escape(input.getAttribute("list"))}`)?.remove();
  input.removeAttribute("list");
  list.hidden = true;
  input.after(list);
  input.parentElement.after(told);
  const role = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
  for (const [name, value] of Object.entries(role)) input.setAttribute(name, value);

  input.addEventListener("input", later);
  input.addEventListener("keydown", onKey);
  input.addEventListener("blur", close);
  input.form?.addEventListener("submit", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the field
}

for (const input of document.querySelectorAll("input[data-suggest]")) equip(input);
