// A toast goes when what it tells of is over: somebody took the customer, answered, ended the session, or recalled it.
const me = Number(document.getElementById("live").dataset.me);
const isMine = ({ agent, ended }) => agent === me && !ended;
const HOLDS = {
  queue: ({ agent, native, ended }) => !agent && !native && !ended,
  message: (facts) => isMine(facts) && facts.unread && !facts.recalled,
  assigned: isMine,
  closing: (facts) => isMine(facts) && facts.waiting,
  lapsing: ({ ended, waiting }) => waiting && !ended,
  code: (facts) => isMine(facts) && facts.coded,
  back: (facts) => isMine(facts) && !facts.snoozed,
};

// One toast may tell of several new customers: it goes with the last of them.
function isOver(toast, facts) {
  const about = (toast.dataset.about ?? "").split(" ");
  if (!about.includes(String(facts.session)) || (HOLDS[toast.dataset.event] ?? Boolean)(facts)) return false;
  toast.dataset.about = about.filter((session) => session !== String(facts.session)).join(" ");
  return !toast.dataset.about;
}

document.addEventListener("desk:facts", ({ detail: facts }) => {
  if (!facts.session) return;
  for (const toast of document.querySelectorAll("#toasts > .toast"))
    if (isOver(toast, facts)) toast.dispatchEvent(new CustomEvent("desk:over", { bubbles: true }));
});
