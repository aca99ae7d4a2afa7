// Marking by keyboard: F gives every point its full marks, Z none; digits, Tab and Enter are the form's own.

const inputs = [...document.querySelectorAll("#mark input[name=point]")];

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input:not([type=number]), textarea");
  if (typing || !inputs.length || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.toLowerCase();
  if (key !== "f" && key !== "z") return;
  inputs.forEach((input) => { input.value = key === "f" ? input.max : "0"; });
  event.preventDefault();
});
