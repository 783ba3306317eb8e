// Rows that are selected: kept when they are drawn anew, in a range with Shift, all or none at once;
// and what came of it, which goes by itself when there is nothing left to do about it.
const FADE = 10_000;
const chosen = new Set();
let last = null; // the box from which a range begins
const boxes = () => [...document.querySelectorAll("#sessions .row__check")];

function show() {
  const count = document.querySelector(".bulk__count");
  if (!count) return;
  const words = chosen.size === 1 ? count.dataset.one : count.dataset.many.replace("{n}", chosen.size);
  if (count.textContent !== words) count.textContent = words;
}

function choose(box, is) {
  box.checked = is;
  if (is) chosen.add(box.value);
  else chosen.delete(box.value);
}

function restore() {
  const there = boxes();
  const values = new Set(there.map((box) => box.value));
  for (const value of chosen) if (!values.has(value)) chosen.delete(value);
  for (const box of there) box.checked = chosen.has(box.value);
  show();
}

function none() {
  boxes().forEach((box) => choose(box, false));
  show();
}

document.addEventListener("click", (event) => {
  const box = event.target.closest(".row__check");
  if (box) {
    const all = boxes();
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    if (event.shiftKey && from >= 0) all.slice(from, to + 1).forEach((each) => choose(each, box.checked));
    choose(box, box.checked);
    last = box;
    show();
  } else if (event.target.closest("#select-all")) {
    boxes().forEach((each) => choose(each, true));
    show();
  } else if (event.target.closest("#select-none")) none();
  else if (event.target.closest("[data-dismiss]")) event.target.closest(".result").replaceChildren();
});
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const result = document.querySelector(".result[data-shown]");
  if (result) {
    delete result.dataset.shown;
    none();
    setTimeout(() => (result.querySelector(".result__failed") ? result.querySelector("[data-fades]")?.remove() : result.replaceChildren()), FADE);
  }
  restore();
});
restore();
