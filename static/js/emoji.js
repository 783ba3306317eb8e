// A face at the caret: WeChat's codes as text, which the phone draws. Arrows move in the grid.
const COLUMNS = 8;

function put(field, text) {
  field.focus();
  if (document.execCommand("insertText", false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const one = event.target.closest(".emoji__one");
  if (!one) return;
  const panel = one.closest(".emoji__panel");
  const field = document.getElementById(panel.dataset.into);
  if (!field.readOnly && !field.disabled) put(field, one.dataset.text);
  if (!event.shiftKey) one.closest("details").open = false;
});
document.addEventListener("keydown", (event) => {
  const one = event.target.closest?.(".emoji__one");
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
  const details = event.target.closest?.(".emoji[open], .more[open]");
  if (one && step) {
    const all = [...one.parentElement.children];
    all[all.indexOf(one) + step]?.focus();
  } else if (details && event.key === "Escape") {
    details.open = false;
    details.querySelector("summary").focus();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
document.addEventListener("click", (event) => {
  const chosen = event.target.closest(".more__one");
  if (chosen) chosen.closest("details").open = false;
});
