// The page of keys: "Press keys" writes down what is pressed next.
let listening = null;

function stop() {
  listening.textContent = listening.dataset.label;
  listening = null;
}

document.addEventListener("click", ({ target }) => {
  if (listening) stop();
  if (!target.dataset?.record) return;
  listening = target;
  target.dataset.label ??= target.textContent;
  target.textContent = target.dataset.words;
});
document.addEventListener("keydown", (event) => {
  if (!listening || event.isComposing || ["Control", "Shift", "Alt", "Meta"].includes(event.key)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const field = document.getElementById(listening.dataset.record);
  stop();
  if (["Escape", "Tab", "Enter"].includes(event.key)) return;
  const key = event.altKey ? event.code.replace(/^(Key|Digit)/, "") : event.key.toUpperCase();
  const isShift = event.shiftKey && /^([A-Z]|F\d+)$/.test(key);
  const pressed = [(event.ctrlKey || event.metaKey) && "Ctrl", event.altKey && "Alt", isShift && "Shift", key].filter(Boolean).join("+");
  field.value = [field.value.trim(), pressed].filter(Boolean).join(", ");
  field.focus();
}, { capture: true });
for (const button of document.querySelectorAll("[data-record]")) button.hidden = false;
