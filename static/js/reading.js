// While a file of questions is read: asks how far it is, and shows the preview when it is done.

const bar = document.getElementById("reading");
const told = document.getElementById("told");

async function look() {
  try {
    const reply = await fetch(bar.dataset.url, { headers: { Accept: "application/json" } });
    if (!reply.ok) throw new Error(String(reply.status));
    const { state, done, total } = await reply.json();
    if (state !== "reading") {
      location.reload();
      return;
    }
    if (total) {
      bar.max = total;
      bar.value = done;
      told.textContent = bar.dataset.text.replace("{done}", done).replace("{total}", total);
    }
  } catch {
    // The network was away for a moment: the next look may find it again.
  }
  setTimeout(look, 700);
}

setTimeout(look, 700);
