// Brings the service worker into being, tells it who is here and what to keep, and says what waits on this device.

const key = document.querySelector('meta[name="person-key"]');
const keep = document.getElementById("keep");
const words = document.getElementById("waiting-words");

function fill(place, text) {
  if (place) place.textContent = text;
}

// A device may hold the page as an earlier release drew it, without the place.
function reveal(id, wanted) {
  const place = document.getElementById(id);
  if (place) place.hidden = !wanted;
}

function say({ waiting, refused, practised }) {
  if (!words || !(waiting || refused || practised)) return;
  const notice = words.content.firstElementChild.cloneNode(true);
  const parts = [];
  if (practised) parts.push(words.dataset.practised.replace("{n}", practised));
  if (waiting) parts.push(words.dataset.waiting.replace("{n}", waiting));
  if (refused) parts.push(words.dataset.refused.replace("{n}", refused));
  const text = notice.querySelector("p");
  text.textContent = parts.join("");
  if (practised) {
    const link = text.appendChild(document.createElement("a"));
    link.href = words.dataset.done.replace("{n}", Math.min(practised, 20));
    link.textContent = words.dataset.look;
  }
  // Who has just answered looks at the question, not at the top of the page.
  const check = location.hash === "#check" && document.getElementById("check-title");
  if (check) check.after(notice);
  else document.getElementById("messages").append(notice);
}

// Resolves with what waits; what is kept is known later, and said on a page that has a place for it.
function tell(worker, message) {
  return new Promise((done) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = ({ data }) => ("kept" in data ? sayKept(data) : done(data));
    worker.postMessage(message, [channel.port2]);
  });
}

function sayKept({ kept, of }) {
  const line = document.getElementById("kept-line");
  if (line) line.hidden = kept < of;
}

// What this page needs to be drawn and to work.
function assets() {
  const linked = [...document.querySelectorAll('link[rel="stylesheet"], script[src]')];
  const loaded = performance.getEntriesByType("resource").map((each) => each.name);
  const all = [...linked.map((each) => each.href || each.src), ...loaded.filter((each) => each.includes("/static/"))];
  return [...new Set(all)].filter((each) => each.startsWith(location.origin));
}

const ORDER = [/\/week$/, /\/portions\//, /\/practice$/];
const rank = ({ url }) => {
  const found = ORDER.findIndex((each) => each.test(new URL(url).pathname));
  return found < 0 ? ORDER.length : found;
};
const inOrder = (a, b) => rank(a) - rank(b) || a.url.localeCompare(b.url, "en", { numeric: true });

// The page of what is kept: titles of the pages that open without a network.
async function list(place) {
  const names = (await caches.keys()).filter((each) => each.startsWith("pages-"));
  for (const name of names) {
    const cache = await caches.open(name);
    for (const request of [...(await cache.keys())].sort(inOrder)) {
      // A portion is listed by its sections.
      if (request.url.includes("/portions/") && !request.url.includes("?")) continue;
      const reply = await cache.match(request);
      const page = new DOMParser().parseFromString(await reply.text(), "text/html");
      page.querySelectorAll(".tag").forEach((each) => each.remove());
      const row = place.content.firstElementChild.cloneNode(true);
      row.querySelector("a").href = request.url;
      row.querySelector("span span").textContent = page.querySelector("h1")?.textContent || request.url;
      row.querySelector(".row-meta").textContent = (page.querySelector("#text h2, .stem")?.textContent || "")
        .trim()
        .slice(0, 40);
      document.getElementById("kept").append(row);
    }
  }
  reveal("kept-none", !document.querySelector("#kept li"));
  // It stands in for the page that was asked for, which is not kept.
  const instead = !location.pathname.endsWith("/offline");
  reveal("not-kept", instead);
  reveal("not-kept-exam", instead && location.pathname.includes("/attempts/"));
  if (instead) window.addEventListener("online", openOnceReached);
}

// A device says that it is connected before anything can be reached: asked again until it is.
async function openOnceReached() {
  while (navigator.onLine) {
    try {
      await fetch(location.href, { method: "HEAD", cache: "no-store" });
      location.reload();
      return;
    } catch {
      await new Promise((done) => setTimeout(done, 2000));
    }
  }
}

// What was read without a network has arrived: the week that was drawn before does not know of it yet. How many
// answers in practice arrived with it is said once it is drawn again.
const ARRIVED = "learnapp-practised";
function arrived(found) {
  if (!found.studied || !document.getElementById("kept-line")) return false;
  sessionStorage.setItem(ARRIVED, found.practised);
  location.reload();
  return true;
}

async function main() {
  const can = "serviceWorker" in navigator && window.isSecureContext;
  document.querySelectorAll("[data-when]").forEach((each) => {
    each.hidden = each.dataset.when !== (can ? "kept" : "plain");
  });
  if (!can) return;
  const { worker } = document.querySelector("[data-worker]").dataset;
  await navigator.serviceWorker.register(worker);
  const { active } = await navigator.serviceWorker.ready;
  const row = document.getElementById("kept-row");
  if (row) await list(row);
  const { lang, dataset } = document.documentElement;
  const message = {
    urls: keep ? keep.dataset.urls.split(" ").filter(Boolean) : [],
    look: [lang, dataset.size || "", dataset.theme || ""].join(),
    assets: assets(),
  };
  // A page without a person that is not the sign-in page says nothing of who is here.
  if (key) message.who = key.content;
  else if (!row) message.who = "";
  const found = await tell(active, message);
  const count = document.getElementById("waiting-count");
  fill(count, count?.dataset.text.replace("{n}", found.waiting + found.refused));
  if (arrived(found)) return;
  const practised = found.practised + Number(sessionStorage.getItem(ARRIVED));
  sessionStorage.removeItem(ARRIVED);
  say({ ...found, practised });
  window.addEventListener("online", () => tell(active, { ...message, urls: [] }).then(arrived));
}

main().catch(() => {});
