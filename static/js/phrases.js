// Phrases: "/" in the reply, or the button, opens a list that narrows while one types.
const field = () => document.getElementById("reply");
const panel = () => document.getElementById("phrases");
const search = () => document.getElementById("phrase-search");
const found = () => document.getElementById("phrase-found");
const button = () => document.getElementById("phrase-button");
const options = () => [...(found()?.querySelectorAll("[role=option]") ?? [])];
// An input method for Chinese makes 、 or a wide / of the key. Before it stands nothing, or a space.
const ASKED = /(?:^|\s)([/、\uFF0F])([^\s/、\uFF0F][^\n/、\uFF0F]{0,39})?$/u;

let start = null; // where "/" stands in the reply; null when the list has a search field of its own
let left = null; // a "/" at which the list was closed, or that is no question: not asked again
let isPending = false;
let isWanted = false; // Enter came before the answer
let nth = 0; // which one is wanted then

const isOpen = () => panel() && !panel().hidden;
const source = () => (start === null ? search() : field());
const asked = () => field().value.slice(0, field().selectionStart).match(ASKED);
const mayWrite = () => field() && !field().disabled && !field().readOnly;

function choose(option) {
  for (const one of options()) one.ariaSelected = String(one === option);
  if (option) source().setAttribute("aria-activedescendant", option.id);
  else for (const one of [field(), search()]) one.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

function ask(query, isAtOnce) {
  isPending = true;
  search().value = query;
  htmx.trigger(search(), isAtOnce ? "desk:look" : "desk:find");
}

function open(at) {
  const isNew = !isOpen();
  start = at;
  panel().hidden = false;
  document.getElementById("phrase-search-row").hidden = at !== null;
  for (const one of [search(), button()]) one.ariaExpanded = "true";
  field().setAttribute("aria-autocomplete", "list");
  if (at !== null) field().setAttribute("aria-controls", "phrase-results");
  return isNew;
}

function close() {
  if (!isOpen()) return;
  choose(null);
  panel().hidden = true;
  isPending = isWanted = false;
  nth = 0;
  for (const one of [search(), button()]) one.ariaExpanded = "false";
  for (const name of ["aria-autocomplete", "aria-controls"]) field().removeAttribute(name);
}

function follow() {
  const match = asked();
  const at = match ? match.index + match[0].indexOf(match[1]) : null;
  if (at === null || at !== left?.at || !(match[2] ?? "").startsWith(left.query)) left = null;
  if (at === null || left) return start === null ? undefined : close();
  ask(match[2] ?? "", open(at));
}

function toggle() {
  if (isOpen()) return leave();
  if (!mayWrite()) return;
  open(null);
  ask("", true);
  search().focus();
}

// Closed by hand: the same "/" does not open it again.
function leave() {
  const wasSearch = start === null;
  if (!wasSearch) left = { at: start, query: "" };
  close();
  if (wasSearch) field().focus();
}

function take(option) {
  const { text, phrase, file, size } = option.dataset;
  const from = start ?? field().selectionStart;
  const to = start === null ? field().selectionEnd : field().selectionStart;
  close();
  field().focus();
  field().setSelectionRange(from, to);
  document.dispatchEvent(new CustomEvent("desk:phrase", { detail: { text, phrase, file, size } }));
}

function takeNth(number) {
  if (!mayWrite()) return;
  const there = isOpen() && !isPending ? options()[number] : null;
  if (there) return take(there);
  if (!isOpen()) open(null), ask("", true), search().focus();
  [nth, isWanted] = [number, true];
}
document.addEventListener("desk:nth-phrase", ({ detail }) => takeNth(detail));

// The answer to what is asked now; to an older question it is none.
function settle() {
  if (!isOpen() || found()?.dataset.query !== search().value) return;
  isPending = false;
  const first = options()[isWanted ? nth : 0];
  choose(first ?? options()[0]);
  document.getElementById("announcer").textContent = found()?.dataset.count ?? "";
  if (isWanted && first) return take(first);
  isWanted = false;
  if (first || start === null) return;
  const query = asked()?.[2] ?? "";
  if (!query) return;
  left = { at: start, query };
  close();
}

function move(by) {
  const all = options();
  const at = all.findIndex((one) => one.ariaSelected === "true");
  choose(all[(at + by + all.length) % all.length]);
}

function press(event) {
  const chosen = options().find((one) => one.ariaSelected === "true");
  if (event.key === "ArrowDown") move(1);
  else if (event.key === "ArrowUp") move(-1);
  else if (event.key === "Escape") leave();
  else if ((event.key === "Enter" || event.key === "Tab") && isPending) isWanted = true;
  else if ((event.key === "Enter" || event.key === "Tab") && chosen) take(chosen);
  else if (event.key !== "Enter" || start !== null) return false;
  return true;
}

document.addEventListener("keydown", (event) => {
  if (!panel() || event.isComposing || event.keyCode === 229) return; // the input method's own
  if (!isOpen() || event.target !== source() || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return;
  else if (!press(event)) return;
  event.preventDefault();
  event.stopPropagation();
}, true);
document.addEventListener("keydown", (event) => {
  if (event.target !== button() || event.key !== " ") return;
  event.preventDefault();
  toggle();
});
document.addEventListener("input", (event) => {
  if (!panel()) return;
  if (event.target === field() && event.inputType !== "insertReplacementText") follow();
  if (event.target === search()) ask(search().value, false);
});
document.addEventListener("htmx:after:swap", (event) => { if (event.detail.ctx.target?.id === "phrase-results") settle(); });
for (const name of ["htmx:response:error", "htmx:error"]) {
  document.addEventListener(name, ({ detail: { ctx, error } }) => {
    if (panel() && ctx?.sourceElement === search() && error?.name !== "AbortError") close();
  });
}
document.addEventListener("click", (event) => {
  const option = event.target.closest("#phrase-found [role=option]");
  if (option) return take(option);
  if (event.target.closest("#phrase-button")) event.preventDefault(), toggle();
  else if (isOpen() && !panel().contains(event.target) && (start === null || event.target !== field())) close();
  else if (isOpen() && event.target === field()) follow();
});
// The reply keeps the caret while a phrase is chosen by mouse.
document.addEventListener("mousedown", (event) => { if (event.target.closest("#phrase-results")) event.preventDefault(); });
document.addEventListener("focusout", (event) => {
  const to = event.relatedTarget;
  if (isOpen() && to && to !== button() && to !== field() && !panel().contains(to)) close();
});
