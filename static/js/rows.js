// The rows by key: next and previous, one in the order of Tab, arrows through them, selecting.
const { commands } = window;
const links = () => [...document.querySelectorAll("#sessions .row__link")];
const rowOf = (element) => element?.closest?.("#sessions > .row");
const current = () => document.querySelector("#sessions .row__link[aria-current=true]")?.closest(".row");
const here = () => rowOf(document.activeElement) ?? current() ?? links()[0]?.closest(".row");
let after = null; // the row to be opened when the session has been ended

function neighbour(by) {
  const all = links();
  const at = all.indexOf(current()?.querySelector(".row__link"));
  return all[Math.min(Math.max(at + by, 0), all.length - 1)];
}

// Whoever writes goes on writing, in the next session.
function open(link) {
  if (!["reply", "note"].includes(document.activeElement?.id)) link.focus();
  link.click();
}

function select(isRange) {
  const box = here().querySelector(".row__check");
  box.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: isRange }));
}

function rove() {
  const reached = here();
  for (const row of document.querySelectorAll("#sessions > .row"))
    for (const stop of row.querySelectorAll("a, input")) if ((stop.tabIndex === 0) !== (row === reached)) stop.tabIndex = row === reached ? 0 : -1;
}

// A list that is on its way is waited for: G Q J is pressed faster than it comes.
function step(by) {
  if (!document.querySelector("#sessions.htmx-request")) return open(neighbour(by));
  document.addEventListener("htmx:finally:request", () => setTimeout(step, 0, by), { once: true });
}

const hasRows = () => links().length > 0;
commands.teach("next", () => step(1), hasRows);
commands.teach("previous", () => step(-1), hasRows);
commands.teach("select", () => select(false), hasRows);
commands.teach("select-range", () => select(true), hasRows);
commands.teach("end-next", () => {
  commands.carryOut("end");
  after = neighbour(1)?.closest(".row") === current() ? neighbour(-1)?.id : neighbour(1)?.id;
}, () => commands.target("end"));
commands.teach("end", (button) => { after = null; button.click(); }, () => commands.target("end"));

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  if (!after || ctx.request?.method !== "POST" || !ctx.sourceElement?.action?.endsWith("/end/")) return;
  const link = document.getElementById(after);
  if (ctx.response?.status === 200 && link) open(link);
  after = null;
});
document.addEventListener("keydown", (event) => {
  const all = links();
  const at = all.indexOf(rowOf(event.target)?.querySelector(".row__link"));
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (at < 0 || to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  all[to]?.focus();
});
document.addEventListener("focusin", ({ target }) => { if (rowOf(target)) rove(); });
document.addEventListener("htmx:after:swap", rove);
rove();
