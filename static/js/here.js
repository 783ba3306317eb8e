// Who else looks at a session: on its row, and in the head of the thread. Who types is for turn.js.
const BEAT = 10_000;
const PATIENCE = 8000; // each beat is answered: a line that is silent is none, whatever the browser believes
const template = document.getElementById("together");
const me = Number(document.getElementById("live").dataset.me);
const names = new Intl.ListFormat(document.documentElement.lang);
let here = {}; // session → { people: [[agent, name, initials, typing]], turn }
let announced = { who: "", words: "" };

const open = () => document.getElementById("pane")?.dataset.session;
const others = (session) => (here[session]?.people ?? []).filter(([agent]) => agent !== me);
const say = (people) => template.dataset[people.length === 1 ? "one" : "many"].replace("{names}", names.format(people.map(([, name]) => name)));

function avatar([agent, , initials]) {
  const copy = template.content.firstElementChild.cloneNode();
  copy.classList.add(`hue--${agent % 8}`);
  copy.textContent = initials;
  return copy;
}

function fill(place) {
  const people = others(place.dataset.here);
  const who = people.map(([agent]) => agent).join();
  if ((place.dataset.who ?? "") === who) return; // it was not drawn anew, and nobody came or went
  place.dataset.who = who;
  if (!people.length) return place.replaceChildren();
  const words = document.createElement("span");
  words.className = "together__words";
  words.textContent = place.title = say(people);
  const faces = people.slice(0, 3).map(avatar);
  place.replaceChildren(...faces, people.length > 3 ? `+${people.length - 3}` : "", words);
}

// Spoken when somebody comes, not when they go.
function announce() {
  const people = others(open());
  const who = `${open()} ${people.map(([agent]) => agent)}`;
  if (who === announced.who) return;
  const words = people.length ? say(people) : "";
  const announcer = document.getElementById("announcer");
  if (words || announcer.textContent === announced.words) announcer.textContent = words;
  announced = { who, words };
}

function show() {
  document.querySelectorAll("[data-here]").forEach(fill);
  announce();
  document.dispatchEvent(new CustomEvent("desk:here", { detail: { session: open(), people: others(open()), turn: here[open()]?.turn } }));
}

const doubt = () => document.dispatchEvent(new CustomEvent("desk:doubt"));
let patience = null;
function tell() {
  document.dispatchEvent(new CustomEvent("desk:say", { detail: { here: !document.hidden } }));
  if (document.documentElement.dataset.line === "up") patience ??= setTimeout(doubt, PATIENCE);
}
document.addEventListener("desk:facts", ({ detail: facts }) => {
  if (!facts.here) return;
  patience = clearTimeout(patience);
  here = facts.whole ? facts.here : { ...here, ...facts.here };
  if (facts.whole && document.hidden) tell(); // opened in the background
  show();
});
document.addEventListener("htmx:after:swap", show);
document.addEventListener("visibilitychange", tell);
window.addEventListener("offline", doubt);
setInterval(() => { if (!document.hidden) tell(); }, BEAT);
