// What is written but not sent is kept on the server: over a reload, and in another browser.
const PAUSE = 500;
const waiting = new Map(); // place → the text that the server has yet to learn
const known = new Map(); // place → the text that it has
const told = new Set(); // places of which it was told something since the last message
let timer = null;
let queue = Promise.resolve();
let shown = null;

const fields = () => [...document.querySelectorAll("#reply, #note")];
const placeOf = (action, mode) => `${action.replace(/(reply|note)\/$/, "draft/")} ${mode}`;
const place = (field) => placeOf(field.form.action, field.id);

async function save(key, text, keepalive) {
  const [address, mode] = key.split(" ");
  told.add(key);
  const body = new URLSearchParams({ mode, text });
  const headers = JSON.parse(document.body.getAttribute("hx-headers:inherited"));
  try {
    const answer = await fetch(address, { method: "POST", body, headers, keepalive });
    if (!answer.ok) throw answer;
    known.set(key, text);
    if (waiting.get(key) === text) waiting.delete(key);
  } catch {
    timer ??= setTimeout(flush, 5 * PAUSE);
  }
}

function flush({ keepalive = false } = {}) {
  timer = clearTimeout(timer);
  for (const [key, text] of waiting) queue = keepalive ? save(key, text, true) : queue.then(() => save(key, text));
}

function keep(field) {
  if (!field?.form) return;
  waiting.set(place(field), field.value);
  timer = clearTimeout(timer) ?? setTimeout(flush, PAUSE);
}

// Of what this page has not told yet, it knows better.
function restore() {
  if (!fields().length || shown === fields()[0]) return;
  [shown] = fields();
  for (const field of fields()) {
    if (waiting.has(place(field))) field.value = waiting.get(place(field));
    else if (known.set(place(field), field.value) && field.value) told.add(place(field));
    document.dispatchEvent(new CustomEvent("desk:text", { detail: field }));
  }
}

document.addEventListener("input", (event) => { if (fields().includes(event.target)) keep(event.target); });
document.addEventListener("desk:text", ({ detail }) => { if (detail && detail.value !== (known.get(place(detail)) ?? "")) keep(detail); });
// The server forgets a draft with the message; what was on its way at that time has to go too.
document.addEventListener("desk:sent", ({ detail: { action, mode } }) => {
  const key = placeOf(action, mode);
  const left = fields().find((field) => place(field) === key)?.value ?? "";
  if (told.delete(key)) waiting.set(key, left);
  else if (!left) waiting.delete(key); // written and sent in one go: the server never heard of it
  flush();
});
document.addEventListener("desk:kept", ({ detail: { action, mode, text } }) => { waiting.set(placeOf(action, mode), text); flush(); });
document.addEventListener("htmx:before:request", (event) => { if (event.detail.ctx.target?.id === "pane") flush(); });
document.addEventListener("htmx:after:swap", restore);
addEventListener("pagehide", () => flush({ keepalive: true }));
restore();
