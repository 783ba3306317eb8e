// Who writes to the same customer is shown above the field, and one answers at a time: who writes while
// another does is asked to take over first. No text is ever touched.
const EVERY = 3000;
const words = document.getElementById("together").dataset;
const me = Number(document.getElementById("live").dataset.me);
const button = () => document.getElementById("take-over");
const fields = () => [...document.querySelectorAll("#reply, #note")];
let told = {}; // when, and of which field, the server heard that we type
let before = {};
let holder = ""; // who answers instead of us
let taker = ""; // who took over from us

const session = () => Number(document.getElementById("pane")?.dataset.session);
const say = (mode, act) => document.dispatchEvent(new CustomEvent("desk:say", { detail: { writing: { session: session(), mode, act } } }));
const write = (element, text) => { if (element.textContent !== text) element.textContent = text; };

function type({ id, value }) {
  const now = performance.now();
  if (!value.trim()) {
    if (told.id === id) say(id, "stop");
    told = {};
  } else if (told.id !== id || told.session !== session() || now - told.at > EVERY) {
    say(id, "type");
    told = { id, session: session(), at: now };
  }
}

function line(people) {
  if (taker) return words.taken.replace("{names}", taker);
  for (const [mode, pattern] of [["reply", "replying"], ["note", "noting"]]) {
    const who = people.filter(([, , , typing]) => typing === mode).map(([, other]) => other);
    if (who.length) return words[pattern + (who.length > 1 ? "Many" : "")].replace("{names}", new Intl.ListFormat(document.documentElement.lang).format(who));
  }
  return "";
}

function show({ detail: { session: open, people, turn } }) {
  if (!button()) return;
  holder = people.find(([agent]) => agent === turn)?.[1] ?? ""; // people are the others
  const isTaken = before.session === open && before.turn === me && holder && document.getElementById("reply").value;
  if (isTaken) document.getElementById("announcer").textContent = words.taken.replace("{names}", holder);
  taker = isTaken ? holder : taker === holder ? taker : "";
  before = { session: open, turn };
  button().hidden = !holder;
  if (holder) write(button(), words.busy.replace("{names}", holder));
  write(document.getElementById("writing-line"), line(people));
}

document.addEventListener("desk:here", show);
document.addEventListener("input", ({ target }) => { if (fields().includes(target)) type(target); });
document.addEventListener("focusout", ({ target }) => {
  if (target.id !== told.id) return;
  say(target.id, "pause");
  told = {};
});
document.addEventListener("desk:sent", ({ detail: { mode } }) => { say(mode, "stop"); told = {}; });
document.addEventListener("click", (event) => {
  if (!event.target.closest("#take-over") || document.documentElement.dataset.line !== "up") return;
  event.preventDefault(); // where no line is up, the form sends it
  say("reply", "take");
  button().hidden = true;
  holder = "";
  document.getElementById("reply").focus();
});
document.addEventListener("keydown", (event) => {
  const isEnter = event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
  if (event.target.id !== "reply" || !isEnter || !holder || event.defaultPrevented) return;
  event.preventDefault();
  document.getElementById("composer-error").textContent = words.first.replace("{names}", holder);
});
