// The sheet of shortcuts: narrows while one types, and names the keys of this keyboard.
function narrow({ target }) {
  if (!target.matches?.("[data-sheet-search]")) return;
  const sheet = target.closest(".sheet");
  const words = target.value.trim().toLowerCase();
  for (const row of sheet.querySelectorAll(".sheet__row")) row.hidden = !row.textContent.toLowerCase().includes(words);
  for (const group of sheet.querySelectorAll(".sheet__group")) group.hidden = !group.querySelector(".sheet__row:not([hidden])");
  const none = sheet.querySelector(".sheet__none");
  none.textContent = sheet.querySelector(".sheet__row:not([hidden])") ? "" : none.dataset.words;
}

function name() {
  for (const key of document.querySelectorAll(".key[data-key]")) {
    key.textContent = window.commands.spell(key.dataset.key);
    key.removeAttribute("data-key");
  }
}

document.addEventListener("input", narrow);
document.addEventListener("htmx:after:swap", name);
name();
