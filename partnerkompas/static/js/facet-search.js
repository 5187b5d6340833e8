// A long list of values gets a field to search in it. The values that do not match are hidden, never unticked.

const form = document.querySelector("#filters");
const LONG = 20;
const NAME = "label > span:not(.n)";

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** Show only the values whose name holds the words, with the branches that lead to them. */
function narrowTo(fieldset, words) {
  const wanted = fold(words.trim());
  for (const item of fieldset.querySelectorAll(".choices:not(.states) li")) {
    const fits = [...item.querySelectorAll(NAME)].some((name) => fold(name.textContent).includes(wanted));
    const above = item.parentElement.closest("li");
    const parentFits = above && fold(above.querySelector(NAME).textContent).includes(wanted);
    item.hidden = wanted !== "" && !fits && !parentFits;
  }
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
    const label = template.content.firstElementChild.cloneNode(true);
    fieldset.querySelector(".choices").before(label);
    const input = label.querySelector("input");
    input.addEventListener("input", () => narrowTo(fieldset, input.value));
    input.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  }
}

if (form) {
  equip();
  form.addEventListener("renewed", equip);
}
