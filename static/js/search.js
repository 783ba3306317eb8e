// Search: results while typing, arrow keys through them. Without this the form is a form.
const PAUSE = 200; // milliseconds without a key
const form = document.getElementById("search");
const box = document.getElementById("q");
let waiting = null;
let asked = box.defaultValue;

// An input method that composes has not decided on its characters yet.
function ask(event) {
  if (event.isComposing) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    if (box.value.trim() !== asked.trim()) form.requestSubmit();
  }, PAUSE);
}
box.addEventListener("input", ask);
box.addEventListener("compositionend", ask);
box.setSelectionRange(box.value.length, box.value.length);

form.addEventListener("submit", () => {
  clearTimeout(waiting);
  asked = box.value;
});

function lost(text) {
  document.getElementById("search-lost")?.remove();
  if (!text) return;
  const line = document.createElement("p");
  Object.assign(line, { id: "search-lost", className: "search__lost", role: "alert", textContent: text });
  form.after(line);
}
document.addEventListener("htmx:finally:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.sourceElement !== form || ctx.request?.signal?.aborted) return;
  const isLost = !(ctx.response?.status < 400);
  if (isLost) asked = "";
  lost(isLost ? form.dataset.lostWords : "");
  document.title = document.title.replace(/^.*?(?=[^·]* · kfconsole$)/, box.value.trim() ? `${box.value.trim()} · ` : "");
});

document.addEventListener("keydown", (event) => {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
  const links = [...document.querySelectorAll("#results a.row__link")];
  const at = links.indexOf(document.activeElement);
  if (at < 0 && document.activeElement !== box) return;
  if (at < 0 && by < 0) return;
  event.preventDefault();
  (links[at + by] ?? (at + by < 0 ? box : null))?.focus();
});
