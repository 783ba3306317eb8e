// A phrase in the reply: its text at the caret, its file in the tray, its blanks to be filled in. What
// was inserted goes along with the reply, so that it is counted, and its file sent.
const form = () => document.getElementById("composer");
const field = () => document.getElementById("reply");
const tray = () => document.getElementById("phrase-tray");
const BLANK = /\{[^{}\n]{1,30}\}/g;
const NONE = { ids: [], file: null };
const kept = new Map(); // address of a reply → what was inserted into it
const under = new WeakMap(); // request → what it carries

const inserted = () => kept.get(form().action) ?? NONE;

function show() {
  const { ids, file } = inserted();
  document.getElementById("phrase-ids").value = ids.join(",");
  document.getElementById("phrase-media").value = file?.phrase ?? "";
  tray().hidden = !file;
  tray().querySelector(".phrase-file__name").textContent = file?.name ?? "";
  tray().querySelector(".phrase-file__size").textContent = file?.size ?? "";
  document.dispatchEvent(new CustomEvent("desk:count"));
}

function keep(what) {
  kept.set(form().action, what);
  show();
}

function select(blank) {
  const at = field().value.indexOf(blank);
  if (at < 0) return;
  field().focus();
  field().setSelectionRange(at, at + blank.length);
}

function showBlanks() {
  const place = document.getElementById("phrase-blanks");
  if (!place) return;
  const blanks = [...new Set(field().value.match(BLANK))];
  place.hidden = !blanks.length;
  if (place.dataset.shown === blanks.join()) return;
  place.dataset.shown = blanks.join();
  place.replaceChildren(place.dataset.words, ...blanks.map((blank) => Object.assign(document.createElement("button"), { type: "button", className: "blanks__one", textContent: blank })));
}

// As if it had been typed: Ctrl+Z takes it out again.
function write(text) {
  const isDone = document.execCommand(text ? "insertText" : "delete", false, text);
  if (isDone || !text) return;
  field().setRangeText(text, field().selectionStart, field().selectionEnd, "end");
  field().dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertReplacementText" }));
}

document.addEventListener("desk:phrase", ({ detail: { text, phrase, file, size } }) => {
  const from = field().selectionStart;
  if (text || from !== field().selectionEnd) write(text);
  const isTextOnly = document.querySelector("[data-composer-state]").dataset.textOnly === "yes";
  const { ids, file: before } = inserted();
  keep({ ids: [...new Set([...ids, phrase])], file: file && !isTextOnly ? { phrase, name: file, size } : before });
  if (file && isTextOnly) document.getElementById("composer-error").textContent = tray().dataset.textOnly;
  const [blank] = text.match(BLANK) ?? [];
  if (blank) field().setSelectionRange(from + text.indexOf(blank), from + text.indexOf(blank) + blank.length);
});
document.addEventListener("click", (event) => {
  if (event.target.closest("#phrase-tray-remove")) {
    keep({ ...inserted(), file: null });
    field().focus();
  } else if (event.target.matches(".blanks__one")) select(event.target.textContent);
});
document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.sourceElement !== form()) return;
  under.set(ctx, { what: inserted(), action: form().action });
  keep(NONE);
});
document.addEventListener("htmx:finally:request", (event) => {
  const { ctx } = event.detail;
  const carried = under.get(ctx);
  const status = ctx.response?.status ?? 0;
  if (!carried || (status >= 200 && status < 300)) return;
  kept.set(carried.action, carried.what);
  if (form()) show();
});
let shown = null;
document.addEventListener("htmx:after:swap", () => {
  if (!form() || shown === form()) return;
  shown = form();
  show();
  showBlanks();
});
document.addEventListener("input", (event) => { if (event.target === field()) showBlanks(); });
document.addEventListener("desk:text", showBlanks);
if (form()) showBlanks();
