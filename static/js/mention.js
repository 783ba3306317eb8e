// @ in a note offers the colleagues who serve the account.
const note = () => document.getElementById("note");
const list = () => document.getElementById("team");
const options = () => [...list().querySelectorAll("[role=option]:not([hidden])")];
const chosen = () => list().querySelector("[aria-selected=true]");

function asked() {
  const before = note().value.slice(0, note().selectionStart);
  return before.match(/(?:^|[\s\p{P}\p{Script=Han}])@([^\s@]{0,20})$/u)?.[1]?.toLowerCase();
}

function choose(option) {
  for (const one of list().children) one.ariaSelected = String(one === option);
  note().setAttribute("aria-activedescendant", option?.id ?? "");
  option?.scrollIntoView({ block: "nearest" });
}

function show(isOpen) {
  list().hidden = !isOpen;
  if (!isOpen) choose(null);
}

function suggest() {
  const words = asked();
  if (words === undefined) return show(false);
  for (const one of list().children) {
    const names = [one.dataset.name, one.dataset.username].map((name) => name.toLowerCase());
    one.hidden = !names.some((name) => name.includes(words));
  }
  show(options().length > 0);
  choose(options()[0]);
}

function take(option) {
  const at = note().selectionStart;
  note().setRangeText(`@${option.dataset.name} `, at - asked().length - 1, at, "end");
  show(false);
  note().focus();
  note().dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("input", (event) => { if (event.target === note()) suggest(); });
document.addEventListener("htmx:after:swap", ({ detail }) => { if (detail.ctx.target?.id === "team" && document.activeElement === note()) suggest(); });
document.addEventListener("focusout", (event) => { if (event.target === note()) show(false); });
document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.("#team [role=option]");
  if (!option) return;
  event.preventDefault();
  take(option);
});
document.addEventListener("keydown", (event) => {
  if (event.target !== note() || list().hidden || event.isComposing || event.keyCode === 229) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) choose(options().at((options().indexOf(chosen()) + step) % options().length));
  else if (["Enter", "Tab"].includes(event.key)) take(chosen());
  else if (event.key === "Escape") show(false);
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
