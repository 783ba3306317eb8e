// Questions: fetched into #dialog, shown as a modal, gone when answered.
const place = document.getElementById("dialog");
let opener = null;

function open() {
  const dialog = place.querySelector("dialog");
  if (!dialog || dialog.open) return;
  opener = document.activeElement?.id || opener;
  dialog.addEventListener("close", () => {
    place.replaceChildren();
    (document.getElementById(opener) ?? document.getElementById("reply"))?.focus();
  });
  dialog.showModal();
}

function settle() {
  if (place.querySelector("dialog")) return open();
  if (!opener) return;
  const back = document.getElementById(opener);
  (back && !back.disabled ? back : document.getElementById("reply"))?.focus();
  opener = null;
}

document.addEventListener("htmx:after:swap", settle);
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
