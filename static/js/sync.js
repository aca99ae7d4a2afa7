// Sends what the outbox holds until each event is acknowledged; doubled, late and reordered replies do no harm.
import { openOutbox, uuid } from "./outbox.js";

const BATCH = 100;
const MOST = 500; // what the server takes in one submit
const PATIENCE = 20000;
const MINUTE = 60000;
const FINAL = new Set([403, 404, 409, 410]);

const meta = (name) => document.querySelector(`meta[name="${name}"]`);
const wire = ({ event_id, seq, question, response, flagged }) => ({ event_id, seq, question, response, flagged });

function setToken(token) {
  meta("csrf-token").content = token;
  document.querySelectorAll('input[name="csrf_token"]').forEach((each) => {
    each.value = token;
  });
}

// One request: {status, data, at}; status 0 is a network that failed or answered in the server's place.
async function request(url, options, isOurs, stop) {
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  const sent = performance.now();
  try {
    const headers = { Accept: "application/json", "X-CSRFToken": meta("csrf-token").content, ...options.headers };
    const reply = await fetch(url, { ...options, headers, signal: stop.signal, credentials: "same-origin" });
    if (reply.redirected && new URL(reply.url).pathname.startsWith("/sign-in")) return { status: 401 };
    const data = await reply.json().catch(() => null);
    // A hotel's portal also says 200; only our own shape counts as an answer.
    if (reply.ok && !(data && isOurs(data))) return { status: 0 };
    return { status: reply.status, data, at: (sent + performance.now()) / 2 };
  } catch {
    return { status: 0 };
  } finally {
    clearTimeout(timer);
  }
}

function post(url, body, stop) {
  const text = JSON.stringify(body);
  // A page on its way out still sends; the browser's limit is 64 kB of UTF-8.
  const options = {
    method: "POST",
    body: text,
    keepalive: text.length < 20000,
    headers: { "Content-Type": "application/json" },
  };
  return request(url, options, (data) => Array.isArray(data.acknowledged), stop);
}

// tell(state, detail): saved, offline, signed_out, other, gone, refused, submitting, unasked, queued, submitted, reply, news.
export function makeSync({
  box,
  answersUrl,
  submitUrl,
  tell,
  latest = () => [],
  flush = async () => {},
  announced = 0,
}) {
  const newsUrl = answersUrl.replace(/answers$/, "news");
  let seen = announced; // the version of the announcements that the page shows
  let asking = null;
  let watching = 0;
  let running = false;
  let again = false;
  let failures = 0;
  let timer = 0;
  let renewed = false;
  let handing = ""; // a submit waits to be sent, by the "person" or by the "clock"
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

  // Time, state, announcements, and a form token where the page's is that of an earlier sign-in.
  async function askNow() {
    const isOurs = (data) => typeof data.remaining_s === "number" && Boolean(data.attempt_state);
    const { status, data, at } = await request(`${newsUrl}?seen=${seen}`, {}, isOurs, new AbortController());
    if (status === 401) tell("signed_out");
    else if (status === 404) tell("other");
    else if (FINAL.has(status)) tell("gone", { status });
    else if (status !== 200) tell("offline");
    else {
      if (data.csrf_token) setToken(data.csrf_token);
      seen = data.announced;
      tell("news", { ...data, at });
      return data;
    }
    return null;
  }

  // One question at a time: who asks meanwhile gets its answer; null is none.
  function news() {
    asking =
      asking ||
      askNow().finally(() => {
        asking = null;
      });
    return asking;
  }

  // Once a minute while the page is seen, and not by all phones at once.
  function watch() {
    clearTimeout(watching);
    watching = setTimeout(
      async () => {
        if (!document.hidden) await news();
        watch();
      },
      MINUTE * (0.75 + Math.random() / 2),
    );
  }

  function later() {
    failures += 1;
    const wait = Math.min(30000, 1000 * 2 ** Math.min(failures, 5)) * (0.5 + Math.random());
    clearTimeout(timer);
    timer = setTimeout(kick, wait);
  }

  // What an unhappy status means; "retry" asks for the same again at once, "split" for smaller pieces.
  async function understand({ status, data }) {
    const forToken = Boolean(data) && data.error === "csrf";
    if (status === 400 && (forToken || !renewed)) {
      // A page left open outlives its token; a new sign-in in another tab brings a new one. No answer
      // is given up for a token, however often that takes.
      const again = !renewed && (await news());
      renewed = Boolean(again);
      if (again) return "retry";
      later();
      return "stop";
    }
    if (status === 400 || status === 413 || status === 422) return "split";
    if (status === 401) tell("signed_out");
    else if (status === 404)
      tell("other"); // an attempt never vanishes; it is somebody else who is signed in
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
    const next = await understand({ status, data });
    if (next === "retry") return deliver(events);
    if (next !== "split") return false;
    if (events.length === 0) return true;
    if (events.length === 1) {
      await box.refuse(events[0].event_id, data && data.error);
      tell("refused", events[0]);
      return true;
    }
    const half = events.length >> 1;
    return (await deliver(events.slice(0, half))) && deliver(events.slice(half));
  }

  // False while something waits still; null when there was nothing to send.
  async function drain() {
    let events = await box.pending();
    if (!events.length) return null;
    do {
      if (!(await deliver(events.slice(0, BATCH)))) return false;
      events = await box.pending();
      if (handing) return true; // the submit carries the rest
    } while (events.length);
    return true;
  }

  // The clock's submit asks first: there may be more time, and without the server nothing is over.
  async function isOver() {
    const heard = await news();
    if (handing !== "clock") return Boolean(handing);
    if (heard && heard.attempt_state === "open" && heard.remaining_s <= 0) return true;
    if (heard) {
      handing = "";
      again = true; // what waits goes out now
    } else {
      tell("unasked");
      later();
    }
    return false;
  }

  async function submitNow() {
    if (handing === "clock" && !(await isOver())) return false;
    tell("submitting");
    await flush(); // the last words may still be on their way into the outbox
    const pending = await box.pending();
    const carried = new Map();
    for (const each of [...latest(), ...pending.reverse()]) {
      if (carried.size < MOST) carried.set(each.event_id, each);
    }
    let reply = await send(submitUrl, [...carried.values()]);
    const next = reply.data && reply.data.acknowledged ? "held" : await understand(reply);
    if (next === "retry") return submitNow();
    if (next === "split") {
      // Something in it is bad: the answers go one way first, then the submit alone.
      const by = handing;
      handing = "";
      const sent = await drain();
      handing = by;
      reply = sent !== false ? await send(submitUrl, []) : { status: 0 };
    }
    if (!(reply.data && reply.data.acknowledged)) {
      if (next === "split" || handing === "clock") later();
      tell("queued");
      return false;
    }
    handing = "";
    await settle(reply.data, reply.at);
    await box.handedIn();
    tell("submitted", reply.data);
    return true;
  }

  // One request in flight: whoever asks while one is out makes it look once more.
  async function kick() {
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
        else if (await drain()) tell("saved");
      } while (again);
    } finally {
      running = false;
    }
  }

  return {
    kick,
    watch,
    get busy() {
      return running;
    },
    // The person's own submit waits on the device; the clock's is asked for anew by each page.
    async submit(by = "person") {
      handing = by;
      if (by === "person") await box.queueSubmit(true);
      return kick();
    },
    async takeBack() {
      handing = "";
      clearTimeout(timer);
      await box.queueSubmit(false);
      kick();
    },
    // There is more time: the clock's submit is off.
    goOn() {
      if (handing === "clock") handing = "";
      kick();
    },
    stop() {
      clearTimeout(watching);
      clearTimeout(timer);
    },
    wake() {
      failures = 0;
      // A request that went out on the network that is gone would only be waited for.
      if (running && flight && performance.now() - flight.since > 2000) flight.abort();
      kick();
      if (!handing) news();
    },
  };
}

const MUCH = 20000; // a difference that no slow network makes

// Counts down by the page's monotonic clock to a deadline that only the server moves.
// on: left(seconds), moved(change, minutes), resumed(), slept(), up(); up is told where on.mayEnd().
export function makeClock(on) {
  const clock = { deadline: 0, over: false };
  const left = () => clock.deadline - performance.now();
  let apart = null;

  clock.set = (deadline) => {
    const change = deadline - clock.deadline;
    const known = clock.deadline > 0;
    clock.deadline = deadline;
    if (known && Math.abs(change) > MUCH) on.moved(change, Math.max(0, Math.ceil(left() / MINUTE)));
    if (left() <= 0 || !clock.over) return;
    clock.over = false;
    on.resumed();
  };

  clock.tick = () => {
    // Some devices stop this clock while they sleep: it runs apart from the one on the wall.
    const now = Date.now() - performance.now();
    if (apart !== null && Math.abs(now - apart) > 3000) on.slept();
    apart = now;
    const seconds = Math.max(0, Math.ceil(left() / 1000));
    on.left(seconds);
    if (seconds > 0 || clock.over || !on.mayEnd()) return;
    clock.over = true;
    on.up();
  };

  return clock;
}

// What the page notices: facts for the exam's owner, sent once, never needed for going on.
export function makeNotices(url) {
  const noticed = [];
  return (kind, seconds = 0) => {
    if (noticed.push({ fact_id: uuid(), kind, seconds: Math.round(seconds) }) > 50) return;
    fetch(url, {
      method: "POST",
      keepalive: true,
      body: JSON.stringify({ facts: noticed }),
      headers: { "Content-Type": "application/json", "X-CSRFToken": meta("csrf-token").content },
    }).then(
      (reply) => reply.ok && noticed.splice(0),
      () => {},
    );
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
    const sync = makeSync({ box, answersUrl: head.answers_url, submitUrl: head.submit_url, tell });
    await (head.submit_queued ? sync.submit() : sync.kick());
    if (done) done(counts);
  }
  await outbox.tidy();
}

export { openOutbox };
