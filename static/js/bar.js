// The command bar: commands of this page at once, customers, views and phrases as the server finds them.
const { commands } = window;
const PAUSE = 80; // milliseconds without a key
const bar = document.getElementById("bar");
const input = document.getElementById("bar-input");
const list = document.getElementById("bar-list");
const options = () => [...list.querySelectorAll("[role=option]")];
const chosen = () => list.querySelector("[aria-selected=true]");
let timer = null;
let isPending = false; // what the server has found is an answer to something else
let isWanted = false; // Enter came before the answer
let isMoved = false; // by hand: what comes in does not choose another

function choose(one) {
  for (const each of options()) each.ariaSelected = String(each === one);
  input.setAttribute("aria-activedescendant", one?.id ?? "");
  one?.scrollIntoView({ block: "nearest" });
}

function settle() {
  if (!isMoved || !chosen()) choose(options()[0]);
  document.getElementById("bar-none").hidden = isPending || options().some((one) => one.id !== "bar-search");
}

function ask(pause) {
  isPending = true;
  isMoved = isWanted = false;
  document.getElementById("bar-commands").replaceChildren(...commands.offers(input.value.toLowerCase().split(/\s+/).filter(Boolean)));
  settle();
  clearTimeout(timer);
  timer = setTimeout(() => htmx.trigger("#bar-form", "desk:find"), pause);
}

function open() {
  input.value = "";
  document.getElementById("bar-session").value = document.getElementById("pane")?.dataset.session ?? "";
  bar.showModal();
  list.scrollTop = 0;
  ask(0);
}

// Where it is answered: the reply, as soon as it is there.
const reply = () => document.dispatchEvent(new CustomEvent("desk:write", { detail: "reply" }));

function take(one) {
  if (isPending && one.closest("#bar-found")) return void (isWanted = true);
  const { command, phrase, presses, opens } = one.dataset;
  bar.close();
  if (command) {
    commands.remember(command);
    commands.carryOut(command);
  } else if (phrase) {
    reply();
    document.dispatchEvent(new CustomEvent("desk:phrase", { detail: { ...one.dataset } }));
  } else if (opens !== undefined && document.getElementById("pane")) {
    htmx.trigger(one, "desk:open");
  } else if (presses && document.getElementById(presses)) document.getElementById(presses).click();
  else location.assign(one.href);
}

commands.teach("bar", open);
document.getElementById("to-bar").hidden = false;
document.getElementById("to-bar").addEventListener("click", open);
input.addEventListener("input", (event) => { if (!event.isComposing) ask(PAUSE); });
input.addEventListener("compositionend", () => ask(PAUSE));
input.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return; // the input method's own
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key !== "Enter" && !step) return;
  event.preventDefault();
  if (step) {
    choose(options().at((options().indexOf(chosen()) + step) % options().length));
    isMoved = true;
  } else if (chosen()) take(chosen());
  else isWanted = isPending;
});
list.addEventListener("click", (event) => {
  const one = event.target.closest("[role=option]");
  if (!one || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  take(one);
});
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.sourceElement?.matches?.("[data-opens]")) reply();
  if (ctx.target?.id !== "bar-found") return;
  isPending = document.getElementById("bar-answer")?.dataset.query !== input.value;
  settle();
  if (isWanted && !isPending && chosen()) take(chosen());
});
