/** The demonstration's bar: says how far loading and moving are, and shows the page again once it is done. */

const EVERY_MS = 2000;

/** How far it is, or null while nobody answers. */
async function ask(url) {
  try {
    const reply = await fetch(url, { cache: "no-store" });
    return reply.ok ? await reply.json() : null;
  } catch {
    return null;
  }
}

/** Whether something was begun on the page that showing it again would lose. */
function isBusy() {
  return document.querySelector("form textarea:not(:placeholder-shown), [data-answering]") !== null;
}

function follow(bar) {
  const far = bar.querySelector("[data-far]");
  const awaited = bar.dataset.awaited;
  if (!awaited) return;
  const timer = setInterval(async () => {
    const state = await ask(bar.dataset.state);
    if (state === null) return;
    const share = state[awaited];
    if (share !== null && share < 1 && !state.failed) {
      far.textContent = String(Math.floor(100 * share));
      return;
    }
    clearInterval(timer);
    if (!isBusy()) location.reload();
  }, EVERY_MS);
}

function awaitOther(page) {
  const since = new URLSearchParams(location.search).get("since");
  setInterval(async () => {
    const state = await ask(page.dataset.demoChanging);
    if (state !== null && String(state.served) !== since) location.replace("/sign-in");
  }, EVERY_MS);
}

const bar = document.querySelector(".demo-bar");
if (bar) follow(bar);
const page = document.querySelector("[data-demo-changing]");
if (page) awaitOther(page);
