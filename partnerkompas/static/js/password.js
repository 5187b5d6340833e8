// A button that shows what was typed as a password (SEC-15). What is sent, and what a password manager sees, stays a
// password: the field goes back before the form leaves.

for (const field of document.querySelectorAll("input[type=password][data-show]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "as-link show-password";
  button.setAttribute("aria-controls", field.id);
  const show = (shown) => {
    field.type = shown ? "text" : "password";
    button.textContent = shown ? field.dataset.hide : field.dataset.show;
  };
  button.addEventListener("click", () => show(field.type === "password"));
  field.form.addEventListener("submit", () => show(false));
  field.spellcheck = false;
  show(false);
  field.after(button);
}
