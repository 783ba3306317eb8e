// A text leaves its form when it is sent, and is back when it was refused or got no answer. Each has
// an id of its own, and keeps it when it is sent again: the server takes it once.
const TWICE = 700; // milliseconds: a double click is one wish
const under = new WeakMap(); // request → what it carries
const standing = new WeakMap(); // request of another form → what stood in the composer then
let unanswered = null;
let left = 0; // when something was sent last

const fieldOf = (form) => document.getElementById(form.dataset.field);
const errorOf = (form) => document.getElementById(form.dataset.error);

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID wants https
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function show(form, text, chips) {
  fieldOf(form).value = text;
  if (chips) document.getElementById("tray").prepend(...chips);
  for (const name of ["desk:text", "desk:files"]) document.dispatchEvent(new CustomEvent(name, { detail: fieldOf(form) }));
}

document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  const form = ctx.sourceElement;
  const other = document.getElementById(form.dataset?.clears);
  if (other) standing.set(ctx, fieldOf(other).value);
  if (!form.dataset?.field) return;
  const text = fieldOf(form).value;
  const isEmpty = !text.trim() && !form.querySelector("#tray > *") && !form.querySelector("#phrase-media")?.value;
  if (isEmpty && performance.now() - left < TWICE) return event.preventDefault();
  left = performance.now();
  const id = unanswered?.text === text && unanswered.action === form.action ? unanswered.id : newId();
  ctx.request.body.set("msgid", id);
  const chips = [...form.querySelectorAll("#tray > *")];
  chips.forEach((chip) => chip.remove());
  under.set(ctx, { text, id, chips, action: form.action });
  show(form, "");
  fieldOf(form).focus();
  document.dispatchEvent(new CustomEvent("desk:leaves", { detail: { ctx, text } }));
});

document.addEventListener("htmx:finally:request", (event) => {
  const { ctx } = event.detail;
  const carried = under.get(ctx);
  const status = ctx.response?.status ?? 0;
  const emptied = document.getElementById(ctx.sourceElement.dataset?.clears);
  if (emptied && status === 200 && fieldOf(emptied).value === standing.get(ctx)) show(emptied, "");
  if (!carried) return;
  unanswered = status ? null : carried;
  const { text, chips, action } = carried;
  const { dataset } = ctx.sourceElement;
  if (status >= 200 && status < 300) return document.dispatchEvent(new CustomEvent("desk:sent", { detail: { action, mode: dataset.field } }));
  const form = [...document.forms].find((one) => one.action === action && one.dataset.field);
  if (!form) return document.dispatchEvent(new CustomEvent("desk:kept", { detail: { action, mode: dataset.field, text } }));
  show(form, [text, fieldOf(form).value].filter(Boolean).join("\n"), chips);
  if (status !== 422) errorOf(form).textContent = document.getElementById("writing").dataset.lostWords;
});

// What was taken back before it left.
document.addEventListener("htmx:after:swap", () => {
  const returned = document.getElementById("returned");
  if (!returned?.textContent) return;
  const form = document.getElementById("composer");
  show(form, [returned.textContent, fieldOf(form).value].filter(Boolean).join("\n"));
  returned.textContent = "";
  document.dispatchEvent(new CustomEvent("desk:kept", { detail: { action: form.action, mode: "reply", text: fieldOf(form).value } }));
  fieldOf(form).focus();
});
