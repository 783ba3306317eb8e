// Questions: fetched into #dialog, shown as a modal, gone when answered.
const place = document.getElementById("dialog");
let opener = null;

// Where it was asked from; a row that has left the list gives way to the list, all else to the reply.
function giveBack() {
  const back = document.getElementById(opener);
  const row = opener?.startsWith("open-") && document.querySelector("#sessions > .row:not(.row--gone) .row__link");
  (back && !back.disabled ? back : row || document.getElementById("reply"))?.focus();
}

function open() {
  const dialog = place.querySelector("dialog");
  if (!dialog || dialog.open) return;
  opener = document.activeElement?.id || opener;
  dialog.addEventListener("close", () => {
    place.replaceChildren();
    giveBack();
  });
  dialog.showModal();
}

function settle() {
  if (place.querySelector("dialog")) return open();
  if (!opener) return;
  giveBack();
  opener = null;
}

// The answer to what was done before it was opened does not close it.
document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  if (!place.querySelector("dialog") || place.contains(ctx.sourceElement)) return;
  for (const task of [...tasks])
    if ([place, "#dialog"].includes(task.target) && !task.fragment.children.length) tasks.splice(tasks.indexOf(task), 1);
});
document.addEventListener("htmx:after:swap", settle);
// A file is chosen once: browsers forget it when the form that was refused is drawn anew.
const files = () => [...place.querySelectorAll("input[type=file]")];
let chosen = {};
document.addEventListener("htmx:before:swap", () => { chosen = Object.fromEntries(files().map((field) => [field.name, field.files])); });
document.addEventListener("htmx:after:swap", () => {
  for (const field of files()) if (!field.files.length && chosen[field.name]) field.files = chosen[field.name];
});
document.addEventListener("click", (event) => {
  const dialog = event.target.closest("dialog");
  if (!dialog) return;
  if (event.target === dialog || event.target.closest("[data-close]")) {
    event.preventDefault();
    dialog.close();
  }
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
