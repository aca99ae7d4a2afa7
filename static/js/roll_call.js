// The roll call of a session: each tick is kept on the phone first, then sent until the server holds it.
import { uuid } from "./outbox.js";

const form = document.getElementById("roll");
const state = document.getElementById("roll-state");
const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
const place = `roll:${meta("person-key")}:${form.dataset.session}`;
let seq = Number(form.dataset.seq);
let timer = 0;
let busy = false;

function waiting() {
  try {
    return JSON.parse(localStorage.getItem(place) ?? "[]");
  } catch {
    return [];
  }
}

function keep(ticks) {
  if (ticks.length) localStorage.setItem(place, JSON.stringify(ticks));
  else localStorage.removeItem(place);
  const { saved, waiting: words } = form.dataset;
  state.textContent = ticks.length ? words.replace("{n}", ticks.length) : saved;
}

async function send() {
  clearTimeout(timer);
  const ticks = waiting();
  if (busy || !ticks.length) return;
  busy = true;
  try {
    const reply = await fetch(form.dataset.url, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": meta("csrf-token") },
      body: JSON.stringify({ ticks: ticks.slice(0, 500) }),
    });
    const found = await reply.json();
    if (reply.ok && Array.isArray(found.held)) {
      const known = new Set([...found.held, ...found.refused]);
      seq = Math.max(seq, found.max_seq);
      keep(waiting().filter((each) => !known.has(each.event_id)));
    }
  } catch {
    // No network: what waits is sent later.
  } finally {
    busy = false;
  }
  if (waiting().length) timer = setTimeout(send, 3000);
}

form.addEventListener("change", ({ target }) => {
  const ticks = waiting();
  seq = Math.max(seq, ...ticks.map((each) => each.seq)) + 1;
  const person = Number(target.name.slice("mark-".length));
  keep([...ticks, { event_id: uuid(), seq, person_id: person, mark: target.value }]);
  send();
});

// What this phone still holds shows, whatever the page was drawn from.
for (const each of waiting()) {
  const box = form.elements[`mark-${each.person_id}`];
  if (box) box.value = each.mark;
}
addEventListener("online", send);
if (waiting().length) keep(waiting());
send();
