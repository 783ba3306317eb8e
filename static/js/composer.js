// The composer: Enter sends, and it is locked while the line is down or nothing may be sent.
const writing = () => document.getElementById("writing");
const form = () => document.getElementById("composer");
const field = () => document.getElementById("reply");
const note = () => document.getElementById("note");
let wasTyping = null;

function lock(area, isDown) {
  area.disabled = isDown;
  area.placeholder = isDown ? writing().dataset.lockedWords : (area.dataset.words ??= area.placeholder);
}

function refresh() {
  if (!writing()) return;
  const state = document.querySelector("[data-composer-state]").dataset;
  const isOthers = Boolean(state.only) && state.only !== document.getElementById("live").dataset.me;
  document.querySelector("[data-reserved]")?.toggleAttribute("hidden", !isOthers);
  const mayReply = state.mayReply === "yes" && !isOthers;
  const isDown = document.documentElement.dataset.line === "down";
  if (isDown && [field(), note()].includes(document.activeElement)) wasTyping = document.activeElement.id;
  writing().classList.toggle("composer--refused", !mayReply);
  writing().toggleAttribute("data-locked", isDown);
  field().readOnly = !mayReply;
  for (const area of [field(), note()]) lock(area, isDown);
  const isBusy = document.querySelector("#tray [data-busy]") !== null;
  for (const button of form().querySelectorAll("[data-sends]")) button.disabled = isDown || !mayReply || isBusy;
  document.getElementById("add-note").disabled = isDown;
  document.getElementById("attach").disabled = isDown || !mayReply || state.textOnly === "yes";
  if (wasTyping && !isDown) {
    document.getElementById(wasTyping)?.focus();
    wasTyping = null;
  }
}

function write(mode) {
  const choice = document.getElementById(`mode-${mode}`);
  if (!choice) return;
  choice.checked = true;
  document.getElementById(mode).focus();
}

document.addEventListener("keydown", (event) => {
  const isComposing = event.isComposing || event.keyCode === 229; // an input method's Enter is its own
  if (![field(), note()].includes(event.target) || event.key !== "Enter" || event.shiftKey || isComposing) return;
  if (event.defaultPrevented) return;
  const isHeld = event.ctrlKey || event.metaKey;
  const isSend = isHeld === (window.commands.enter === "newline");
  if (!isSend && !isHeld) return; // the field's own
  event.preventDefault();
  if (!isSend) return void document.execCommand("insertText", false, "\n");
  const button = document.getElementById(event.target.id === "reply" ? "send" : "add-note");
  if (!button.disabled) event.target.form.requestSubmit(button);
});
document.addEventListener("input", ({ target }) => {
  if ([field(), note()].includes(target)) document.getElementById(target.form.dataset.error).textContent = "";
});
document.addEventListener("desk:write", ({ detail }) => write(detail));
document.addEventListener("change", ({ target }) => { if (target.name === "mode") write(target.value); });
for (const name of ["htmx:after:swap", "desk:line", "desk:files"]) document.addEventListener(name, refresh);
refresh();
