// Points out, while a note is written, what no reader can check. Without this module the page says so when it is saved.

const { ask } = document.querySelector("script[data-ask]").dataset;

for (const list of document.querySelectorAll("[data-remarks]")) {
  const field = document.getElementById(list.dataset.remarks);
  let asked = field.value;
  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      if (field.value === asked) return;
      asked = field.value;
      const answer = await fetch(`${ask}?${new URLSearchParams({ tekst: asked })}`).catch(() => null);
      if (!answer?.ok || answer.redirected || field.value !== asked) return; // redirected: the session was over
      list.replaceChildren(...(await answer.json()).map(({ word, reason }) => {
        const item = document.createElement("p");
        const quoted = document.createElement("q");
        quoted.textContent = word;
        item.append(quoted, ` ${reason}`);
        return item;
      }));
    }, 600);
  });
}
