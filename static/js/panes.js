// The parts of the page by key: from one to the next, Esc from within to without, and what begins there.
const { commands } = window;
const WRITES = "textarea, [contenteditable], input:not([type=checkbox], [type=radio], [type=file])";
const shown = (element) => (element?.checkVisibility() ? element : null);
const at = (selector) => shown(document.querySelector(selector));
const row = () => at("#sessions .row__link:not([tabindex='-1'])");
// Where each part begins, in the order of the page.
const PARTS = [
  ["nav.rail", () => at("nav.rail a")],
  ["#list", () => row() ?? at("#tabs a")],
  ["#scroll", () => at("#scroll")],
  ["#writing", () => at("#note:not(:disabled)") ?? at("#reply:not(:disabled)")],
  ["#customer", () => at("#customer")],
  ["#main:not(.desk)", () => at("#main:not(.desk)")],
];

function go(by) {
  const inside = PARTS.findIndex(([part]) => document.activeElement.closest(part));
  for (let n = 1; n <= PARTS.length; n += 1) {
    const place = PARTS.at((inside < 0 && by > 0 ? n - 1 : inside + by * n) % PARTS.length)[1]();
    if (place) return place.focus();
  }
}

// One step out at a time: of the field, of the panel, of the selection, of the session.
function leave(from) {
  if (from.closest(WRITES)) return (at("#scroll") ?? document.getElementById("main")).focus();
  const panel = at(".side__close") ?? at("#select-none");
  if (panel) panel.click();
  else if (from.closest("#list") || !document.getElementById("list")) return;
  else if (row()) row().focus();
  else at(".header__back")?.click();
}

commands.teach("search", (link) => (document.getElementById("q") ? document.getElementById("q").select() : link.click()));
commands.teach("pane", () => go(1));
commands.teach("pane-back", () => go(-1));
commands.teach("more", (summary) => {
  summary.click();
  summary.parentElement.querySelector(".pop__item")?.focus();
}, () => commands.target("more"));
for (const mode of ["reply", "note"])
  commands.teach(mode, () => document.dispatchEvent(new CustomEvent("desk:write", { detail: mode })), () => commands.target(mode));

document.addEventListener("keydown", (event) => {
  const isOther = event.key !== "Escape" || event.isComposing || event.keyCode === 229 || event.defaultPrevented;
  if (!isOther && !document.querySelector("dialog[open]")) leave(event.target);
});
// Ctrl+1 to Ctrl+9 are the browser's tabs elsewhere.
document.addEventListener("keydown", (event) => {
  const isAsked = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && /^[1-9]$/.test(event.key);
  if (!isAsked || !["reply", "phrase-search"].includes(event.target.id) || !commands.target("phrases")) return;
  event.preventDefault();
  document.dispatchEvent(new CustomEvent("desk:nth-phrase", { detail: Number(event.key) - 1 }));
});
