// Rows do not move under a pointer or a focus that keys move: what is new waits behind "3 new", what goes leaves
// its place empty, until the pointer has left, a row has been opened, or keys are typed elsewhere.
const list = () => document.getElementById("sessions");
const waiting = () => document.getElementById("waiting");
const button = () => document.getElementById("fresh");
const inList = (target) => Boolean(target?.closest?.(".list__scroll"));
const element = (target) => (typeof target === "string" ? document.querySelector(target) : target);
let isAiming = false;

const isHeld = () => Boolean(list() && (isAiming || list().querySelector(":focus-visible")));
const isRaised = (row) => row.previousElementSibling?.dataset.key.localeCompare(row.dataset.key, undefined, { numeric: true }) < 0;

function show() {
  if (isHeld()) document.documentElement.dataset.held = "yes";
  else delete document.documentElement.dataset.held;
  if (!button()) return;
  const count = waiting().children.length + [...list().children].filter(isRaised).length;
  button().hidden = !isHeld() || !count;
  button().textContent = count === 1 ? button().dataset.one : button().dataset.many.replace("{n}", count);
}

function release() {
  show();
  for (const row of document.querySelectorAll(".row--gone")) row.remove();
  list()?.append(...waiting().children);
  document.dispatchEvent(new CustomEvent("desk:release"));
}

function aim(is) {
  if (isAiming === is) return;
  isAiming = is;
  if (isHeld()) show();
  else release();
}

// Is this all there was to do?
function hold(task) {
  const target = element(task.target);
  if (target !== list()) {
    const goes = target?.classList.contains("row") && list().contains(target) && task.swapSpec.style === "delete";
    if (goes) target.classList.add("row--gone");
    return goes;
  }
  for (const row of [...task.fragment.children]) if (!document.getElementById(row.id)) waiting().append(row);
  task.swapSpec = { style: "upsert", key: "data-key", sort: "desc" };
  return false;
}

document.addEventListener("htmx:before:swap", ({ detail: { tasks, ctx } }) => {
  if (!isHeld() || ctx.sourceElement?.closest?.("#more")) return;
  for (const task of [...tasks]) if (hold(task)) tasks.splice(tasks.indexOf(task), 1);
});
document.addEventListener("htmx:after:swap", () => { htmx.process(waiting()); show(); });
document.addEventListener("pointermove", ({ target, pointerType }) => aim(pointerType !== "touch" && inList(target)), { passive: true });
document.documentElement.addEventListener("pointerleave", () => aim(false));
document.addEventListener("keydown", ({ target }) => { if (!inList(target)) aim(false); });
document.addEventListener("click", ({ target }) => { if (target.closest("#fresh, .row__link")) aim(false); });
document.addEventListener("focusout", ({ target, relatedTarget }) => {
  if (list()?.contains(target) && !list().contains(relatedTarget)) setTimeout(() => isHeld() || release());
});
