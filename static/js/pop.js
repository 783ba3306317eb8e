// Small menus: Escape closes them, choosing closes them, a dialog whose form is done is gone. Who
// fills in a moment has chosen it.
const open = () => [...document.querySelectorAll("details.menu[open]")];

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && open().at(-1);
  if (!menu) return;
  event.stopImmediatePropagation();
  menu.open = false;
  menu.querySelector("summary").focus();
}, { capture: true });

// One that is open stays open when what it stands in is drawn anew.
let kept = [];
document.addEventListener("htmx:before:swap", () => { kept = open().map((menu) => menu.querySelector("summary").id).filter(Boolean); });
document.addEventListener("htmx:after:swap", () => {
  for (const id of kept) document.getElementById(id)?.closest("details").setAttribute("open", "");
  kept = [];
});

document.addEventListener("click", ({ target }) => {
  if (target.closest(".pop__item")) for (const menu of open()) menu.open = false;
});
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.sourceElement?.dataset && "closes" in ctx.sourceElement.dataset) ctx.sourceElement.closest("dialog")?.close();
});
document.addEventListener("input", ({ target }) => {
  if (target.dataset?.picks) target.form.querySelector(`[type=radio][value="${target.dataset.picks}"]`).checked = true;
});
// What is marked as unread while it is open is not read by that: not before it is opened again.
document.addEventListener("submit", ({ target }) => {
  const open = document.getElementById("pane")?.dataset.session;
  if (open && target.getAttribute("action") === `/sessions/${open}/unread/`) document.getElementById("read")?.remove();
}, { capture: true });
