// The line to the server: says what this page shows, and asks for what it missed.
const live = document.getElementById("live");
let socket = null;
let told = {};

const shown = () => ({
  tab: document.getElementById("tab")?.value ?? null,
  session: Number(document.getElementById("pane")?.dataset.session) || null,
});

function say(state) {
  live.dataset.state = state;
  document.documentElement.dataset.line = state;
  document.getElementById("live-words").textContent = state === "down" ? live.dataset.down : live.dataset.up;
  document.dispatchEvent(new CustomEvent("desk:line"));
}

function watch() {
  const now = shown();
  if (socket?.readyState !== WebSocket.OPEN || JSON.stringify(now) === JSON.stringify(told)) return;
  socket.send(JSON.stringify({ watch: now }));
  told = now;
}

// What was pushed before the server knew what this page shows has to be asked for.
async function catchUp({ list = true, session = true } = {}) {
  const page = shown();
  const query = new URLSearchParams();
  if (list && page.tab) query.set("tab", page.tab);
  if (session && page.session) {
    const seen = [...document.querySelectorAll("#messages > .message")].map((row) => Number(row.id.slice(8)));
    query.set("session", page.session);
    query.set("after", Math.max(0, ...seen));
  }
  try {
    const answer = await fetch(`${live.dataset.since}?${query}`, { headers: { "HX-Request": "true", "HX-Current-URL": location.href } });
    if (answer.headers.has("HX-Redirect")) return location.assign(answer.headers.get("HX-Redirect"));
    if (!answer.ok) throw new Error(answer.status);
    const text = await answer.text();
    if (shown().session !== page.session) return;
    await htmx.swap({ sourceElement: live, target: live, swap: "none", text, transition: false });
    if (socket?.readyState === WebSocket.OPEN) say("up");
  } catch {
    if (socket?.readyState === WebSocket.OPEN) setTimeout(catchUp, 1500, { list, session });
  }
}

let asked = {};
function heard(facts) {
  if (facts.watching) {
    const { tab, session } = facts.watching;
    const isNew = live.dataset.state !== "up";
    catchUp({ list: isNew || tab !== asked.tab, session: isNew || session !== asked.session });
    asked = facts.watching;
  } else if (facts.resync) setTimeout(catchUp, Math.random() * (facts.within ?? 0) * 1000);
  else document.dispatchEvent(new CustomEvent("desk:facts", { detail: facts }));
}

live.addEventListener("htmx:after:ws:connection", (event) => {
  socket = event.detail.connection.socket;
  told = {};
  watch();
});
live.addEventListener("htmx:ws:close", (event) => {
  if (event.detail.code === 4401) location.reload();
  say("down");
});
live.addEventListener("htmx:before:ws:message", (event) => (event.detail.message.json?.data ?? []).forEach(heard));
document.addEventListener("htmx:after:swap", watch);

// Only now: htmx may have started before its extension was there.
htmx.process(document.body);
htmx.trigger(live, "desk:ready");
