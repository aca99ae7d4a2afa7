// While work runs in the background: its figures are renewed in place, so that focus and scroll stay.
// When something ended or began the page is asked for again, or offered, where somebody is in the list.

const list = document.getElementById("running");
const offer = document.getElementById("renew");

function renew() {
  const at = document.activeElement;
  if (at === null || at === document.body) {
    location.reload();
    return;
  }
  offer.hidden = false;
}

async function look() {
  try {
    const reply = await fetch(list.dataset.url, { headers: { Accept: "application/json" } });
    if (!reply.ok) throw new Error(String(reply.status));
    const found = new Map((await reply.json()).map((each) => [each.id, each]));
    const rows = [...list.querySelectorAll("[data-job]")];
    if (found.size !== rows.length || rows.some((row) => !found.has(row.dataset.job))) {
      renew();
      return;
    }
    for (const row of rows) {
      const { meta, share } = found.get(row.dataset.job);
      row.querySelector(".row-meta").textContent = meta;
      if (share !== null) row.querySelector("progress").value = share;
    }
  } catch {
    // The network was away for a moment: the next look may find it again.
  }
  setTimeout(look, 2000);
}

setTimeout(look, 2000);
