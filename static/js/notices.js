// What is pushed to #arrivals becomes a toast, a sound, a desktop notice, or nothing: by what the agent
// wishes, the hour, and where they look. The bell counts and lists what is kept.
const state = () => document.getElementById("bell-state");
const rules = () => JSON.parse(state().dataset.rules);
const isQuiet = ({ quiet }) => quiet.some(([begin, end]) => begin <= Date.now() / 1000 && Date.now() / 1000 < end);
const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

const isOpen = ({ session }) => session && document.getElementById("pane")?.dataset.session === session;

async function isLookedAt() {
  const locks = await navigator.locks?.query();
  return Boolean(locks?.held.some((lock) => lock.name === "desk-looked-at"));
}

function onDesktop(toast) {
  const link = toast.querySelector("a");
  const body = toast.querySelector(".toast__text")?.textContent.trim() ?? "";
  tell("desk:desktop", { title: link.textContent.trim(), body, key: toast.dataset.key, url: link.getAttribute("href") });
}

async function arrive(toast) {
  const wishes = rules();
  const { event } = toast.dataset;
  const how = wishes.how[event];
  if (!how) return;
  if (!document.hidden && document.hasFocus() && isOpen(toast.dataset)) {
    if (event !== "message" && document.getElementById("read")) htmx.trigger("#read", "desk:seen");
    return;
  }
  if (isQuiet(wishes)) return;
  if (!document.hidden) tell("desk:toast", toast);
  else if (how === "desktop" && !(await isLookedAt())) onDesktop(toast);
  tell("desk:sound", { name: wishes.sounds[event], volume: wishes.volume });
}

let counted = 0; // when: what was counted before that is told too late
function count(unread, at) {
  if (at < counted) return;
  counted = at;
  const badge = document.getElementById("bell-count");
  const words = document.getElementById("bell-words");
  badge.hidden = !unread;
  badge.textContent = unread > 99 ? "99+" : unread;
  words.textContent = unread ? words.dataset.words.replace("{n}", unread) : "";
}

let known = null;
document.addEventListener("htmx:after:swap", () => {
  const came = [...document.getElementById("arrivals").children];
  document.getElementById("arrivals").replaceChildren();
  came.forEach(arrive);
  if (state() === known || !state().dataset.unread) return;
  known = state();
  count(Number(known.dataset.unread), Number(known.dataset.at));
});
document.addEventListener("desk:facts", ({ detail: facts }) => { if (facts.bell) count(facts.unread, facts.bell); });
document.getElementById("bell").addEventListener("toggle", ({ target }) => { if (target.open) htmx.trigger("#bell-list", "desk:open"); });
