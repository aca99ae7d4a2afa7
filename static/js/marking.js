// Marking by keyboard: F gives every point its full marks, Z none; digits, Tab and Enter are the
// form's own, also when the focus is on what was said of the answer before.

const inputs = [...document.querySelectorAll("#mark input[name=point]")];

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input:not([type=number]), textarea");
  if (typing || !inputs.length || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.toLowerCase();
  const atMessage = !event.target.matches("input, textarea, button, a");
  if (atMessage && /^[0-9]$/.test(key)) inputs[0].focus(); // the digit is typed there
  if (key !== "f" && key !== "z") return;
  if (atMessage) inputs[0].focus(); // Enter gives the marks
  inputs.forEach((input) => {
    input.value = key === "f" ? input.max : "0";
  });
  event.preventDefault();
});
