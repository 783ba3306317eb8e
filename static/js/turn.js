// Who else writes is shown above the field, and one answers at a time: who would be the second is asked
// to take over first. No text is ever touched.
const words = document.getElementById("together").dataset;
const me = Number(document.getElementById("live").dataset.me);
const list = new Intl.ListFormat(document.documentElement.lang);
const button = () => document.getElementById("take-over");
const reply = () => document.getElementById("reply");
let before = {};
let holder = ""; // who answers instead of us
let taker = ""; // who took over from us

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function speak(pattern) {
  document.getElementById("announcer").textContent = pattern.replace("{names}", holder);
}

function line(people) {
  if (taker) return words.taken.replace("{names}", taker);
  for (const [mode, pattern] of [["reply", "replying"], ["note", "noting"]]) {
    const names = people.filter(([, , , typing]) => typing === mode).map(([, name]) => name);
    if (names.length) return words[pattern + (names.length > 1 ? "Many" : "")].replace("{names}", list.format(names));
  }
  return "";
}

function show({ detail: { session, people, turn } }) {
  if (!button()) return;
  const was = holder;
  holder = people.find(([agent]) => agent === turn)?.[1] ?? ""; // people are the others
  const isTaken = before.session === session && before.turn === me && holder && reply().value;
  if (isTaken) speak(words.taken);
  else if (holder && holder !== was && document.activeElement === reply()) speak(words.busy);
  if (isTaken || taker !== holder) taker = isTaken ? holder : "";
  before = { session, turn };
  button().hidden = !holder;
  if (holder) write(button(), words.busy.replace("{names}", holder));
  write(document.getElementById("writing-line"), line(people));
}

document.addEventListener("desk:here", show);
document.addEventListener("click", (event) => {
  if (!event.target.closest("#take-over") || document.documentElement.dataset.line !== "up") return;
  event.preventDefault(); // where no line is up, the form takes over and sends
  const session = Number(document.getElementById("pane").dataset.session);
  document.dispatchEvent(new CustomEvent("desk:say", { detail: { writing: { session, mode: "reply", act: "take" } } }));
  button().hidden = true;
  holder = "";
  reply().focus();
});
document.addEventListener("keydown", (event) => {
  const isEnter = event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
  if (event.target.id !== "reply" || !isEnter || !holder || event.defaultPrevented) return;
  event.preventDefault();
  document.getElementById("composer-error").textContent = words.first.replace("{names}", holder);
});
