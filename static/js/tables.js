// A table in its own box is a stop for the keyboard only where it scrolls: without scripts each is one, so that none
// is out of reach.
const watch = new ResizeObserver((entries) => entries.forEach(({ target }) => mark(target.closest(".table-scroll"))));

function mark(box) {
  const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
  if (scrolls) box.tabIndex = 0;
  else if (document.activeElement !== box) box.removeAttribute("tabindex");
  box.setAttribute("role", scrolls ? "region" : "group");
}

for (const box of document.querySelectorAll(".table-scroll")) {
  mark(box);
  watch.observe(box);
  if (box.firstElementChild) watch.observe(box.firstElementChild);
}
