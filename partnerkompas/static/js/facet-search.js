// A long list of values gets a field to search in it. The values that do not match are hidden, never unticked.

const form = document.querySelector("#filters");
const LONG = 20;
const NAME = "label > span:not(.n)";

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** Show only the values whose name holds the words, with the branches that lead to them; say so when there are none. */
function narrowTo(fieldset, words) {
  const wanted = fold(words.trim());
  const items = [...fieldset.querySelectorAll(".choices:not(.states) li")];
  for (const item of items) {
    const fits = [...item.querySelectorAll(NAME)].some((name) => fold(name.textContent).includes(wanted));
    const above = item.parentElement.closest("li");
    const parentFits = above && fold(above.querySelector(NAME).textContent).includes(wanted);
    item.hidden = wanted !== "" && !fits && !parentFits;
  }
  const told = fieldset.querySelector(".facet-search [role=status]");
  told.textContent = items.every((item) => item.hidden) ? told.dataset.none : "";
  for (const details of fieldset.querySelectorAll("details")) {
    if (wanted !== "" && details.dataset.before === undefined) details.dataset.before = details.open ? "open" : "";
    if (wanted !== "") details.open = true;
    else if (details.dataset.before !== undefined) {
      details.open = details.dataset.before === "open";
      delete details.dataset.before;
    }
  }
}

/** Put the field above every long list that has none yet. */
function equip() {
  const template = document.querySelector("#facet-search");
  for (const fieldset of form.querySelectorAll("fieldset[data-facet]")) {
    if (fieldset.querySelector(".facet-search")) continue;
    if (fieldset.querySelectorAll(".choices:not(.states) > li").length <= LONG) continue;
    const part = template.content.firstElementChild.cloneNode(true);
    fieldset.querySelector(".choices").before(part);
    const input = part.querySelector("input");
    input.addEventListener("input", () => narrowTo(fieldset, input.value));
    input.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  }
}

if (form) {
  equip();
  form.addEventListener("renewed", equip);
}
