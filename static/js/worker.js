// The service worker (HTTPS only): keeps the shell and this week's pages of the person who is signed in, shows them
// without a network, and holds what is answered then until the network is back.
const SHELL = "shell-1";
const WHO = "who";
const PAGES = "pages-"; // with the person's key
const STORE = "posts";
const STUDY = /\/portions\/\d+\/(place|check)$/;
const SOON = 8000;
const base = () => new URL(self.registration.scope).pathname;

function queue() {
  return new Promise((done, failed) => {
    const open = indexedDB.open("learnapp-study", 1);
    open.onupgradeneeded = () => open.result.createObjectStore(STORE, { keyPath: "id", autoIncrement: true });
    open.onsuccess = () => done(open.result);
    open.onerror = () => failed(open.error);
  });
}

async function inQueue(mode, work) {
  const db = await queue();
  try {
    return await new Promise((done, failed) => {
      const tx = db.transaction(STORE, mode);
      const asked = work(tx.objectStore(STORE));
      tx.oncomplete = () => done(asked.result);
      tx.onerror = tx.onabort = () => failed(tx.error);
    });
  } finally {
    db.close();
  }
}

async function person() {
  const found = await (await caches.open(WHO)).match("/who");
  return found ? found.text() : "";
}

// Pages of one person are never shown to another: whoever signs in, or signs out, clears those of others.
async function isHere(who) {
  await (await caches.open(WHO)).put("/who", new Response(who));
  const names = await caches.keys();
  await Promise.all(
    names.filter((each) => each.startsWith(PAGES) && each !== PAGES + who).map((each) => caches.delete(each)),
  );
}

async function keep(who, urls) {
  if (!who) return;
  const cache = await caches.open(PAGES + who);
  for (const url of urls) {
    const reply = await fetch(url, { credentials: "same-origin" }).catch(() => null);
    if (reply && reply.ok && !reply.redirected) await cache.put(url, reply);
  }
}

async function waiting() {
  const who = await person();
  const rows = await inQueue("readonly", (store) => store.getAll());
  return rows.filter((each) => each.person === who);
}

let sending = null;
function flush() {
  sending =
    sending ||
    sendAll()
      .catch(() => {})
      .finally(() => (sending = null));
  return sending;
}

async function sendAll() {
  for (const row of await waiting()) {
    if (row.refused) continue;
    const body = new URLSearchParams(row.body);
    body.set("waited", String(Math.max(0, Math.round((Date.now() - row.at) / 1000))));
    const reply = await fetch(row.url, { method: "POST", body, credentials: "same-origin" }).catch(() => null);
    // No network yet, or signed out: it waits. What the server will never take is kept and named.
    if (!reply || reply.status >= 500 || new URL(reply.url).pathname.includes("/sign-in")) return;
    if (reply.ok) await inQueue("readwrite", (store) => store.delete(row.id));
    else await inQueue("readwrite", (store) => store.put({ ...row, refused: reply.status }));
  }
}

function withPatience(request) {
  const late = new Promise((_, refuse) => setTimeout(refuse, SOON, new Error("slow")));
  return Promise.race([fetch(request), late]);
}

async function kept(request) {
  const who = await person();
  if (!who) return undefined;
  const cache = await caches.open(PAGES + who);
  const url = request.url.split("#")[0];
  return (await cache.match(url)) || cache.match(url, { ignoreSearch: true });
}

// A slow network is waited for unless the very page is kept.
async function shown(request) {
  const found = await kept(request);
  try {
    return await (found ? withPatience(request) : fetch(request));
  } catch {
    return found || (await caches.match(base() + "offline")) || Response.error();
  }
}

// An answer that does not get through is held, and reading goes on with the page that is kept.
async function held(request) {
  const copy = request.clone();
  try {
    return await withPatience(request);
  } catch {
    const body = await copy.text();
    const row = { person: await person(), url: request.url, body, at: Date.now() };
    await inQueue("readwrite", (store) => store.add(row));
    const section = new URLSearchParams(body).get("section");
    const portion = request.url.replace(/\/(place|check)$/, "");
    const back = request.url.endsWith("/check")
      ? `${request.referrer || portion}#check`
      : `${portion}?s=${section}#text`;
    return Response.redirect(back, 303);
  }
}

async function asset(request) {
  try {
    const reply = await fetch(request);
    if (reply.ok) await (await caches.open(SHELL)).put(request, reply.clone());
    return reply;
  } catch {
    return (await caches.match(request)) || (await caches.match(request, { ignoreSearch: true })) || Response.error();
  }
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  // Without a person: it is shown to whoever holds the device.
  const offline = new Request(base() + "offline", { credentials: "omit" });
  event.waitUntil(caches.open(SHELL).then((cache) => cache.add(offline)));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && request.method === "GET" && !url.pathname.includes("/attempts/")) {
    event.respondWith(shown(request));
  } else if (request.mode === "navigate" && request.method === "POST" && STUDY.test(url.pathname)) {
    event.respondWith(held(request));
  } else if (request.method === "GET" && url.pathname.startsWith(base() + "static/")) {
    event.respondWith(asset(request));
  }
});

self.addEventListener("message", (event) => {
  const { who, urls, port } = { ...event.data, port: event.ports[0] };
  const work = async () => {
    const before = await person();
    if (who !== undefined && who !== before) await isHere(who);
    if (who) await flush();
    if (urls && urls.length) await keep(who, urls);
    const rows = await waiting();
    const refused = rows.filter((each) => each.refused).length;
    if (port) port.postMessage({ waiting: rows.length - refused, refused });
  };
  event.waitUntil(work());
});
