// While an import is worked on in the background: asks how far it is, then for the page again.

const bar = document.getElementById("progress");
const told = document.getElementById("told");

async function look() {
  try {
    const reply = await fetch(bar.dataset.url, { headers: { Accept: "application/json" } });
    if (!reply.ok) throw new Error(String(reply.status));
    const { state, done, total } = await reply.json();
    if (state !== bar.dataset.state) {
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
