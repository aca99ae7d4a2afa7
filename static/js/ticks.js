// Rows with a tick: the bar of what one does with them is there when one is ticked, and says how many are.

const bar = document.querySelector("[data-count]");
const form = bar?.closest("form");

function count() {
  const ticked = form.querySelectorAll('input[type="checkbox"]:checked').length;
  bar.hidden = ticked === 0;
  bar.querySelector("button").textContent = bar.dataset.count.replace("{n}", ticked);
}

if (form) {
  form.addEventListener("change", count);
  addEventListener("pageshow", count); // ticks that the browser kept on the way back
  count();
}
