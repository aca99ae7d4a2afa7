// On any page: sends what an earlier, closed exam page left on this device for the person who is signed in.

function mayWait(person) {
  try {
    return localStorage.getItem(`outbox:${person}`) !== null;
  } catch {
    return true;
  }
}

function say(counts) {
  const words = document.getElementById("leftover-words");
  const place = document.getElementById("messages");
  if (!words || !place || !(counts.held + counts.late || counts.submitted)) return;
  const { sent, late, handed } = words.dataset;
  const notice = words.content.firstElementChild.cloneNode(true);
  const parts = [];
  if (counts.held) parts.push(sent.replace("{n}", counts.held));
  if (counts.late) parts.push(late.replace("{n}", counts.late));
  if (counts.submitted) parts.push(handed);
  notice.querySelector("p").textContent = parts.join("");
  place.append(notice);
}

async function main() {
  const key = document.querySelector('meta[name="person-key"]');
  if (!key || !mayWait(key.content)) return;
  const { openOutbox, sendLeftovers } = await import("./sync.js");
  const outbox = await openOutbox(key.content);
  const send = () => sendLeftovers(key.content, outbox, null, say);
  window.addEventListener("online", send);
  await send();
}

main();
