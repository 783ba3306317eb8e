// The list: the row that is open, what this agent has pinned, and the order of this page.
const list = () => document.getElementById("sessions");
const rows = () => [...(list()?.children ?? [])];

function mark() {
  const open = document.getElementById("pane")?.dataset.session;
  for (const link of list()?.querySelectorAll(".row__link") ?? []) {
    if (link.id === `open-${open}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  const back = document.querySelector(".header__back");
  if (back) back.search = `?${document.getElementById("tab")?.dataset.address ?? ""}`;
}

// Rows are the same for all who look: what differs is put on here. Largest keys come first.
function dress(row) {
  const pinned = document.getElementById("pins")?.dataset.pins.split(",").includes(row.id.slice(8));
  const key = `${pinned ? 1 : 0}.${row.dataset[document.getElementById("list").dataset.sort]}`;
  if (row.dataset.key !== key) row.dataset.key = key;
  row.classList.toggle("row--pinned", Boolean(pinned));
}

const compare = (a, b) => b.dataset.key.localeCompare(a.dataset.key, undefined, { numeric: true });

// Only the rows that stand wrong are moved: each move costs the page a layout.
function sort() {
  const order = rows();
  if (document.documentElement.dataset.held || order.every((row, at) => !at || compare(order[at - 1], row) <= 0)) return;
  const focused = document.activeElement;
  let place = list().firstElementChild;
  for (const row of order.sort(compare)) {
    if (row === place) place = place.nextElementSibling;
    else list().insertBefore(row, place);
  }
  if (list().contains(focused)) focused.focus({ preventScroll: true });
}

function settle() {
  rows().forEach(dress);
  mark();
  sort();
}

document.addEventListener("htmx:before:swap", ({ detail }) => {
  for (const { target, fragment } of detail.tasks)
    if (list() && (target === list() || target === "#sessions")) for (const row of fragment.children) dress(row);
});
document.addEventListener("htmx:after:swap", settle);
document.addEventListener("desk:release", settle);
settle();
