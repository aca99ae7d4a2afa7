// Sends what the outbox holds until each event is acknowledged; doubled, late and reordered replies do no harm.
import { openOutbox } from "./outbox.js";

const BATCH = 100;
const MOST = 500; // what the server takes in one submit
const PATIENCE = 20000;
const FINAL = new Set([403, 404, 409, 410]);

const meta = (name) => document.querySelector(`meta[name="${name}"]`);
const wire = ({ event_id, seq, question, response, flagged }) => ({ event_id, seq, question, response, flagged });

// One POST: {status, data}; status 0 is a network that failed or answered in the server's place.
async function post(url, body, stop) {
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  const sent = performance.now();
  try {
    const text = JSON.stringify(body);
    const reply = await fetch(url, {
      method: "POST", body: text, signal: stop.signal, credentials: "same-origin",
      keepalive: text.length < 20000, // a page on its way out still sends; the browser's limit is 64 kB of UTF-8
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": meta("csrf-token").content },
    });
    if (reply.redirected && new URL(reply.url).pathname.startsWith("/sign-in")) return { status: 401 };
    const data = await reply.json().catch(() => null);
    // A hotel's portal also says 200; only our own shape counts as an answer.
    if (reply.ok && !(data && Array.isArray(data.acknowledged))) return { status: 0 };
    return { status: reply.status, data, at: (sent + performance.now()) / 2 };
  } catch {
    return { status: 0 };
  } finally {
    clearTimeout(timer);
  }
}

// A page left open outlives its token, and a new sign-in in another tab brings a new one.
async function freshToken(person) {
  try {
    const reply = await fetch("/form-token", { credentials: "same-origin", headers: { Accept: "application/json" } });
    const told = await reply.json();
    if (!told.person) return "signed_out";
    if (told.person !== person) return "other";
    meta("csrf-token").content = told.token;
    return "fresh";
  } catch {
    return "offline";
  }
}

// tell(state, detail): saved, waiting, offline, signed_out, other, gone, refused, submitting, queued, submitted, reply.
export function makeSync({ box, person, answersUrl, submitUrl, tell, latest = () => [] }) {
  let running = false;
  let again = false;
  let failures = 0;
  let timer = 0;
  let renewed = false;
  let handing = false; // a submit waits to be sent
  let flight = null;

  function send(url, events) {
    flight = Object.assign(new AbortController(), { since: performance.now() });
    return post(url, { events: events.map(wire) }, flight);
  }

  async function settle(data, at) {
    const refused = data.refused || [];
    await box.acknowledge(data.acknowledged.map((each) => each.event_id));
    for (const each of refused) await box.refuse(each.event_id, each.code);
    await box.observe(Math.max(data.max_seq || 0, ...(data.answers || []).map((each) => each.seq)));
    failures = 0;
    renewed = false;
    tell("reply", { ...data, refused, at });
  }

  function later() {
    failures += 1;
    const wait = Math.min(30000, 1000 * 2 ** Math.min(failures, 5)) * (0.5 + Math.random());
    clearTimeout(timer);
    timer = setTimeout(kick, wait);
  }

  // What an unhappy status means; "retry" asks for the same again at once, "split" for smaller pieces.
  async function understand(status) {
    if (status === 400 && !renewed) {
      renewed = true;
      const got = await freshToken(person);
      if (got === "fresh") return "retry";
      if (got === "offline") return understand(0);
      tell(got);
      return "stop";
    }
    if (status === 400 || status === 413 || status === 422) return "split";
    if (status === 401) tell("signed_out");
    else if (FINAL.has(status)) tell("gone", { status });
    else {
      tell("offline");
      later();
    }
    return "stop";
  }

  // Answers one batch; a batch that is refused whole is halved until the bad event stands alone.
  async function deliver(events) {
    const { status, data, at } = await send(answersUrl, events);
    if (data && data.acknowledged) {
      await settle(data, at);
      return true;
    }
    const next = await understand(status);
    if (next === "retry") return deliver(events);
    if (next !== "split") return false;
    if (events.length === 0) return true;
    if (events.length === 1) {
      await box.refuse(events[0].event_id, data && data.error);
      tell("refused", { question: events[0].question });
      return true;
    }
    const half = events.length >> 1;
    return (await deliver(events.slice(0, half))) && deliver(events.slice(half));
  }

  async function drain(ask) {
    let events = await box.pending();
    if (!events.length && !ask) return true;
    do {
      if (!(await deliver(events.slice(0, BATCH)))) return false;
      events = await box.pending();
      if (handing) return true; // the submit carries the rest
    } while (events.length);
    return true;
  }

  async function submitNow() {
    tell("submitting");
    const pending = await box.pending();
    const carried = new Map();
    for (const each of [...latest(), ...pending.reverse()]) {
      if (carried.size < MOST) carried.set(each.event_id, each);
    }
    let reply = await send(submitUrl, [...carried.values()]);
    const next = reply.data && reply.data.acknowledged ? "held" : await understand(reply.status);
    if (next === "retry") return submitNow();
    if (next === "split") {
      // Something in it is bad: the answers go one way first, then the submit alone.
      handing = false;
      const sent = await drain(false);
      handing = true;
      reply = sent ? await send(submitUrl, []) : { status: 0 };
    }
    if (!(reply.data && reply.data.acknowledged)) {
      if (next === "split") later();
      tell("queued");
      return false;
    }
    handing = false;
    await settle(reply.data, reply.at);
    await box.handedIn();
    tell("submitted", reply.data);
    return true;
  }

  // One request in flight: whoever asks while one is out makes it look once more.
  async function kick(ask = false) {
    if (running) {
      again = true;
      return;
    }
    running = true;
    clearTimeout(timer);
    try {
      do {
        again = false;
        if (handing) await submitNow();
        else if (await drain(ask === true)) tell("saved");
        ask = false;
      } while (again);
    } finally {
      running = false;
    }
  }

  return {
    kick,
    get busy() { return running; },
    async submit() {
      handing = true;
      await box.queueSubmit(true);
      return kick();
    },
    async takeBack() {
      handing = false;
      clearTimeout(timer);
      await box.queueSubmit(false);
      kick();
    },
    wake() {
      failures = 0;
      // A request that went out on the network that is gone would only be waited for.
      if (running && flight && performance.now() - flight.since > 2000) flight.abort();
      kick(true);
    },
  };
}

// What earlier tabs left for this person, other than the attempt that is open here.
export async function sendLeftovers(person, outbox, except, done) {
  for (const head of await outbox.attempts()) {
    if (head.attempt === except || head.put_off_until > Date.now()) continue;
    const addresses = { answers_url: head.answers_url, submit_url: head.submit_url };
    const box = outbox.forAttempt(head.attempt, addresses);
    const counts = { held: 0, late: 0, submitted: false, result_url: null };
    const tell = (state, detail) => {
      if (state === "reply") {
        for (const each of detail.acknowledged) counts[each.state === "held" ? "held" : "late"] += 1;
      }
      if (state === "submitted") Object.assign(counts, { submitted: true, result_url: detail.result_url });
      if (state === "gone") box.putOff(Date.now() + 3600e3);
    };
    const sync = makeSync({ box, person, answersUrl: head.answers_url, submitUrl: head.submit_url, tell });
    await (head.submit_queued ? sync.submit() : sync.kick());
    if (done) done(counts);
  }
  await outbox.tidy();
}

export { openOutbox };
