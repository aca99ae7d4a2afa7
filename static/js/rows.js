// Rows of a table that are items of two lines on a phone: the rest of one opens in place.
for (const table of document.querySelectorAll("table.cards")) {
  const rows = [...table.tBodies[0].rows].filter((row) => row.querySelector("td.rest") && !row.matches(".in-full"));
  if (!rows.length) continue;
  table.classList.add("opens");
  for (const row of rows) {
    const opener = document.createElement("button");
    const head = row.querySelector("th");
    opener.type = "button";
    opener.className = "opener";
    opener.textContent = "▸";
    opener.setAttribute("aria-expanded", "false");
    opener.setAttribute("aria-label", `${table.dataset.opens} ${head.textContent.trim()}`);
    opener.addEventListener("click", () => {
      opener.setAttribute("aria-expanded", String(row.classList.toggle("is-open")));
    });
    const title = document.createElement("span");
    title.className = "opened";
    title.append(...head.childNodes);
    head.append(opener, title);
  }
}
