// The outbox: what a person has answered and the server has not yet acknowledged, kept on the device by person and attempt.
import { openDB } from "../vendor/idb.js";

const STORE = "entries";
const HINT = "outbox:"; // with the person's key: lets other pages skip this module while nothing waits
const HEAD = ""; // the event id of an attempt's own record, which sorts before its events

// RFC 4122 version 4 by hand: crypto.randomUUID does not exist on plain HTTP.
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// The same order as on the server: Lamport count, ties by event id.
export function isNewer(a, b) {
  if (!b) return true;
  return a.seq !== b.seq ? a.seq > b.seq : (a.event_id || "") > (b.event_id || "");
}

function memoryStore() {
  const rows = new Map();
  const name = (key) => JSON.stringify(key);
  return {
    durable: false,
    run: async (work) =>
      work({
        get: async (key) => rows.get(name(key)),
        put: async (row) => void rows.set(name([row.person, row.attempt, row.event_id]), row),
        delete: async (key) => void rows.delete(name(key)),
        all: async (person, attempt) =>
          [...rows.values()].filter((row) => row.person === person && (!attempt || row.attempt === attempt)),
      }),
  };
}

function inTransaction(store) {
  return {
    get: (key) => store.get(key),
    put: (row) => store.put(row),
    delete: (key) => store.delete(key),
    all: (person, attempt) =>
      store.getAll(
        attempt
          ? IDBKeyRange.bound([person, attempt, ""], [person, attempt, "\uffff"])
          : IDBKeyRange.bound([person, "", ""], [person, "\uffff", "\uffff"]),
      ),
  };
}

async function deviceStore() {
  const open = () =>
    openDB("learnapp", 1, {
      upgrade: (fresh) => void fresh.createObjectStore(STORE, { keyPath: ["person", "attempt", "event_id"] }),
    });
  let db = await open();
  const attempt = async (work) => {
    // strict: on disk before we say so, where the browser knows the word; a battery may die next.
    const tx = db.transaction(STORE, "readwrite", { durability: "strict" });
    const [result] = await Promise.all([work(inTransaction(tx.store)), tx.done]);
    return result;
  };
  const run = async (work) => {
    try {
      return await attempt(work);
    } catch {
      // WebKit drops the connection of a page that slept; one more try with a new one.
      db = await open();
      return attempt(work);
    }
  };
  return { durable: true, run };
}

async function openStore() {
  // Some browsers refuse, some never answer; neither may hold up an exam.
  const patience = new Promise((_, refuse) => setTimeout(refuse, 3000, new Error("slow")));
  try {
    return await Promise.race([deviceStore(), patience]);
  } catch {
    return memoryStore();
  }
}

function hint(person, waiting) {
  try {
    if (waiting) localStorage.setItem(HINT + person, "1");
    else localStorage.removeItem(HINT + person);
  } catch {
    // Without the hint other pages look for themselves.
  }
}

const isEvent = (row) => row.event_id !== HEAD;
const waits = (row) => isEvent(row) && !row.refused;

// One person's outbox on this device; nothing here can name another person's rows.
export async function openOutbox(person) {
  let store = await openStore();
  const warnings = [];

  async function run(work) {
    try {
      return await store.run(work);
    } catch (error) {
      if (!store.durable) throw error;
      store = memoryStore();
      warnings.forEach((warn) => warn());
      return store.run(work);
    }
  }

  async function attempts() {
    const rows = await run((tx) => tx.all(person));
    return rows
      .filter((row) => !isEvent(row))
      .map((head) => ({
        ...head,
        waiting: rows.filter((row) => waits(row) && row.attempt === head.attempt).length,
      }))
      .filter((head) => head.waiting || head.submit_queued);
  }

  return {
    attempts,
    get durable() {
      return store.durable;
    },
    onRefused: (warn) => warnings.push(warn),
    forAttempt: (attempt, addresses) => ofAttempt(run, person, attempt, addresses),
    tidy: async () => hint(person, (await attempts()).length > 0),
  };
}

function ofAttempt(run, person, attempt, addresses) {
  const key = (id) => [person, attempt, id];
  let highest = 0; // also kept here, should the device's store be lost half way

  async function changeHead(tx, change) {
    const head = (await tx.get(key(HEAD))) || { person, attempt, event_id: HEAD, max_seq: 0, submit_queued: false };
    Object.assign(head, addresses, change(head));
    highest = Math.max(highest, head.max_seq);
    await tx.put(head);
    return head;
  }

  return {
    attempt,
    // The count is taken inside the transaction, so two tabs never take the same.
    put(question, response, flagged) {
      hint(person, true);
      const written = run(async (tx) => {
        const head = await changeHead(tx, (held) => ({ max_seq: Math.max(held.max_seq, highest) + 1 }));
        const row = { person, attempt, event_id: uuid(), seq: head.max_seq, question, response, flagged };
        await tx.put(row);
        return row;
      });
      // Once more: a page that tidied up meanwhile may have looked before this row was there.
      return written.finally(() => hint(person, true));
    },
    observe(seq) {
      if (!(seq > highest)) return Promise.resolve();
      return run((tx) => changeHead(tx, (held) => ({ max_seq: Math.max(held.max_seq, seq) })));
    },
    async pending() {
      const rows = await run((tx) => tx.all(person, attempt));
      return rows.filter(waits).sort((a, b) => (isNewer(a, b) ? 1 : -1));
    },
    // What the server will never hold: kept for the person who typed it.
    async refused() {
      return (await run((tx) => tx.all(person, attempt))).filter((row) => isEvent(row) && row.refused);
    },
    async acknowledge(ids) {
      await run((tx) => Promise.all(ids.map((id) => tx.delete(key(id)))));
    },
    // The server will never hold it: kept as evidence, not sent again.
    refuse: (id, code) =>
      run(async (tx) => {
        const row = await tx.get(key(id));
        if (row) await tx.put({ ...row, refused: code || "refused" });
      }),
    queueSubmit: (queued) => {
      if (queued) hint(person, true);
      return run((tx) => changeHead(tx, () => ({ submit_queued: queued })));
    },
    // Nothing counts after this, so the attempt's own record may go, unless events still wait under it.
    handedIn: () =>
      run(async (tx) => {
        await changeHead(tx, () => ({ submit_queued: false }));
        if (!(await tx.all(person, attempt)).some(waits)) await tx.delete(key(HEAD));
      }),
    putOff: (until) => run((tx) => changeHead(tx, () => ({ put_off_until: until }))),
    head: () => run((tx) => tx.get(key(HEAD))),
  };
}
