// The bell counts what is kept, and lists it when it is opened.
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
  const state = document.getElementById("bell-state");
  if (state === known || !state.dataset.unread) return;
  known = state;
  count(Number(state.dataset.unread), Number(state.dataset.at));
});
document.addEventListener("desk:facts", ({ detail: facts }) => { if (facts.bell) count(facts.unread, facts.bell); });
document.getElementById("bell").addEventListener("toggle", ({ target }) => { if (target.open) htmx.trigger("#bell-list", "desk:open"); });
