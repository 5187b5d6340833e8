// Says at once that a chosen file is too large, before anything is sent. Without this module the server says so.

const MOST = 10 * 2 ** 20;
const MOST_AT_ONCE = 31 * 2 ** 20;

const fields = [...document.querySelectorAll("input[type=file][data-too-large]")];
const size = (field) => [...field.files].reduce((total, file) => total + file.size, 0);

for (const field of fields) {
  field.addEventListener("change", () => {
    field.parentElement.querySelector("[data-said]")?.remove();
    const total = fields.reduce((sum, each) => sum + size(each), 0);
    if (size(field) <= MOST && total <= MOST_AT_ONCE) return;
    field.value = "";
    const said = document.createElement("p");
    said.className = "error";
    said.dataset.said = "";
    said.setAttribute("role", "alert");
    said.textContent = field.dataset.tooLarge;
    field.before(said);
  });
}
