// The exam page alive: one question at a time, every change into the outbox at once, time by the server's word.
import { openOutbox, makeClock, makeNotices, makeSync, sendLeftovers } from "./sync.js";
import { isNewer } from "./outbox.js";
import * as view from "./paper_view.js";

const form = document.getElementById("paper");
const { attempt, person, answers, submit } = form.dataset;
const questions = view.readQuestions(form);
const byOrdinal = new Map(questions.map((each) => [each.ordinal, each]));
// queued: the person handed in; sending: a submit is on its way; stopped: why nothing can be sent.
const state = { index: 0, ended: false, stopped: null, five: false, queued: false, sending: false };
const $ = (id) => document.getElementById(id);
let box = null;
let sync = null;
let outbox = null;
const radio = "BroadcastChannel" in window ? new BroadcastChannel("learnapp-paper") : null;

// ---- answers ----

// The event that is a question's answer here: {seq, event_id, response, flagged}; event_id "" is the server's own.
function begin(question) {
  question.held = {
    seq: question.seq,
    event_id: "",
    response: view.written(question),
    flagged: question.flag.defaultChecked,
  };
}

function redraw(question) {
  view.drawCell(question);
  view.drawCount(questions);
  if (questions[state.index] === question) view.drawFlag(question);
}

// An answer from elsewhere wins only if it is newer, and never over words that are being typed.
function take(event) {
  const question = byOrdinal.get(event.question);
  if (!question || question.timer || question.writing || !isNewer(event, question.held)) return;
  question.held = { ...event, event_id: event.event_id || "" };
  view.write(question, event.response, event.flagged);
  redraw(question);
}

async function keep(question) {
  clearTimeout(question.timer);
  question.timer = 0;
  const response = view.standing(question);
  const flagged = question.flag.checked;
  if (view.same(response, question.held.response) && flagged === question.held.flagged) return;
  // Held at once, so that a second change while the device writes is compared with this one.
  question.held = { ...question.held, response, flagged };
  if (question.refused) view.trouble("");
  question.refused = false;
  question.writing = (question.writing || 0) + 1;
  const event = await box.put(question.ordinal, response, flagged);
  question.writing -= 1;
  if (isNewer(event, question.held)) Object.assign(question.held, { seq: event.seq, event_id: event.event_id });
  if (!question.writing) question.sent = event;
  if (radio) radio.postMessage({ attempt, person, event });
  await drawWaiting();
  sync.kick();
}

function changed(target, typing) {
  const section = target.closest(".q");
  if (!section || state.ended) return;
  const question = byOrdinal.get(Number(section.id.slice(1)));
  redraw(question);
  if (!typing) {
    keep(question);
    return;
  }
  clearTimeout(question.timer);
  question.timer = setTimeout(keep, 800, question);
  // What is still being typed is not saved, and the bar must not say so for one moment.
  if (!state.offline) view.drawSaved(view.say("waiting", { n: Math.max(1, state.waiting || 0) }), true);
  drawWaiting();
}

const flush = () => Promise.all(questions.filter((each) => each.timer).map(keep));

// ---- what the bar says ----

async function drawWaiting() {
  const waiting = new Set((await box.pending()).map((each) => each.question));
  questions.filter((each) => each.timer || each.writing).forEach((each) => waiting.add(each.ordinal));
  questions.forEach((each) => view.drawKept(each, waiting.has(each.ordinal)));
  const n = waiting.size;
  const refused = questions.filter((each) => each.refused).length;
  state.waiting = n + refused;
  if (refused) view.drawSaved(view.say("unsaved", { n: refused }), true);
  else if (state.offline) view.drawSaved(view.say("offline"), true);
  else if (!n) view.drawSaved(view.say("saved"), false);
  else view.drawSaved(view.say("waiting", { n }), true);
}

function stop(words, link) {
  state.stopped = words;
  view.trouble(view.say(words), link);
}

const tells = {
  saved() {
    state.offline = false;
    drawWaiting();
  },
  offline() {
    if (!state.offline) view.announce(view.say("offline"));
    state.offline = true;
    view.drawSaved(view.say("offline"), true);
  },
  signed_out() {
    const way = new URL(form.dataset.signInUrl || "/sign-in", location.href);
    way.searchParams.set("next", location.pathname + location.hash);
    stop("signedOut", { href: way.pathname + way.search, text: view.say("signIn") });
    closeWaiting();
  },
  other() {
    stop("other");
    closeWaiting();
  },
  gone() {
    stop("gone");
    closeWaiting();
  },
  refused: refuse,
  submitting() {
    state.sending = true;
    view.busy(true);
    if (!state.queued) view.trouble("");
    showSending();
  },
  unasked: showUnasked,
  queued() {
    state.sending = false;
    if (!state.queued) showUnasked();
    else if (!state.stopped) showQueued();
  },
  submitted(reply) {
    state.ended = true;
    outbox.tidy().finally(() => location.assign(reply.result_url || location.pathname));
  },
  reply(data) {
    heard(data);
    for (const each of data.answers || []) take(each);
    for (const each of data.refused) refuse(each);
    drawWaiting();
  },
  news(data) {
    heard(data);
    if (data.announcements) view.showAnnouncements(data.announcements);
    drawWaiting();
  },
};

// What every reply of the server says: it is there, how long there is, and whether the attempt is open.
function heard({ at, remaining_s: left, attempt_state: now }) {
  state.offline = false;
  if (state.stopped) {
    state.stopped = null;
    view.trouble("");
  }
  if (now === "voided" || (now === "submitted" && !state.queued && !state.sending)) ended(now);
  // A second at least, where the server says that there is one: a slow reply must not end the count.
  else if (now === "open") clock.set(left > 0 ? Math.max(at + left * 1000, performance.now() + 1000) : at);
}

// The server will not hold this answer; its text stays, and the page says that it is not saved.
function refuse({ event_id: id, question: ordinal, code }) {
  const question = byOrdinal.get(ordinal) || questions.find((each) => each.held.event_id === id);
  if (!question) return;
  question.refused = question.held.event_id === id;
  view.trouble(view.say(/too_long$/.test(code) ? "tooLong" : "refused", { n: question.ordinal }));
  drawWaiting();
}

// ---- time: counted by the page's monotonic clock, set by the server at load and with every reply ----

const clock = makeClock({
  left(seconds) {
    view.drawTime(seconds);
    if (seconds > 330) state.five = false;
    if (seconds > 300 || seconds === 0 || state.five) return;
    state.five = true;
    view.announce(seconds > 240 ? view.say("five") : view.say("minutes", { n: Math.ceil(seconds / 60) }));
  },
  moved: (change, n) => view.showTime(view.say(change > 0 ? "more" : "less", { n })),
  resumed() {
    view.trouble("");
    if (!state.queued) view.closeAsk();
    sync.goOn();
  },
  slept: () => sync.wake(),
  mayEnd: () => !state.ended && !state.queued,
  // The page never hands in by its own count: sync.js asks the server first, and again until it hears.
  up: () => flush().then(() => sync.submit("clock")),
});

function showUnasked() {
  if (state.ended) return;
  view.closeAsk();
  if (state.stopped) return;
  view.trouble(view.say("unasked"));
}

function startClock() {
  // The count was taken when the page left the server, which was before this script ran.
  const [arrival] = performance.getEntriesByType("navigation");
  const from = arrival && arrival.responseStart > 0 ? arrival.responseStart : performance.now();
  clock.set(from + Number(form.dataset.remaining) * 1000);
  clock.tick();
  setInterval(clock.tick, 500);
}

// ---- handing in ----

function askToHandIn() {
  const empty = questions.filter((each) => view.standing(each) === null).map((each) => each.ordinal);
  const flagged = questions.filter((each) => each.flag.checked).map((each) => each.ordinal);
  view.ask({
    title: view.say("ask"),
    parts: [
      empty.length
        ? { text: view.say("left", { n: empty.length }), numbers: empty }
        : { text: view.say("all", { m: questions.length }) },
      flagged.length && { text: view.say("marked", { n: flagged.length }), numbers: flagged },
      { text: view.say(state.offline || !navigator.onLine ? "net" : "final") },
    ],
    yes: { text: view.say("yes"), act: handIn },
    no: { text: view.say("no"), act: view.closeAsk },
  });
}

async function handIn() {
  state.queued = true;
  showSending();
  await flush();
  sync.submit();
}

function showSending() {
  if (!state.queued) view.ask({ title: view.say("over"), parts: [{ text: view.say("overText") }] });
  else view.ask({ title: view.say("sending"), parts: [{ text: view.say("sendingText") }] });
}

function showQueued() {
  view.busy(false);
  view.ask({
    title: view.say("queued"),
    parts: [{ text: view.say("queuedText") }],
    no: { text: view.say("back"), act: takeBack },
  });
}

function takeBack() {
  state.queued = false;
  view.closeAsk();
  sync.takeBack().then(() => clock.over && sync.submit("clock"));
}

// A refusal stands in the notice; a sheet over it would hide the way out.
function closeWaiting() {
  if (state.queued || state.sending) view.closeAsk();
}

function ended(how) {
  if (state.ended) return;
  state.ended = true;
  flush();
  sync.stop();
  view.trouble("");
  const name = how === "voided" ? "voided" : "handed";
  view.ask({
    title: view.say(name),
    parts: [{ text: view.say(`${name}Text`) }],
    yes: { text: view.say("look"), act: () => location.assign(location.pathname) },
  });
}

// ---- moving ----

const fromHash = () => questions.findIndex((each) => `#${each.ordinal}` === location.hash);

function show(index, focus = true) {
  if (questions[state.index]) flush();
  state.index = index;
  view.showQuestion(questions, index);
  window.scrollTo(0, 0);
  if (focus) questions[index].head.focus({ preventScroll: true });
}

function move(by) {
  const to = state.index + by;
  if (to >= questions.length) askToHandIn();
  else if (to >= 0) {
    show(to); // at once: the event of the hash comes after the next key
    location.hash = questions[to].ordinal;
  }
}

function firstShown() {
  if (fromHash() >= 0) return fromHash();
  const empty = questions.findIndex((each) => each.held.response === null);
  const index = empty > 0 ? empty : 0;
  history.replaceState(null, "", `#${questions[index].ordinal}`);
  return index;
}

function toggleFlag() {
  questions[state.index].flag.click();
}

// ---- starting ----

function listen() {
  form.addEventListener("change", (event) => changed(event.target, false));
  form.addEventListener("input", (event) => view.isText(event.target) && changed(event.target, true));
  form.addEventListener("submit", (event) => event.preventDefault());
  view.listenToKeys({ inputs: () => questions[state.index].inputs, move, toggleFlag });
  window.addEventListener("hashchange", () => {
    view.openCard(false);
    if (!state.queued) view.closeAsk();
    if (fromHash() >= 0 && fromHash() !== state.index) show(fromHash());
  });
  $("previous").onclick = () => move(-1);
  $("next").onclick = () => move(1);
  $("flag").onclick = toggleFlag;
  $("hand-in").onclick = askToHandIn;
  $("read-news").onclick = view.readNews;
  $("open-card").onclick = () => view.openCard(true);
  $("card").addEventListener("click", (event) => {
    if (event.target === $("card") || event.target.closest("[data-close]") || event.target.closest(".cell"))
      view.openCard(false);
  });
  $("ask-text").addEventListener("click", (event) => event.target.closest("a") && view.closeAsk());
  view.watchStrokes(document.querySelector(".x-questions"), move);
}

function listenToTheWorld() {
  window.addEventListener("online", () => sync.wake());
  window.addEventListener("offline", () => tells.offline());
  window.addEventListener("pageshow", (event) => event.persisted && sync.wake());
  window.addEventListener("pagehide", flush);
  window.addEventListener("beforeunload", (event) => !outbox.durable && state.waiting && event.preventDefault());
  document.addEventListener("visibilitychange", () => (document.hidden ? flush() : sync.wake()));
  document.addEventListener("visibilitychange", noticeLeaving);
  document.addEventListener("copy", () => notice("copied"));
  if (!radio) return;
  radio.onmessage = ({ data }) => {
    if (data.attempt !== attempt || data.person !== person) return;
    take(data.event);
    drawWaiting();
  };
}

const noticed = "unwatched" in form.dataset ? () => {} : makeNotices(answers.replace(/answers$/, "facts"));
let leftAt = 0;

function notice(kind, seconds) {
  if (!state.ended) noticed(kind, seconds);
}

function noticeLeaving() {
  if (document.hidden) leftAt = performance.now();
  else if (leftAt) notice("left", (performance.now() - leftAt) / 1000);
}

async function main() {
  questions.forEach(begin);
  outbox = await openOutbox(person);
  outbox.onRefused(() => view.trouble(view.say("memory")));
  if (!outbox.durable) view.trouble(view.say("memory"));
  box = outbox.forAttempt(attempt, { answers_url: answers, submit_url: submit });
  sync = makeSync({
    box,
    answersUrl: answers,
    submitUrl: submit,
    announced: Number(form.dataset.announced),
    tell: (what, detail) => tells[what](detail),
    flush,
    latest: () => questions.map((each) => each.sent).filter(Boolean),
  });
  await box.observe(Number(form.dataset.maxSeq));
  const [kept, refused] = [await box.pending(), await box.refused()];
  // From here to listen() nothing is waited for: a tap in between would be heard by nobody.
  view.buildCard(questions);
  const early = questions.filter(
    (each) => !view.same(view.standing(each), each.held.response) || each.flag.checked !== each.held.flagged,
  );
  // What was tapped while this script was still on its way is newer than anything kept.
  early.forEach((each) => {
    each.timer = -1;
  });
  kept.forEach(take);
  refused.forEach((event) => {
    take(event);
    const question = byOrdinal.get(event.question);
    if (question) question.refused = question.held.event_id === event.event_id;
  });
  questions.forEach(view.drawCell);
  view.drawCount(questions);
  document.documentElement.classList.add("is-live");
  show(firstShown(), false);
  listen();
  startClock();
  listenToTheWorld();
  sync.watch();
  early.forEach(keep);
  await drawWaiting();
  const head = await box.head();
  if (head && head.submit_queued) handIn();
  else sync.kick();
  sendLeftovers(person, outbox, attempt);
}

main();
