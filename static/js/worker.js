// The service worker (HTTPS only): keeps the shell and this week's pages of the person who is signed in, shows them
// without a network, and holds what is answered then until the network is back.
const SHELL = "shell-1";
const WHO = "who";
const PAGES = "pages-"; // with the person's key
const STORE = "posts";
const STUDY = /\/portions\/\d+\/(place|check)$/;
const PRACTICE = /\/practice\/questions\/\d+$/;
const GO_ON = /\/(practice\/next|notebook\/review)$/;
const SOON = 8000;
const YOUNG = 6 * 3600e3; // a kept page so young is not fetched again
const OLD = 8 * 24 * 3600e3; // the week it belongs to is over
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

// Pages of one person are never shown to another: whoever signs in, or signs out, clears those of others. One
// after another: the word of a page that is left must not come between those of the page that follows.
let turn = Promise.resolve();
function isHere(who) {
  turn = turn.then(async () => {
    if ((await person()) === who) return;
    await (await caches.open(WHO)).put("/who", new Response(who));
    const names = await caches.keys();
    await Promise.all(
      names.filter((each) => each.startsWith(PAGES) && each !== PAGES + who).map((each) => caches.delete(each)),
    );
  });
  return turn;
}

const word = (text, name) => (text.match(new RegExp(`${name}="([^"]*)"`)) || ["", ""])[1];
const look = (text) => ["lang", "data-size", "data-theme"].map((each) => word(text.split("<head")[0], each)).join();
const age = (reply) => Date.now() - Number(reply.headers.get("x-kept-at"));
const isHtml = (reply) => (reply.headers.get("content-type") || "").startsWith("text/html");

// Keeps a page as it came, if it is that person's and they are still here; whether it was kept.
async function store(who, url, reply) {
  if (!reply.ok || reply.redirected || !isHtml(reply)) return false;
  const text = await reply.text();
  if (word(text, 'name="person-key" content') !== who || (await person()) !== who) return false;
  const headers = new Headers(reply.headers);
  headers.delete("content-encoding");
  headers.delete("content-length");
  headers.set("x-kept-at", Date.now());
  headers.set("x-look", look(text));
  await (await caches.open(PAGES + who)).put(url, new Response(text, { headers }));
  return true;
}

// Keeps what is named, unless a young copy in the same look is kept; how many of them are.
async function keep(who, urls, seen) {
  const cache = await caches.open(PAGES + who);
  for (const request of await cache.keys()) {
    if (age(await cache.match(request)) > OLD) await cache.delete(request);
  }
  const left = [...urls];
  let count = 0;
  const one = async () => {
    for (let url = left.shift(); url; url = left.shift()) {
      const found = await cache.match(url);
      const young = found && age(found) < YOUNG && found.headers.get("x-look") === seen;
      const reply = young ? null : await fetch(url, { credentials: "same-origin" }).catch(() => null);
      if ((reply && (await store(who, url, reply))) || found) count += 1;
    }
  };
  await Promise.all([one(), one(), one()]);
  return count;
}

async function keepAssets(urls) {
  const cache = await caches.open(SHELL);
  for (const url of urls) {
    if (!(await cache.match(url))) await cache.add(url).catch(() => {});
  }
}

const path = (url) => new URL(url).pathname;

// The next question that is kept and not answered yet; the page of what is kept where there is none.
async function nextQuestion(who) {
  const answered = new Set((await waiting()).map((each) => path(each.url)));
  const kept = await (await caches.open(PAGES + who)).keys();
  const found = kept.find(({ url }) => PRACTICE.test(path(url)) && !answered.has(path(url)));
  return Response.redirect(found ? found.url : base() + "offline", 303);
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

// The form token belongs to a sign-in: what waited while one ended is sent with that of the next.
async function token() {
  const page = await fetch(base() + "offline", { credentials: "same-origin" }).catch(() => null);
  return page && page.ok ? word(await page.text(), 'name="csrf-token" content') : "";
}

// How many answers in practice were sent, and how much of reading.
async function sendAll() {
  const sent = { practised: 0, studied: 0 };
  const rows = (await waiting()).filter((each) => !each.refused);
  const current = rows.length ? await token() : "";
  for (const row of current ? rows : []) {
    const body = new URLSearchParams(row.body);
    body.set("csrf_token", current);
    body.set("waited", String(Math.max(0, Math.round((Date.now() - row.at) / 1000))));
    const reply = await fetch(row.url, { method: "POST", body, credentials: "same-origin" }).catch(() => null);
    // No network yet, or signed out: it waits. What the server will never take is kept and named.
    if (!reply || reply.status >= 500 || new URL(reply.url).pathname.includes("/sign-in")) break;
    if (reply.ok) await inQueue("readwrite", (store) => store.delete(row.id));
    else await inQueue("readwrite", (store) => store.put({ ...row, refused: reply.status }));
    // A question's page has the id of this answer, a section's what is done: another try needs a page of its own.
    const page = row.url.replace(/\/(place|check)$/, "");
    const cache = await caches.open(PAGES + row.person);
    for (const kept of await cache.keys(page, { ignoreSearch: true })) await cache.delete(kept);
    if (reply.ok) sent[PRACTICE.test(path(row.url)) ? "practised" : "studied"] += 1;
  }
  return sent;
}

function withPatience(request) {
  const late = new Promise((_, refuse) => setTimeout(refuse, SOON, new Error("slow")));
  return Promise.race([fetch(request), late]);
}

async function kept(who, request) {
  if (!who) return undefined;
  const cache = await caches.open(PAGES + who);
  const url = request.url.split("#")[0];
  return (await cache.match(url)) || cache.match(url, { ignoreSearch: true });
}

// A slow network is waited for unless the very page is kept; what comes takes the place of the copy.
async function shown(event) {
  const { request } = event;
  const who = await person();
  const found = await kept(who, request);
  try {
    const reply = await (found ? withPatience(request) : fetch(request));
    if (found) event.waitUntil(refresh(who, request.url.split("#")[0], reply.clone()));
    return reply;
  } catch {
    if (who && GO_ON.test(path(request.url))) return nextQuestion(who);
    return found || (await caches.match(base() + "offline")) || Response.error();
  }
}

async function refresh(who, url, reply) {
  const cache = await caches.open(PAGES + who);
  if (await cache.match(url)) await store(who, url, reply);
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
    if (PRACTICE.test(path(request.url))) return nextQuestion(row.person);
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
  // Without a person: it is shown to whoever holds the device, in place of each page that is not kept.
  const offline = new Request(base() + "offline", { credentials: "omit" });
  event.waitUntil(caches.open(SHELL).then((cache) => cache.add(offline)));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && request.method === "GET") {
    event.respondWith(shown(event));
  } else if (
    request.mode === "navigate" &&
    request.method === "POST" &&
    (STUDY.test(url.pathname) || PRACTICE.test(url.pathname))
  ) {
    event.respondWith(held(request));
  } else if (request.method === "GET" && url.pathname.startsWith(base() + "static/")) {
    event.respondWith(asset(request));
  }
});

self.addEventListener("message", (event) => {
  const { who, look: seen, urls, assets } = event.data;
  const [port] = event.ports;
  const work = async () => {
    if (who !== undefined) await isHere(who);
    const sent = (who && (await flush())) || { practised: 0, studied: 0 };
    const rows = await waiting();
    const refused = rows.filter((each) => each.refused).length;
    port.postMessage({ waiting: rows.length - refused, refused, ...sent });
    await keepAssets(assets);
    if (who && urls.length) port.postMessage({ kept: await keep(who, urls, seen), of: urls.length });
  };
  event.waitUntil(work());
});
