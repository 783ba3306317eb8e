// The composer: Enter sends, bytes are counted, and a text is never lost.
const form = () => document.getElementById("composer");
const field = () => document.getElementById("reply");
const attach = () => document.getElementById("attach");
const sent = new WeakMap(); // request → what it carried
let repeat = null; // {text, msgid} of a request whose answer never came
let isLocked = false;

function id() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function refresh() {
  if (!form()) return;
  const state = document.querySelector("[data-composer-state]").dataset;
  const mayReply = state.mayReply === "yes";
  const isDown = document.documentElement.dataset.line === "down";
  const wasFocused = document.activeElement === field();
  form().classList.toggle("composer--refused", !mayReply);
  form().toggleAttribute("data-locked", isDown);
  field().readOnly = !mayReply;
  field().disabled = isDown;
  field().placeholder = isDown ? form().dataset.lockedWords : (field().dataset.words ??= field().placeholder);
  document.getElementById("send").disabled = isDown || !mayReply;
  attach().disabled = isDown || !mayReply || state.textOnly === "yes";
  if (wasFocused && isDown) isLocked = true;
  if (isLocked && !isDown) { isLocked = false; field().focus(); }
  count();
}

function count() {
  const size = new TextEncoder().encode(field().value.trim().replace(/\r\n/g, "\n")).length;
  const limit = Number(form().dataset.limit);
  const bytes = document.getElementById("bytes");
  bytes.textContent = size > limit / 2 ? `${size} / ${limit}` : "";
  bytes.toggleAttribute("data-over", size > limit);
}

function complain(text) { document.getElementById("composer-error").textContent = text; }

function giveBack({ text, files }) {
  field().value = [text, field().value].filter(Boolean).join("\n");
  attach().files = files;
  document.dispatchEvent(new CustomEvent("desk:files"));
  count();
}

document.addEventListener("keydown", (event) => {
  if (event.target !== field() || event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  if (!document.getElementById("send").disabled) form().requestSubmit();
});
document.addEventListener("input", (event) => { if (event.target === field()) { count(); complain(""); } });

document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.sourceElement !== form()) return;
  const text = field().value;
  const msgid = repeat?.text === text ? repeat.msgid : id();
  ctx.request.body.set("msgid", msgid);
  const carried = { text, msgid, files: attach().files, session: form().action };
  sent.set(ctx, carried);
  field().value = "";
  attach().value = "";
  document.dispatchEvent(new CustomEvent("desk:files"));
  count();
  field().focus();
});
document.addEventListener("htmx:finally:request", (event) => {
  const { ctx } = event.detail;
  const carried = sent.get(ctx);
  if (!carried || carried.session !== form()?.action) return;
  const status = ctx.response?.status ?? 0;
  repeat = status ? null : carried;
  if (status >= 200 && status < 300) return;
  giveBack(carried);
  if (status !== 422) complain(form().dataset.lostWords);
});
document.addEventListener("htmx:after:swap", refresh);
document.addEventListener("desk:line", refresh);
if (form()) refresh();
