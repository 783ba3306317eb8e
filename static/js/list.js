// The list: counts, the row that is open, and an order that does not jump under a pointer.
const REST = 1500; // milliseconds after which a pointer is not aiming any more
let aimed = 0;
let counted = {};
const list = () => document.getElementById("sessions");
const isAimed = () => performance.now() - aimed < REST && list()?.matches(":hover, :focus-within");

function mark() {
  const open = document.getElementById("pane")?.dataset.session;
  for (const link of list()?.querySelectorAll(".row__link") ?? []) {
    if (link.id === `open-${open}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  const back = document.querySelector(".header__back");
  if (back) back.search = `?tab=${document.getElementById("tab")?.value ?? ""}`;
}

function sort() {
  const rows = [...(list()?.children ?? [])];
  const order = rows.map((row) => row.dataset.key.split(".").map(Number));
  const isSorted = order.every((key, n) => !n || order[n - 1][0] > key[0] || (order[n - 1][0] === key[0] && order[n - 1][1] > key[1]));
  if (isSorted) return;
  if (isAimed()) return setTimeout(sort, REST);
  const focused = document.activeElement;
  rows.sort((a, b) => b.dataset.key.localeCompare(a.dataset.key, undefined, { numeric: true }));
  list().append(...rows);
  if (list().contains(focused)) focused.focus({ preventScroll: true });
}

function count({ detail: facts }) {
  const tabs = document.getElementById("tabs");
  if (!tabs || !facts.counts || facts.at < (counted[facts.account] ?? 0)) return;
  counted[facts.account] = facts.at;
  const { queue, open, mine } = facts.counts;
  const all = JSON.parse(tabs.dataset.counts);
  all[facts.account] = [mine[document.getElementById("live").dataset.me] ?? 0, queue, open];
  tabs.dataset.counts = JSON.stringify(all);
  ["mine", "queue", "all"].forEach((tab, position) => {
    const sum = Object.values(all).reduce((total, counts) => total + counts[position], 0);
    const badge = document.getElementById(`count-${tab}`);
    badge.textContent = badge.dataset.count = sum;
  });
}

// A row that comes in above must not push another one under the pointer.
let held = null;
document.addEventListener("htmx:before:swap", () => {
  const row = isAimed() && list().querySelector(".row:hover");
  held = row ? { id: row.id, top: row.getBoundingClientRect().top } : null;
});
document.addEventListener("htmx:after:swap", () => {
  const row = held && document.getElementById(held.id);
  if (row) list().parentElement.scrollTop += row.getBoundingClientRect().top - held.top;
  mark();
  sort();
});
for (const name of ["pointermove", "keydown"]) {
  document.addEventListener(name, (event) => { if (event.target.closest?.("#sessions")) aimed = performance.now(); }, { passive: true });
}
document.addEventListener("desk:facts", count);
