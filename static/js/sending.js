// A text leaves the composer when it is sent, and is back when it was refused or got no answer. Each
// has an id of its own, and keeps it when it is sent again: the server takes it once.
const form = () => document.getElementById("composer");
const field = () => document.getElementById("reply");
const attach = () => document.getElementById("attach");
const under = new WeakMap(); // request → what it carries
let unanswered = null;

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID wants https
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function show(text, files) {
  field().value = text;
  if (files) attach().files = files;
  else attach().value = "";
  for (const name of ["desk:text", "desk:files"]) document.dispatchEvent(new CustomEvent(name));
}

document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.sourceElement !== form()) return;
  const text = field().value;
  const id = unanswered?.text === text ? unanswered.id : newId();
  ctx.request.body.set("msgid", id);
  under.set(ctx, { text, id, files: attach().files, action: form().action });
  show("");
  field().focus();
});

document.addEventListener("htmx:finally:request", (event) => {
  const { ctx } = event.detail;
  const carried = under.get(ctx);
  if (!carried) return;
  const status = ctx.response?.status ?? 0;
  unanswered = status ? null : carried;
  if (status >= 200 && status < 300) return;
  const { text, files, action } = carried;
  if (action !== form()?.action) return sessionStorage.setItem(`draft ${new URL(action).pathname}`, text);
  show([text, field().value].filter(Boolean).join("\n"), files);
  if (status !== 422) document.getElementById("composer-error").textContent = form().dataset.lostWords;
});
