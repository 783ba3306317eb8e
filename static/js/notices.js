// What is pushed to #arrivals becomes a toast, a sound, a desktop notice, or nothing: by what the agent
// wishes, the hour, and where they look.
const rules = () => JSON.parse(document.getElementById("bell-state").dataset.rules);
const isQuiet = ({ quiet }) => quiet.some(([begin, end]) => begin <= Date.now() / 1000 && Date.now() / 1000 < end);
const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

const sound = (event, { sounds, volume }) => tell("desk:sound", { name: sounds[event], volume });

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

// What came of a session that this page was said to look at is not drawn until somebody asks.
function glance(session) {
  const wishes = rules();
  const url = `${document.getElementById("bell-list").dataset.arrived}?session=${session}`;
  if (document.hidden || !isOpen({ session: String(session) })) htmx.ajax("GET", url, { target: "#bell-list", swap: "none" });
  else if (!document.hasFocus() && wishes.how.message && !isQuiet(wishes)) sound("message", wishes);
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
  sound(event, wishes);
}

document.addEventListener("htmx:after:swap", () => {
  const came = [...document.getElementById("arrivals").children];
  document.getElementById("arrivals").replaceChildren();
  came.forEach(arrive);
});
document.addEventListener("desk:facts", ({ detail: facts }) => { if (facts.glance) glance(facts.glance); });
