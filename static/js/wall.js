// A wall chart draws itself anew every half minute; while the server is away, the last figures stay and say so.
const EVERY_MS = 30_000;

async function again() {
  try {
    const reply = await fetch(location.href, { cache: "no-store" });
    if (reply.status === 404) location.reload();
    if (!reply.ok) throw new Error(String(reply.status));
    const fresh = new DOMParser().parseFromString(await reply.text(), "text/html");
    document.body.replaceWith(fresh.body);
  } catch {
    document.body.classList.add("is-cut-off");
  }
}

setInterval(again, EVERY_MS);
