// Toasts: a few at a time, gone after a while unless somebody points at them; they take no focus.
const MOST = 3;
const STAYS = 8000;
const TICK = 250;
const left = new WeakMap();
const place = () => document.getElementById("toasts");
let unseen = 0;
let timer = null;

function showMore() {
  const more = document.getElementById("toasts-more");
  more.hidden = !unseen;
  more.firstElementChild.textContent = more.dataset.words.replace("{n}", unseen);
}

function remove(toast) {
  const hadFocus = toast.contains(document.activeElement);
  toast.remove();
  if (hadFocus) (place().querySelector("a") ?? document.getElementById("bell-open")).focus();
  if (!place().children.length) unseen = 0;
  showMore();
}

function tick() {
  if (!place().children.length) return void (timer = clearInterval(timer));
  if (document.hidden || place().parentElement.matches(":hover, :focus-within")) return;
  for (const toast of [...place().children]) {
    left.set(toast, left.get(toast) - TICK);
    if (left.get(toast) <= 0) remove(toast);
  }
}

document.addEventListener("desk:toast", ({ detail: toast }) => {
  const same = [...place().children].find((each) => each.dataset.key === toast.dataset.key);
  if (same) same.replaceWith(toast);
  else place().append(toast);
  left.set(toast, STAYS);
  while (place().children.length > MOST) {
    place().firstElementChild.remove();
    unseen += 1;
  }
  showMore();
  timer ??= setInterval(tick, TICK);
});
document.addEventListener("desk:facts", ({ detail: { read } }) => {
  if (read) for (const toast of [...place().children]) if (read === "all" || Number(toast.dataset.session) === read) remove(toast);
});
document.addEventListener("desk:over", ({ target }) => remove(target));
document.addEventListener("click", (event) => {
  const toast = event.target.closest(".toast");
  if (!toast) return;
  const row = toast.dataset.session && document.querySelector(`#sessions .row__link[href^="/sessions/${toast.dataset.session}/"]`);
  if (event.target.closest("a") && row && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    row.click();
  }
  if (event.target.closest("a, [data-away]")) remove(toast);
});
