// Shows what is typed into a password field while one wants to see it; it is hidden again when the form is sent.

for (const button of document.querySelectorAll("[data-reveal]")) {
  const input = button.previousElementSibling;
  const shown = button.dataset.reveal;
  const hidden = button.textContent;
  const show = (on) => {
    input.type = on ? "text" : "password";
    button.textContent = on ? shown : hidden;
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    show(input.type === "password");
    input.focus();
  });
  input.form.addEventListener("submit", () => show(false));
}
