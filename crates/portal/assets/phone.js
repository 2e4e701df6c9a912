// "The patient's phone" in the sandbox: shows what the server says, live. Holds no rules, keeps nothing.
"use strict";

const element = (id) => document.getElementById(id);
const timeZone = document.body.dataset.timeZone;
const clockFormat = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone });
const dayFormat = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone });

const icons = {
  sms: "M4 5h16v11H9l-5 4z",
  email: "M3 6h18v12H3zM3 7l9 6 9-6",
};

/** An element with a class and text. */
function made(name, className, text) {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function icon(channel) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", icons[channel]);
  path.setAttribute("fill", "none");
  path.setAttribute("stroke", "currentColor");
  path.setAttribute("stroke-width", "2");
  path.setAttribute("stroke-linejoin", "round");
  svg.append(path);
  return svg;
}

const timeOf = (message) => clockFormat.format(new Date(message.sent_at));

// The phone

const messages = new Map();

function show(view) {
  for (const id of ["home", "thread", "mail"]) element(id).hidden = id !== view;
}

function openPage(event) {
  event.preventDefault();
  window.open(event.currentTarget.href, "_blank", "noopener,width=412,height=860");
}

/** Text in which addresses are links. */
function withLinks(text) {
  const parts = document.createDocumentFragment();
  let from = 0;
  for (const match of text.matchAll(/https?:\/\/[^\s]+[^\s.,)]/g)) {
    parts.append(text.slice(from, match.index));
    const link = made("a", "", match[0]);
    link.href = match[0];
    link.target = "_blank";
    link.rel = "noopener";
    link.addEventListener("click", openPage);
    parts.append(link);
    from = match.index + match[0].length;
  }
  parts.append(text.slice(from));
  return parts;
}

function bubble(message) {
  const parts = document.createDocumentFragment();
  parts.append(made("p", "when", timeOf(message)));
  const body = made("p", "bubble");
  body.append(withLinks(message.text));
  parts.append(body);
  const code = /\b\d{6}\b/.exec(message.text);
  if (code) {
    const copy = made("button", "copy", `Copy ${code[0]}`);
    copy.type = "button";
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code[0]);
      copy.textContent = "Copied";
    });
    parts.append(copy);
  }
  return parts;
}

function openThread(recipient) {
  const bubbles = element("bubbles");
  bubbles.replaceChildren();
  for (const message of messages.values()) {
    if (message.channel === "sms" && message.recipient === recipient) bubbles.append(bubble(message));
  }
  bubbles.dataset.recipient = recipient;
  element("thread-to").textContent = `to ${recipient}`;
  show("thread");
  bubbles.scrollTop = bubbles.scrollHeight;
}

function openMail(message) {
  element("mail-subject").textContent = message.subject;
  element("mail-to").textContent = `to ${message.recipient}`;
  element("mail-at").textContent = timeOf(message);
  element("mail-body").src = `/messages/${message.id}.html`;
  const link = /https?:\/\/[^\s]+/.exec(message.text);
  const open = element("mail-open");
  open.hidden = !link;
  if (link) open.href = link[0];
  show("mail");
}

function notice(message) {
  const button = made("button", `notice ${message.channel}`);
  button.type = "button";
  button.dataset.id = message.id;
  const badge = made("span", "badge");
  badge.append(icon(message.channel));
  const top = made("span", "top");
  top.append(made("span", "", message.channel === "sms" ? `Text to ${message.recipient}` : "Mail"));
  top.append(made("span", "", timeOf(message)));
  button.append(badge, top, made("span", "line", message.channel === "sms" ? message.text : message.subject));
  button.addEventListener("click", () => {
    if (message.channel === "sms") openThread(message.recipient);
    else openMail(message);
  });
  const item = document.createElement("li");
  item.append(button);
  return item;
}

function receive(message) {
  if (messages.has(message.id)) return;
  messages.set(message.id, message);
  element("quiet").hidden = true;
  element("notices").prepend(notice(message));
  const bubbles = element("bubbles");
  if (message.channel === "sms" && bubbles.dataset.recipient === message.recipient && !element("thread").hidden) {
    bubbles.append(bubble(message));
    bubbles.scrollTop = bubbles.scrollHeight;
  }
}

function tick() {
  const now = new Date();
  element("clock").textContent = clockFormat.format(now);
  element("status-clock").textContent = clockFormat.format(now);
  element("day").textContent = dayFormat.format(now);
  // Whoever was looked for in vain may have registered meanwhile.
  if (!element("nobody").hidden) void find(element("search").value);
}

// The record

/** What each field held when this patient was first shown, for before and after. */
const before = new Map();
let chosen = null;

function fieldRow(field, was) {
  const row = document.createElement("div");
  row.dataset.field = field.field;
  row.append(made("dt", "", field.label));
  const value = made("dd", field.value ? "" : "empty", field.value ?? "nothing");
  const changed = was !== undefined && (was.value !== field.value || was.verified !== field.verified);
  if (changed) {
    row.className = "changed";
    if (was.value && was.value !== field.value) value.append(made("s", "was", was.value));
    if (!was.value && field.value) value.append(made("span", "was", "was empty"));
  }
  row.append(value);
  const proof = made("dd", "", "");
  if (field.verified) proof.append(made("span", "verified", field.verified));
  row.append(proof);
  return row;
}

function showRecord(record) {
  if (!before.has(record.id)) before.set(record.id, record);
  const first = before.get(record.id);
  element("record").hidden = false;
  element("nobody").hidden = true;
  element("record-name").textContent = record.name;
  element("record-born").textContent = `born ${record.born}`;
  const was = new Map(first.fields.map((field) => [field.field, field]));
  element("fields").replaceChildren(...record.fields.map((field) => fieldRow(field, was.get(field.field))));
  element("history-part").hidden = record.history.length === 0;
  element("history").replaceChildren(
    ...record.history.map((old) => {
      const item = document.createElement("li");
      item.append(made("span", "", old.label), made("span", "", old.value), made("span", "", `until ${old.until}`));
      return item;
    }),
  );
  element("promises-part").hidden = record.promises.length === 0;
  element("promises").replaceChildren(...record.promises.map(promiseItem));
}

function promiseItem(promise) {
  const item = document.createElement("li");
  item.append(made("b", "", promise.words), made("span", "", promise.state));
  return item;
}

function choose(id) {
  chosen = id;
  for (const button of element("found").querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.dataset.id === id));
  }
  listen();
}

async function find(name) {
  const found = element("found");
  if (!name.trim()) {
    found.replaceChildren();
    element("tries").hidden = false;
    element("nobody").hidden = true;
    return;
  }
  const answer = await fetch(`/patients.json?name=${encodeURIComponent(name)}`);
  const { patients } = await answer.json();
  if (element("search").value !== name) return;
  found.replaceChildren(
    ...patients.slice(0, 12).map((patient) => {
      const button = made("button", "", `${patient.name}, born ${patient.born}`);
      button.type = "button";
      button.dataset.id = patient.id;
      button.setAttribute("aria-pressed", String(patient.id === chosen));
      button.addEventListener("click", () => choose(patient.id));
      const item = document.createElement("li");
      item.append(button);
      return item;
    }),
  );
  element("nobody").hidden = patients.length > 0;
  element("nobody").textContent = `The practice has nobody called ${name}.`;
  if (patients.length === 0) element("record").hidden = true;
  if (patients.length === 1) choose(patients[0].id);
}

function showDesk(desk) {
  const reviews = desk.reviews.map((review) => {
    const item = document.createElement("li");
    item.append(made("strong", "", review.words), made("span", "", `${review.reference} · ${review.at} · `));
    for (const candidate of review.candidates) {
      const button = made("button", "", candidate.name);
      button.type = "button";
      button.addEventListener("click", () => choose(candidate.id));
      item.append(button, " ");
    }
    return item;
  });
  element("reviews").replaceChildren(...(reviews.length ? reviews : [made("li", "none", "Nothing")]));
}

// Live

let events = null;
let newest = "";

function listen() {
  if (events) events.close();
  const asked = new URLSearchParams();
  if (newest) asked.set("after", newest);
  if (chosen) asked.set("patient", chosen);
  events = new EventSource(`/events?${asked}`);
  events.addEventListener("message", (event) => {
    const message = JSON.parse(event.data);
    newest = message.cursor;
    receive(message);
  });
  events.addEventListener("record", (event) => showRecord(JSON.parse(event.data)));
  events.addEventListener("desk", (event) => showDesk(JSON.parse(event.data)));
}

for (const back of document.querySelectorAll("[data-back]")) back.addEventListener("click", () => show("home"));
for (const sample of document.querySelectorAll(".sample")) {
  sample.addEventListener("click", () => {
    element("search").value = sample.dataset.name;
    void find(sample.dataset.name);
  });
}
element("mail-open").addEventListener("click", openPage);
element("search-form").addEventListener("submit", (event) => event.preventDefault());
element("search").addEventListener("input", (event) => void find(event.target.value));
tick();
setInterval(tick, 1000);
listen();
