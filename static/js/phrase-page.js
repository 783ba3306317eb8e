// The page of phrases: copy a text, insert a variable. Both buttons need this script, and show with it.
function reveal() {
  for (const button of document.querySelectorAll("[data-copy][hidden], [data-insert][hidden]")) button.hidden = false;
}

async function copy(button) {
  const text = document.getElementById(button.dataset.copy).textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch { // not over plain http
    getSelection().selectAllChildren(document.getElementById(button.dataset.copy));
    document.execCommand("copy");
  }
  const words = (button.dataset.words ??= button.textContent);
  button.textContent = document.getElementById("announcer").textContent = button.dataset.done;
  setTimeout(() => { button.textContent = words; }, 1500);
}

function insert(words) {
  const field = document.querySelector(".writing__body");
  field.focus();
  if (document.execCommand("insertText", false, words)) return;
  field.setRangeText(words, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy], [data-insert]");
  if (!button) return;
  if (button.dataset.copy) copy(button);
  else insert(button.dataset.insert);
});
document.addEventListener("htmx:after:swap", reveal);
reveal();
