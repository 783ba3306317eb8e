// An answer that is held for some seconds: a bar that runs down, Undo, Ctrl+Z.
const ends = new WeakMap();
const me = document.getElementById("live").dataset.me;
let timer = null;

const held = () => [...document.querySelectorAll("#messages .undo:not([hidden])")];

function tick() {
  for (const undo of held()) {
    const left = (ends.get(undo) - performance.now()) / 1000;
    undo.querySelector("progress").value = Math.max(0, left);
    undo.hidden = left <= 0;
  }
  if (!held().length) timer = clearInterval(timer);
}

function look() {
  for (const undo of held()) {
    if (undo.dataset.author !== me) undo.hidden = true;
    else if (!ends.has(undo)) ends.set(undo, performance.now() + undo.dataset.left * 1000);
  }
  if (held().length) timer ??= setInterval(tick, 100);
}

document.addEventListener("keydown", (event) => {
  const isUndo = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
  if (!isUndo || event.target.id !== "reply" || event.target.value) return;
  const button = held().at(-1)?.querySelector("button");
  if (!button) return;
  event.preventDefault();
  button.click();
});
document.addEventListener("htmx:after:swap", look);
look();
