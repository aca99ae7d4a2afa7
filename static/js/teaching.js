// Beside each field of an example: a button that takes what is selected in the source.

const source = document.getElementById("source");
const template = document.getElementById("take");
let selected = "";

document.addEventListener("selectionchange", () => {
  const chosen = document.getSelection();
  if (chosen.rangeCount && source.contains(chosen.anchorNode) && !chosen.isCollapsed) {
    selected = chosen.toString().trim();
  }
});

for (const field of document.querySelectorAll(".teach input, .teach textarea")) {
  const button = template.content.firstElementChild.cloneNode(true);
  button.setAttribute("aria-describedby", field.id);
  button.addEventListener("click", () => {
    if (!selected) return;
    const further = field.id.startsWith("options-") && field.value.trim();
    field.value = further ? `${field.value.trimEnd()}\n${selected}` : selected;
    field.focus();
  });
  field.before(button);
}
