// The page of customers: keys go through the rows, news are noted, and Back finds the row again.
const { commands } = window;
const SOON = 2000; // milliseconds in which more may come
const links = () => [...document.querySelectorAll("#results a.row__link")];
let timer = null;

function go(to) {
  const all = links();
  all[Math.min(Math.max(to, 0), all.length - 1)]?.focus();
}
const at = () => links().indexOf(document.activeElement);
commands.teach("next", () => go(at() + 1), () => links().length);
commands.teach("previous", () => go(at() - 1), () => links().length);
document.addEventListener("keydown", (event) => {
  const to = { Home: 0, End: Infinity }[event.key];
  if (at() < 0 || to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  go(to);
});

// The rows stay where they are: those that have changed are drawn anew, who has written since is counted.
const changed = new Set();
function look() {
  timer ??= setTimeout(() => {
    timer = null;
    const since = document.getElementById("since");
    if (!since) return;
    since.querySelector("[name=rows]").value = [...changed].join();
    changed.clear();
    htmx.trigger(since, "desk:look");
  }, SOON);
}
function note(row) { changed.add(row.id.slice(9)); }
document.addEventListener("desk:facts", ({ detail: { session, customer, unread } }) => {
  const row = document.querySelector(`#customers > :is([data-session="${session ?? "none"}"], #customer-${customer ?? 0})`);
  if (row) note(row);
  if (row || unread) look();
});
// What was said while the line was down is not known.
let wasUp = false;
document.addEventListener("desk:line", () => {
  if (document.documentElement.dataset.line === "down") return;
  if (wasUp) document.querySelectorAll("#customers > .row").forEach(note);
  wasUp = true;
  look();
});

document.addEventListener("click", ({ target }) => {
  const row = target.closest("#customers > .row");
  if (row?.contains(target.closest("a.row__link"))) history.replaceState(history.state, "", `#${row.id}`);
});
document.getElementById(location.hash.slice(1))?.querySelector("a.row__link")?.focus();
