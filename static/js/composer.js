// The composer: Enter sends, bytes are counted, and it is locked while the line is down.
const form = () => document.getElementById("composer");
const field = () => document.getElementById("reply");
const attach = () => document.getElementById("attach");
const send = () => document.getElementById("send");
const { cost } = JSON.parse(document.documentElement.dataset.words);
let wasTyping = false;

function refresh() {
  if (!form()) return;
  const state = document.querySelector("[data-composer-state]").dataset;
  const mayReply = state.mayReply === "yes";
  const isDown = document.documentElement.dataset.line === "down";
  wasTyping ||= isDown && document.activeElement === field();
  form().classList.toggle("composer--refused", !mayReply);
  form().toggleAttribute("data-locked", isDown);
  field().readOnly = !mayReply;
  field().disabled = isDown;
  field().placeholder = isDown ? form().dataset.lockedWords : (field().dataset.words ??= field().placeholder);
  send().disabled = isDown || !mayReply;
  attach().disabled = isDown || !mayReply || state.textOnly === "yes";
  if (wasTyping && !isDown) {
    wasTyping = false;
    field().focus();
  }
  count();
}

function count() {
  if (!form()) return;
  const text = field().value.trim().replace(/\r\n/g, "\n");
  const size = new TextEncoder().encode(text).length;
  const limit = Number(form().dataset.limit);
  const bytes = document.getElementById("bytes");
  const isTwo = text && attach().files.length;
  bytes.textContent = size > limit / 2 ? `${size} / ${limit}` : isTwo ? cost.replace("{n}", 2) : "";
  bytes.toggleAttribute("data-over", size > limit);
}

document.addEventListener("keydown", (event) => {
  const isComposing = event.isComposing || event.keyCode === 229; // an input method's Enter is its own
  if (event.target !== field() || event.key !== "Enter" || event.shiftKey || isComposing) return;
  event.preventDefault();
  if (!send().disabled) form().requestSubmit();
});
document.addEventListener("input", (event) => {
  if (event.target !== field()) return;
  count();
  document.getElementById("composer-error").textContent = "";
});
for (const name of ["htmx:after:swap", "desk:line"]) document.addEventListener(name, refresh);
for (const name of ["desk:text", "desk:files"]) document.addEventListener(name, count);
refresh();
