// The side panel: folds stay as the agent left them, tags are found by typing, verbs of others go.
const CLOSED = "panel-closed";
const closed = () => new Set(JSON.parse(localStorage.getItem(CLOSED) ?? "[]"));
let saved = null;

function look() {
  const panel = document.getElementById("customer");
  if (!panel) return;
  const shown = document.getElementById("pane").dataset.session;
  for (const link of panel.querySelectorAll(".past__link")) link.ariaCurrent = link.dataset.session === shown ? "true" : null;
  const shut = closed();
  for (const fold of panel.querySelectorAll(".fold")) fold.open = !shut.has(fold.dataset.fold);
  for (const search of panel.querySelectorAll("[data-finds]")) { search.hidden = false; find(search); }
  if ("lead" in panel.dataset) return;
  for (const verb of panel.querySelectorAll("[data-author]")) verb.hidden = verb.dataset.author !== panel.dataset.me;
}

function find(search) {
  const words = search.value.trim().toLowerCase();
  for (const option of document.getElementById(search.dataset.finds).children) option.hidden = !option.textContent.toLowerCase().includes(words);
}

document.addEventListener("click", ({ target }) => {
  const fold = target.closest?.(".fold__title")?.parentElement;
  if (!fold) return;
  const shut = closed();
  if (fold.open) shut.add(fold.dataset.fold);
  else shut.delete(fold.dataset.fold);
  localStorage.setItem(CLOSED, JSON.stringify([...shut]));
});
document.addEventListener("input", ({ target }) => { if (target.dataset?.finds) find(target); });
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.dataset?.finds) return;
  event.preventDefault();
  [...document.getElementById(event.target.dataset.finds).children].find((option) => !option.hidden)?.querySelector("button")?.click();
});
// Who has saved something goes on from there.
document.addEventListener("submit", ({ target }) => { saved = target.closest?.(".value, .remark-form, .tagger")?.querySelector("summary").id; });
document.addEventListener("htmx:after:swap", () => {
  look();
  const summary = saved && document.getElementById(saved);
  const isWriting = document.activeElement?.closest?.("input, textarea, select");
  if (!summary || isWriting || (summary.parentElement.open && !summary.closest(".tagger"))) return;
  summary.focus();
  saved = null;
});
look();
