// The thread: lines between days, the way back to the newest, and what has been read.
const FAR = 120; // pixels above the newest message
const scroller = () => document.getElementById("scroll");
let unseen = 0;

// What is pushed is drawn once for all, in the zone of the installation; this page has its agent's.
const local = new Intl.DateTimeFormat("sv-SE", { timeZone: document.documentElement.dataset.zone, dateStyle: "short", timeStyle: "medium" });
function tellTime() {
  for (const time of document.querySelectorAll("#messages > .message:not([data-told]) .message__time")) {
    const told = local.format(new Date(time.dateTime)); // 2026-11-20 09:30:00
    Object.assign(time, { title: told, textContent: told.slice(11, 16) });
    Object.assign(time.closest(".message").dataset, { day: told.slice(0, 10), told: "" });
  }
}

function drawDays() {
  tellTime();
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeZone: "UTC" });
  for (const message of document.querySelectorAll("#messages > .message")) {
    const day = message.dataset.day;
    if (document.getElementById(`day-${day}`)) continue;
    const line = document.createElement("li");
    const time = document.createElement("time");
    Object.assign(line, { id: `day-${day}`, className: "day" });
    line.dataset.key = `${message.dataset.key.split(".")[0]}.0`;
    Object.assign(time, { dateTime: day, textContent: format.format(new Date(`${day}T00:00:00Z`)) });
    line.append(time);
    message.before(line);
  }
}

const isFar = () => Math.abs(scroller()?.scrollTop ?? 0) > FAR;

function showLatest() {
  asked = false;
  const button = document.getElementById("latest");
  if (!button) return;
  if (!isFar()) unseen = 0;
  button.hidden = !isFar();
  const badge = document.getElementById("latest-count");
  badge.hidden = !unseen;
  badge.textContent = unseen;
}

// Where it is scrolled to costs a layout to know: once for all that comes before the next picture.
let asked = false;
function showLatestSoon() {
  if (asked) return;
  asked = true;
  if (document.hidden) showLatest();
  else requestAnimationFrame(showLatest);
}

function follow(facts) {
  const pane = document.getElementById("pane");
  const isOpen = String(facts.session) === pane?.dataset.session;
  const isMine = String(facts.agent) === document.getElementById("live").dataset.me;
  if (isOpen && isMine && facts.unread && !document.hidden && document.getElementById("read")) htmx.trigger("#read", "desk:seen");
}

const newest = () => document.querySelector("#messages > .message:last-of-type")?.id;
let before = null;
document.addEventListener("htmx:before:swap", () => { before = newest(); });
document.addEventListener("htmx:after:swap", () => {
  drawDays();
  const last = newest();
  if (before && last && last !== before) unseen += 1;
  showLatestSoon();
});
document.addEventListener("desk:facts", (event) => follow(event.detail));
document.addEventListener("visibilitychange", () => { if (!document.hidden && document.getElementById("read")) htmx.trigger("#read", "desk:seen"); });
document.addEventListener("scroll", (event) => { if (event.target.id === "scroll") showLatestSoon(); }, { capture: true, passive: true });
document.addEventListener("click", (event) => {
  if (event.target.closest("#latest")) scroller().scrollTo({ top: 0, behavior: "smooth" });
});
// Older messages are not news: they must not be spoken.
for (const [name, busy] of [["htmx:before:request", true], ["htmx:finally:request", false]]) {
  document.addEventListener(name, (event) => {
    if (event.target.closest?.("#earlier")) document.getElementById("log").ariaBusy = String(busy);
  });
}
