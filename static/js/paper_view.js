// What the exam page shows: the questions as they stand in the form, the answer card, the bar and the sheets.

const $ = (id) => document.getElementById(id);
// The Chinese sentences stay with the script; a page in another language brings its own.
const CHINESE = {
  count: "已答 {n} / {m}",
  saved: "已保存",
  waiting: "{n} 题待同步",
  waits: "待同步",
  offline: "离线，可继续作答",
  five: "还剩 5 分钟",
  minutes: "还剩 {n} 分钟",
  number: "第 {n} 题",
  done: "已答",
  empty: "未答",
  flagged: "已标记",
  memory: "这台设备不让网页存数据：答案只在本页，关闭前请等到“已保存”。",
  signedOut: "登录已失效，答案存在本机，重新登录后自动补交。",
  signIn: "重新登录",
  gone: "服务器不再接受这份答卷的作答，请联系监考或管理员。答案仍存在本机。",
  other: "这台设备上已有他人登录。答案存在本机，本人登录后自动补交。",
  refused: "第 {n} 题的一次作答未被接受，请重新作答该题。",
  ask: "现在交卷？",
  all: "{m} 题全部作答。",
  left: "还有 {n} 题未答：",
  marked: "{n} 题有标记：",
  yes: "交卷",
  no: "继续作答",
  net: "现在没有网络：交卷会先存在本机，联网后自动送出，送出前可以撤回。",
  final: "交卷后不能再改。",
  sending: "正在交卷",
  sendingText: "正在送出，请不要关闭本页。",
  queued: "已离线，联网后自动交卷",
  queuedText: "答案和交卷都存在本机。请在截止前连上网络。",
  back: "撤回交卷，继续作答",
  tooLong: "第 {n} 题的答案太长，没有保存。内容还在，请缩短。",
  unsaved: "{n} 题未保存",
  notSaved: "未保存",
  over: "时间到",
  overText: "正在交卷。",
  unasked:
    "时间到，但连不上服务器，还不知道有没有加时。可以继续作答，答案存在本机；连上后自动核对：有加时就继续，没有就交卷。迟到的作答由服务器的时间决定是否计入。",
  more: "已加时，还剩 {n} 分钟。",
  less: "剩余时间已按服务器校准，还剩 {n} 分钟。",
  handed: "这份答卷已交",
  handedText: "之后的作答会保存，但不计入成绩。",
  voided: "这份答卷已作废",
  voidedText: "作答已停止，之前的答案都保存着。请联系监考或管理员；能否重新开始，见下一页。",
  look: "查看",
};
const words = $("words") ? $("words").dataset : CHINESE;
const MOST_NAMED = 16; // more numbers than this are what the answer card is for

// A sentence of the page's language with its values filled in.
export const say = (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);

function readOne(section) {
  const ordinal = Number(section.id.slice(1));
  const inputs = [...section.querySelectorAll(`[name="q${ordinal}"], [name^="q${ordinal}."]`)];
  return {
    ordinal,
    inputs,
    section,
    type: section.dataset.type,
    label: section.dataset.label,
    seq: Number(section.dataset.seq) || 0,
    flag: section.querySelector(".flag input"),
    head: section.querySelector(".q-head"),
  };
}

// `from` chooses what is read: what stands there now, or what the server wrote (nothing restored by the browser).
function response(question, checked, value) {
  const { type, inputs } = question;
  if (type === "fill_blank") {
    const blanks = inputs.map((each) => each[value]);
    return blanks.some((each) => each.trim()) ? { blanks } : null;
  }
  if (type === "short_answer") return inputs[0][value].trim() ? { text: inputs[0][value] } : null;
  const options = inputs
    .filter((each) => each[checked])
    .map((each) => each.value)
    .sort();
  return options.length ? { options } : null;
}

export const readQuestions = (form) => [...form.querySelectorAll(".q")].map(readOne);
export const standing = (question) => response(question, "checked", "value");
export const written = (question) => response(question, "defaultChecked", "defaultValue");
export const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// Puts an answer that came from elsewhere (outbox, another tab, another device) into the form.
export function write(question, answer, flagged) {
  const { type, inputs } = question;
  inputs.forEach((input, index) => {
    if (type === "fill_blank") input.value = answer ? answer.blanks[index] || "" : "";
    else if (type === "short_answer") input.value = answer ? answer.text : "";
    else input.checked = Boolean(answer) && answer.options.includes(input.value);
  });
  question.flag.checked = flagged;
}

// ---- the answer card ----
export function buildCard(questions) {
  const place = $("numbers");
  let grid = null;
  let label = null;
  for (const question of questions) {
    if (question.label !== label) {
      label = question.label;
      place.append(Object.assign(document.createElement("h3"), { textContent: label }));
      grid = Object.assign(document.createElement("div"), { className: "cells" });
      place.append(grid);
    }
    question.cell = Object.assign(document.createElement("a"), {
      href: `#${question.ordinal}`,
      className: "cell",
      textContent: question.ordinal,
    });
    grid.append(question.cell);
  }
}

export function drawCell(question) {
  question.cell.classList.toggle("done", standing(question) !== null);
  question.cell.classList.toggle("flagged", question.flag.checked);
  nameCell(question);
}

// Beside the question and on its cell, in words: whether what stands there has reached the server.
export function drawKept(question, waiting) {
  if (!question.kept) {
    question.kept = Object.assign(document.createElement("span"), { className: "q-kept" });
    question.head.append(" ", question.kept);
  }
  const unsaved = question.refused ? say("notSaved") : "";
  const text = waiting ? say("waits") : unsaved || (question.held.seq ? say("saved") : "");
  if (question.kept.textContent !== text) question.kept.textContent = text;
  for (const each of [question.kept, question.cell]) each.classList.toggle("waiting", waiting || Boolean(unsaved));
  nameCell(question);
}

function nameCell(question) {
  const parts = [say("number", { n: question.ordinal }), say(standing(question) !== null ? "done" : "empty")];
  if (question.flag.checked) parts.push(say("flagged"));
  if (question.kept && question.kept.textContent) parts.push(question.kept.textContent);
  question.cell.setAttribute("aria-label", parts.join("，"));
}

export function drawCount(questions) {
  const n = questions.filter((each) => standing(each) !== null).length;
  $("count").textContent = say("count", { n, m: questions.length });
}

export function drawFlag(question) {
  $("flag").setAttribute("aria-pressed", String(question.flag.checked));
}

export function showQuestion(questions, index) {
  questions.forEach((each, at) => {
    each.section.classList.toggle("now", at === index);
    if (at === index) each.cell.setAttribute("aria-current", "true");
    else each.cell.removeAttribute("aria-current");
  });
  const last = index === questions.length - 1;
  $("previous").disabled = index === 0;
  $("next").textContent = last ? $("next").dataset.last : $("next").dataset.next;
  drawFlag(questions[index]);
}

// ---- the bar ----
export function drawSaved(text, waiting) {
  const place = $("saved");
  if (place.textContent !== text) place.textContent = text;
  place.classList.toggle("waiting", waiting);
}

export function announce(text) {
  $("say").textContent = text;
}

// Said once: the place is an alert, and a retry says the same again.
export function trouble(text, link) {
  const place = $("trouble");
  if (place.dataset.text === text) return;
  place.dataset.text = text;
  place.hidden = !text;
  const line = place.querySelector("p");
  line.textContent = text;
  if (text && link) {
    line.append(" ", Object.assign(document.createElement("a"), { href: link.href, textContent: link.text }));
  }
}

// What the proctor announced, and time that was added: beside each other until the person has read them.
function showNews(lines) {
  const place = $("news");
  announce(lines.join(""));
  place
    .querySelector("div")
    .replaceChildren(...lines.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
  place.hidden = !lines.length;
}

const current = { announcements: [...$("news").querySelectorAll("p")].map((each) => each.textContent), time: "" };

export function showAnnouncements(texts) {
  current.announcements = texts;
  showNews([current.time, ...texts].filter(Boolean));
}

export function showTime(text) {
  current.time = text;
  const read = $("news").hidden;
  showNews([text, ...(read ? [] : current.announcements)]);
}

export function readNews() {
  current.time = "";
  $("news").hidden = true;
}

function clockText(seconds) {
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

export function drawTime(seconds) {
  const place = $("time");
  place.textContent = clockText(seconds);
  place.parentElement.classList.toggle("soon", seconds <= 300 && seconds > 0);
  place.parentElement.classList.toggle("over", seconds <= 0);
}

export const isText = (element) => Boolean(element) && (element.tagName === "TEXTAREA" || element.type === "text");

// The option of a key: by the letter that the page gives it, or by its number.
function chosenBy(key, choices) {
  if (/^[1-9]$/.test(key)) return choices[Number(key) - 1];
  return choices.find((each) => each.closest("label").querySelector(".letter")?.textContent.toLowerCase() === key);
}

// Letters and digits choose, arrows move, F flags; never while somebody types or a sheet is open.
export function listenToKeys({ inputs, move, toggleFlag }) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || askOpen() || isText(event.target)) return;
    if (event.key === "Escape" && cardOpen()) openCard(false);
    if (cardOpen()) return;
    const key = event.key.toLowerCase();
    const choices = inputs();
    // F is the flag unless the question has a sixth option.
    const option = isText(choices[0]) ? null : chosenBy(key, choices);
    if (option) option.click();
    else if (key === "f") toggleFlag();
    else if (key === "arrowleft") move(-1);
    else if (key === "arrowright") move(1);
    else return;
    event.preventDefault();
  });
}

// A sideways stroke that began inside the page: the edges belong to the phone's own "back".
export function watchStrokes(area, move) {
  let start = null;
  area.addEventListener(
    "touchstart",
    (event) => {
      const { clientX: x, clientY: y } = event.touches[0];
      const inner = event.touches.length === 1 && x > 32 && x < window.innerWidth - 32;
      start = inner && !isText(event.target) ? { x, y } : null;
    },
    { passive: true },
  );
  area.addEventListener(
    "touchend",
    (event) => {
      if (!start) return;
      const dx = event.changedTouches[0].clientX - start.x;
      const dy = event.changedTouches[0].clientY - start.y;
      start = null;
      if (Math.abs(dx) > 70 && Math.abs(dx) > 2.5 * Math.abs(dy)) move(dx < 0 ? 1 : -1);
    },
    { passive: true },
  );
}

// ---- sheets ----
let before = null; // where the focus was

function trap(sheet, event) {
  if (event.key !== "Tab") return;
  const stops = [...sheet.querySelectorAll("a[href], button:not([disabled]):not([hidden])")];
  if (!stops.length) return;
  const [first, last] = [stops[0], stops[stops.length - 1]];
  const inside = sheet.contains(document.activeElement);
  if (event.shiftKey ? document.activeElement === first || !inside : document.activeElement === last || !inside) {
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  }
}

export const askOpen = () => !$("ask").hidden;
export const cardOpen = () => $("card").classList.contains("open");

export function openCard(open) {
  const card = $("card");
  if (open === cardOpen()) return;
  card.classList.toggle("open", open);
  if (open) {
    before = document.activeElement;
    card.setAttribute("role", "dialog");
    card.setAttribute("aria-modal", "true");
    card.querySelector("[data-close]").focus();
    const now = card.querySelector("[aria-current]");
    if (now) now.scrollIntoView({ block: "nearest" });
    return;
  }
  card.setAttribute("role", "region");
  card.removeAttribute("aria-modal");
  if (before) before.focus();
}

function paragraph(part) {
  const line = document.createElement("p");
  line.append(part.text);
  const numbers = part.numbers || [];
  for (const ordinal of numbers.slice(0, MOST_NAMED)) {
    line.append(" ", Object.assign(document.createElement("a"), { href: `#${ordinal}`, textContent: ordinal }));
  }
  if (numbers.length > MOST_NAMED) line.append(" …");
  return line;
}

// A question or a state that must be seen: {title, parts, yes, no}, the last two {text, act} or absent.
export function ask({ title, parts, yes, no }) {
  openCard(false);
  const sheet = $("ask");
  if (sheet.hidden) before = document.activeElement;
  $("ask-title").textContent = title;
  $("ask-text").replaceChildren(...parts.filter(Boolean).map(paragraph));
  for (const [id, choice] of [
    ["ask-yes", yes],
    ["ask-no", no],
  ]) {
    $(id).hidden = !choice;
    if (choice) Object.assign($(id), { disabled: false, textContent: choice.text, onclick: choice.act });
  }
  sheet.hidden = false;
  $("ask-title").focus();
}

// While a queued submit is being sent it cannot be taken back.
export function busy(sending) {
  $("ask-no").disabled = sending;
}

export function closeAsk() {
  if ($("ask").hidden) return;
  $("ask").hidden = true;
  if (before) before.focus();
}

for (const id of ["ask", "card"]) {
  $(id).addEventListener("keydown", (event) => {
    if (id === "ask" || cardOpen()) trap($(id), event);
  });
}
