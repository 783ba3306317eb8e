// What is written but not sent stays with its session, also over a reload or while another is open.
const field = () => document.getElementById("reply");
const place = () => `draft ${new URL(document.getElementById("composer").action).pathname}`;
let shown = null;

function keep() {
  if (!field()) return;
  if (field().value) sessionStorage.setItem(place(), field().value);
  else sessionStorage.removeItem(place());
}

function restore() {
  if (!field() || shown === field()) return;
  shown = field();
  field().value ||= sessionStorage.getItem(place()) ?? "";
  document.dispatchEvent(new CustomEvent("desk:text"));
}

document.addEventListener("input", (event) => { if (event.target === field()) keep(); });
document.addEventListener("desk:text", keep);
document.addEventListener("htmx:after:swap", restore);
restore();
