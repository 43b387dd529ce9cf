// The exam page: one item at a time, the answer sheet, the clock, and what is saved. Sending is the saver's business.
import { paintAreas, readOrder, wireAreas, wireOrder, writeOrder } from "./arranging.js";
import { ServerClock, countDown } from "./clock.js";
import { tellLength } from "./counting.js";
import { paintFile, wireFile } from "./files.js";
import { isNumber } from "./numbers.js";
import { open as openOutbox } from "./outbox.js";
import { Saver } from "./saver.js";

const TYPING = 400; // ms of rest after a key before a text is sent; it is in the outbox from the first key
const WRITING = 2000; // the same for a long text, of which every sending is kept
const RESTING = 1000; // ms of rest after a key before a text is called no number; half a number is none yet
const CLOCK_EVERY = 15000;
const LAST_MINUTES = 15000; // ms after the end during which what is left is still sent

const desk = JSON.parse(document.getElementById("desk").textContent);
const words = desk.words;
const items = new Map([...document.querySelectorAll("[data-item]")].map((item) => [Number(item.dataset.item), item]));
const order = [...items.keys()];
const clock = new ServerClock(desk.now);
const told = (sentence, facts) => sentence.replace(/\{(\w+)\}/g, (_, name) => facts[name]);
const state = { current: [...items.keys()][0], until: desk.until, saved: null, leading: true, ending: false };

// ── Answers in the page ──────────────────────────────────────────────────────────────────────────────────────────────

// Where an item's controls are: in its sub-questions if it is a case.
function boxesOf(item) {
  return item.dataset.type === "case" ? [...item.querySelectorAll("[data-part]")] : [item];
}

function read(item) {
  if (item.dataset.type === "case") {
    const given = boxesOf(item).map(read);
    return given.some((one) => one !== null) ? given : null;
  }
  const inputs = [...item.querySelectorAll("[name^=response]")];
  const chosen = inputs.filter((input) => input.checked).map((input) => input.value);
  switch (item.dataset.type) {
    case "true_false": return chosen.length ? chosen[0] === "true" : null;
    case "single_choice": return chosen[0] ?? null;
    case "multiple_choice": return chosen.length ? chosen : null;
    case "hotspot": return chosen.length ? chosen : null;
    case "ordering": return readOrder(item);
    case "matching": case "cloze": case "fill_in": return inputs.some((input) => input.value.trim()) ? inputs.map((input) => input.value) : null;
    default: return inputs[0].value.trim() || null;
  }
}

function write(item, response) {
  if (item.dataset.type === "case") return boxesOf(item).forEach((box, index) => write(box, response?.[index] ?? null));
  if (item.dataset.type === "ordering") return writeOrder(item, response);
  const given = Array.isArray(response) ? response : [response];
  [...item.querySelectorAll("[name^=response]")].forEach((input, index) => {
    if (input.type === "radio" || input.type === "checkbox") input.checked = given.some((one) => String(one) === input.value);
    else input.value = given[index] ?? "";
  });
  if (item.dataset.type === "hotspot") paintAreas(item);
  if (item.dataset.type === "file_upload") paintFile(item);
}

// The hint beside a number: taken away at once, given only when the typing rests.
function hint(input) {
  const place = document.getElementById(input.getAttribute("aria-describedby"));
  const fine = !input.value.trim() || isNumber(input.value, ...input.dataset.unit.split("\n"));
  const words = fine ? "" : place.dataset.words;
  if (place.textContent !== words) place.textContent = words;
}

function hintWhileTyping(input) {
  let resting;
  input.addEventListener("input", () => {
    clearTimeout(resting);
    if (isNumber(input.value, ...input.dataset.unit.split("\n")) || !input.value.trim()) hint(input);
    else resting = setTimeout(() => hint(input), RESTING);
  });
  input.addEventListener("change", () => hint(input));
}

const isAnswered = (slot) => read(items.get(slot)) !== null;
const isFlagged = (slot) => items.get(slot).querySelector("[data-flag]").getAttribute("aria-pressed") === "true";

// ── The answer sheet and the line that says what is saved ────────────────────────────────────────────────────────────

function icon(name) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  drawing.setAttribute("class", "k-icon");
  drawing.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${desk.addresses.icons}#${name}`);
  drawing.append(use);
  return drawing;
}

function paintCell(slot) {
  const waits = saver.isWaiting(slot);
  const answered = isAnswered(slot);
  const label = [told(words.item, { number: slot }), answered ? words.answered : words.unanswered];
  if (waits) label.push(words.waiting);
  if (isFlagged(slot)) label.push(words.flagged);
  for (const cell of document.querySelectorAll(`[data-cell="${slot}"]`)) {
    cell.classList.toggle("done", answered && !waits);
    cell.classList.toggle("wait", waits);
    cell.setAttribute("aria-label", label.join(words.comma));
    cell.toggleAttribute("aria-current", false);
    if (slot === state.current) cell.setAttribute("aria-current", "true");
    cell.querySelector("svg")?.remove();
    if (isFlagged(slot)) cell.append(icon("flag"));
  }
}

function dot() {
  const span = document.createElement("span");
  span.className = "k-dot";
  span.textContent = " · ";
  return span;
}

function paintSaved() {
  const line = document.getElementById("saved");
  const here = saver.waiting.filter((entry) => entry.verb === "answer").length;
  const late = here && saver.failing;
  const text = document.createElement("span");
  const answered = state.saved ? state.saved.answered : [...items.keys()].filter((slot) => isAnswered(slot) && !saver.isWaiting(slot)).length;
  document.querySelector("[data-progress]").textContent = `${order.filter(isAnswered).length}/${desk.total}`;
  text.append(told(words.saved, { count: answered, total: desk.total }));
  if (late) text.append(dot(), told(words.here, { count: here }));
  else if (state.saved) text.append(dot(), Object.assign(document.createElement("time"), { textContent: state.saved.time }));
  else if (line.querySelector("time")) text.append(dot(), line.querySelector("time"));
  line.classList.toggle("wait", Boolean(late));
  line.replaceChildren(icon(late ? "offline" : "saved"), text);
  for (const legend of document.querySelectorAll("[data-legend-wait]")) legend.hidden = !here;
}

function note(name, kind, first, more = "", act = null) {
  const notes = document.getElementById("notes");
  const held = notes.querySelector(`[data-note="${name}"]`);
  if (held?.dataset.text === first + more) return;
  const box = Object.assign(document.createElement("div"), { className: `k-note ${kind}` });
  box.dataset.note = name;
  box.dataset.text = first + more;
  box.setAttribute("role", kind === "bad" ? "alert" : "status");
  const paragraph = document.createElement("p");
  paragraph.append(Object.assign(document.createElement("strong"), { textContent: first }), ` ${more} `);
  if (act) paragraph.append(Object.assign(document.createElement("a"), act));
  const body = document.createElement("div");
  body.append(paragraph);
  box.append(icon({ warn: "warn", bad: "cross" }[kind] ?? "info"), body);
  if (held) held.replaceWith(box);
  else notes.append(box);
}

const unnote = (name) => document.querySelector(`[data-note="${name}"]`)?.remove();

function paintOffline() {
  const count = saver.waiting.length;
  if (saver.failing && count) note("offline", "warn", words.offline, told(words.offlineMore, { count }));
  else unnote("offline");
}

// ── Saving ───────────────────────────────────────────────────────────────────────────────────────────────────────────

function send(entry, options) {
  const answers = entry.verb === "answer";
  const body = { sequence: entry.sequence, epoch: entry.epoch, [answers ? "response" : "flagged"]: entry.response };
  return fetch(desk.addresses[answers ? "answers" : "flags"] + entry.slot, {
    method: answers ? "PUT" : "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-Kaoping-Sitting": "1" },
    body: JSON.stringify(body),
    ...options,
  });
}

const localTime = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: desk.zone });

const saver = new Saver({
  outbox: await openOutbox(desk.sitting),
  send,
  epoch: desk.epoch,
  now: () => clock.now(),
  sequences: new Map([...items].map(([slot, item]) => [slot, Number(item.dataset.sequence)])),
  told: {
    changed(entry) {
      paintCell(entry.slot);
      paintSaved();
    },
    saved(entry, body) {
      state.saved = { answered: body.answered, time: localTime.format(new Date(body.saved_at)) };
      unnote(`refused-${entry.slot}`);
      paintCell(entry.slot);
      paintSaved();
      paintOffline();
    },
    offline() {
      paintSaved();
      paintOffline();
    },
    online() {
      paintSaved();
      paintOffline();
    },
    takenOver: () => yieldTo(words.takenOver, words.takenOverMore),
    loggedOut: () => location.assign(desk.addresses.log_in),
    refused(entry, body) {
      note(`refused-${entry.slot}`, "bad", words.refused, body.detail ?? "");
      paintCell(entry.slot);
      paintSaved();
    },
    over: () => handIn(),
  },
});

function shut() {
  for (const control of document.querySelectorAll("[name^=response], [data-file] input, [data-move], [data-flag], [data-flag-now]")) control.disabled = true;
}

function yieldTo(first, more) {
  state.leading = false;
  saver.stop();
  shut();
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  note("taken-over", "bad", first, more);
}

// ── Moving ───────────────────────────────────────────────────────────────────────────────────────────────────────────

function go(slot, { focus = true } = {}) {
  if (!items.has(slot)) return;
  const before = state.current;
  saver.hurry();
  items.get(before).hidden = true;
  state.current = slot;
  items.get(slot).hidden = false;
  history.replaceState(null, "", `#item-${slot}`);
  paintCell(before);
  paintCell(slot);
  paintBar();
  if (focus) items.get(slot).querySelector("h2").focus({ preventScroll: true });
  scrollTo({ top: 0 });
}

const step = (by) => go(order[order.indexOf(state.current) + by]);

function paintBar() {
  const at = order.indexOf(state.current);
  document.querySelector("[data-previous]").disabled = at === 0;
  document.querySelector("[data-next]").disabled = at === order.length - 1;
  document.querySelector("[data-flag-now]").setAttribute("aria-pressed", isFlagged(state.current));
}

function flag(slot) {
  if (!state.leading || state.ending) return;
  const button = items.get(slot).querySelector("[data-flag]");
  button.setAttribute("aria-pressed", !isFlagged(slot));
  saver.change(slot, "flag", isFlagged(slot));
  paintCell(slot);
  paintBar();
}

// ── Handing in ───────────────────────────────────────────────────────────────────────────────────────────────────────

const dialog = document.getElementById("hand-in");

function check() {
  const unanswered = order.filter((slot) => !isAnswered(slot));
  dialog.querySelector("[data-summary]").textContent = unanswered.length ? told(words.open, { count: unanswered.length }) : words.all;
  for (const row of dialog.querySelectorAll("[data-count]")) {
    const slots = order.filter((slot) => items.get(slot).dataset.section === row.dataset.count);
    const done = slots.filter(isAnswered).length;
    row.querySelector("[data-done]").textContent = done;
    row.querySelector("[data-open]").textContent = slots.length - done;
    row.querySelector("[data-flagged]").textContent = slots.filter(isFlagged).length;
  }
  const here = saver.waiting.length;
  const safe = dialog.querySelector("[data-safe]");
  safe.classList.toggle("wait", here > 0);
  safe.replaceChildren(icon(here ? "offline" : "saved"), here ? told(words.someHere, { count: here }) : told(words.allSaved, { count: order.length - unanswered.length }));
  const first = dialog.querySelector("[data-first-open]");
  first.hidden = !unanswered.length;
  first.textContent = unanswered.length ? told(words.goTo, { number: unanswered[0] }) : "";
  first.onclick = () => { dialog.close(); go(unanswered[0]); };
  for (const opened of document.querySelectorAll("dialog[open]")) opened.close();
  dialog.showModal();
  saver.hurry();
}

const form = dialog.querySelector("[data-submit]");
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const stuck = dialog.querySelector("[data-stuck]");
  stuck.hidden = true;
  if (await saver.settle(8000)) return form.submit();
  stuck.textContent = told(words.stuck, { count: saver.waiting.length });
  stuck.hidden = false;
});

// Time is over: nothing can be changed, what is left is sent, and the paper is handed in as soon as the server answers.
async function handIn() {
  if (state.ending || !state.leading) return;
  state.ending = true;
  shut();
  note("over", "warn", words.over, words.overMore);
  await saver.settle(LAST_MINUTES);
  for (;;) {
    try {
      const response = await fetch(form.action, { method: "POST", redirect: "manual", signal: AbortSignal.timeout(8000) });
      if (response.type === "opaqueredirect" || response.ok) return location.assign(desk.addresses.done);
    } catch {
      note("over", "warn", words.over, words.overMore);
    }
    await new Promise((resolve) => setTimeout(resolve, 3000));
    saver.hurry();
  }
}

// ── Time ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

const face = document.querySelector("[data-clock-face]");
countDown(clock, () => state.until, {
  show(text) { face.textContent = text; },
  say(minutes) { document.getElementById("say").textContent = told(words.left, { minutes }); },
  over: atTheEnd,
});
document.querySelector("[data-clock-hide]").addEventListener("click", (event) => {
  const hidden = face.toggleAttribute("hidden");
  event.currentTarget.textContent = hidden ? words.show : words.hide;
});

// Time may have been credited since the clock was last asked; what is typed meanwhile is within the grace.
async function atTheEnd() {
  await synchronise();
  if (clock.now() >= state.until) handIn();
}

async function synchronise() {
  const sentAt = performance.now();
  try {
    const response = await fetch(desk.addresses.clock, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(8000) });
    const body = await response.json();
    if (body.code === "TakenOver" || (response.ok && body.epoch !== desk.epoch)) return yieldTo(words.takenOver, words.takenOverMore);
    if (!response.ok) return;
    clock.learn(body.now, sentAt, performance.now());
    if (body.until && body.until !== state.until) {
      state.until = body.until;
      const end = document.querySelector("[data-clock-end]");
      end.textContent = localTime.format(new Date(body.until)).slice(0, 5);
    }
    if (body.state !== "open") handIn();
    if (saver.failing) saver.hurry();
  } catch {
    // The saver says when the network is down; the clock runs on by itself.
  }
}

// Whether somebody changed a control since the page was made.
function touched(input) {
  if (input.type === "select-one") return Boolean(input.value) && !input.selectedOptions[0].defaultSelected;
  return input.checked !== input.defaultChecked || input.value !== input.defaultValue;
}

// ── Wiring ───────────────────────────────────────────────────────────────────────────────────────────────────────────

function wire(box, change) {
  const kind = box.dataset.type;
  const inputs = kind === "ordering" ? [] : [...box.querySelectorAll("[name^=response]")];
  for (const input of inputs) {
    const long = input.type === "textarea";
    const typed = input.type === "text" || long;
    const rest = long ? WRITING : typed ? TYPING : 0;
    input.addEventListener(typed ? "input" : "change", () => change(rest));
    if (long) input.addEventListener("input", () => tellLength(input));
    if (typed) input.addEventListener("blur", () => saver.hurry());
    if ("unit" in input.dataset) hintWhileTyping(input);
  }
  // On a slow line somebody answers before this script runs: nobody has heard of it yet.
  if (inputs.some(touched)) change(0);
  if (kind === "ordering") wireOrder(box, () => change(0));
  if (kind === "hotspot") wireAreas(box);
  if (kind === "file_upload") wireFile(box, desk.addresses.files + box.closest("[data-item]").dataset.item, () => change(0));
}

for (const [slot, item] of items) {
  const change = (after) => state.leading && !state.ending && saver.change(slot, "answer", read(item), { after });
  item.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); saver.hurry(); });
  for (const box of boxesOf(item)) wire(box, change);
  item.querySelector("[data-flag]").addEventListener("click", () => flag(slot));
  item.addEventListener("keydown", (event) => {
    const options = document.activeElement?.closest(".k-options");
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !item.contains(options)) return;
    const letter = event.key.length === 1 ? event.key.toUpperCase().charCodeAt(0) - 65 : -1;
    const wanted = options.querySelectorAll("input")[letter];
    if (!wanted || wanted.disabled) return;
    event.preventDefault();
    wanted.focus();
    wanted.click();
  });
}
for (const cell of document.querySelectorAll("[data-cell]")) {
  cell.addEventListener("click", (event) => {
    event.preventDefault();
    cell.closest("dialog")?.close();
    go(Number(cell.dataset.cell));
  });
}
document.querySelector("[data-previous]").addEventListener("click", () => step(-1));
document.querySelector("[data-next]").addEventListener("click", () => step(1));
document.querySelector("[data-flag-now]").addEventListener("click", () => flag(state.current));
for (const opener of document.querySelectorAll("[data-hand-in]")) opener.addEventListener("click", check);

const sheet = () => (matchMedia("(min-width: 62rem)").matches ? document.querySelector(".k-side [data-cell]").focus() : document.querySelector("[data-sheet]").click());
const moves = { KeyN: () => step(1), KeyP: () => step(-1), KeyF: () => flag(state.current), KeyL: sheet };
document.addEventListener("keydown", (event) => {
  if (!(event.altKey && event.shiftKey) || !(event.code in moves)) return;
  event.preventDefault();
  moves[event.code]();
});

addEventListener("online", () => { saver.hurry(); synchronise(); });
addEventListener("pagehide", () => saver.flushOnLeave());
document.addEventListener("visibilitychange", () => (document.visibilityState === "visible" ? synchronise() : saver.hurry()));

// One window leads: the one opened last. The others say so and only show.
const windows = new BroadcastChannel(`kaoping-${desk.sitting}`);
windows.addEventListener("message", () => yieldTo(words.takenOver, words.takenOverMore));
windows.postMessage("here");

for (const entry of await saver.recover(desk.latest)) {
  const item = items.get(entry.slot);
  if (!item) continue;
  if (entry.verb === "answer") write(item, entry.response);
  else item.querySelector("[data-flag]").setAttribute("aria-pressed", entry.response);
}
for (const input of document.querySelectorAll("input[data-unit]")) hint(input);
for (const area of document.querySelectorAll("[data-writing]")) tellLength(area);
for (const slot of order) paintCell(slot);
paintSaved();
go(Number(location.hash.match(/^#item-(\d+)$/)?.[1] ?? order[0]), { focus: false });
synchronise();
setInterval(synchronise, CLOCK_EVERY);
document.documentElement.dataset.ready = "";
