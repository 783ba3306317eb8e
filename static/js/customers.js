// The page of customers: keys go through the rows, who came since is counted, and Back finds the row again.
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

// Only who has written moves a customer up: that is asked for, not what the row would be.
function look() {
  timer ??= setTimeout(() => {
    timer = null;
    const since = document.getElementById("since");
    if (since) htmx.trigger(since, "desk:look");
  }, SOON);
}
document.addEventListener("desk:facts", ({ detail }) => { if (detail.unread) look(); });
document.addEventListener("desk:line", look);

document.addEventListener("click", ({ target }) => {
  const row = target.closest("#customers > .row");
  if (row?.contains(target.closest("a.row__link"))) history.replaceState(history.state, "", `#${row.id}`);
});
document.querySelector(`#customers > .row:target a.row__link`)?.focus();
