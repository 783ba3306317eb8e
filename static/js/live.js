// The line to the server: says what this page shows, and asks for what it missed.
const live = document.getElementById("live");
let socket = null;
let told = {};
let polls = null; // where no socket can be held, the page asks by itself
const POLL = 10_000;
const SOON = 100;
const UNSURE = ":is([data-status=queued], [data-status=sending], :has(.message__file--wanted))";

const isOpen = () => socket?.readyState === WebSocket.OPEN;
const shown = () => ({
  list: document.getElementById("tab")?.dataset.list ?? null,
  session: Number(document.getElementById("pane")?.dataset.session) || null,
  board: Boolean(document.getElementById("board")),
});

function say(state) {
  live.dataset.state = state;
  document.documentElement.dataset.line = state;
  document.getElementById("live-words").textContent = live.title = live.dataset[state];
  document.dispatchEvent(new CustomEvent("desk:line"));
}

function watch() {
  const now = shown();
  if (!isOpen() || JSON.stringify(now) === JSON.stringify(told)) return;
  socket.send(JSON.stringify({ watch: now }));
  told = now;
}

// What was pushed before the server knew what this page shows has to be asked for.
async function catchUp({ list = true, session = true } = {}) {
  const page = shown();
  const query = new URLSearchParams((list && page.list) || "");
  if (list) query.set("bell", 1);
  if (session && page.session) {
    const numbers = (selector) => [...document.querySelectorAll(`#messages > ${selector}`)].map((row) => Number(row.id.slice(8)));
    query.set("session", page.session);
    query.set("after", Math.max(0, ...numbers(".message")));
    query.set("unsure", numbers(UNSURE));
  }
  const asked = performance.now();
  try {
    const answer = await fetch(`${live.dataset.since}?${query}`, { headers: { "HX-Request": "true", "HX-Current-URL": location.href } });
    if (answer.headers.has("HX-Redirect")) return location.assign(answer.headers.get("HX-Redirect"));
    if (answer.status === 404) return location.reload();
    if (!answer.ok) throw new Error(answer.status);
    const text = await answer.text();
    if (shown().session !== page.session) return;
    await htmx.swap({ sourceElement: live, target: live, swap: "none", text, transition: false, asked });
    say(isOpen() ? "up" : "slow");
  } catch {
    if (isOpen()) setTimeout(catchUp, 1500, { list, session });
    else say("down");
  }
}

// Two may have read one session, and what was read first come last: then it is asked for.
const read = new Map(); // of which row or pane → when
function order({ session, pane, at }) {
  const of = pane ? `pane-${pane}` : session;
  if (!of || !at) return;
  if (at < read.get(of)) setTimeout(catchUp, SOON);
  else read.set(of, at);
}

let asked = {};
function heard(facts) {
  order(facts);
  if (facts.watching) {
    const { list, session } = facts.watching;
    const isNew = live.dataset.state !== "up";
    catchUp({ list: isNew || list !== asked.list, session: isNew || session !== asked.session });
    asked = facts.watching;
  } else if (facts.resync) setTimeout(catchUp, Math.random() * (facts.within ?? 0) * 1000);
  else document.dispatchEvent(new CustomEvent("desk:facts", { detail: facts }));
}

live.addEventListener("htmx:after:ws:connection", (event) => {
  socket = event.detail.connection.socket;
  polls = clearInterval(polls);
  told = {};
  watch();
});
document.addEventListener("desk:say", ({ detail }) => { if (isOpen()) socket.send(JSON.stringify(detail)); });
document.addEventListener("desk:doubt", () => {
  if (!isOpen()) return;
  say("down");
  socket.close();
});
live.addEventListener("htmx:ws:close", (event) => {
  if (event.detail.code === 4401) location.reload();
  if (live.dataset.state !== "slow") say("down");
  polls ??= setInterval(catchUp, POLL);
});
live.addEventListener("htmx:before:ws:message", (event) => (event.detail.message.json?.data ?? []).forEach(heard));
document.addEventListener("htmx:after:swap", watch);

// Only now: htmx may have started before its extension was there.
htmx.process(document.body);
htmx.trigger(live, "desk:ready");
