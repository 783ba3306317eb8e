// The dividers between the panes: drawn, or moved by arrow keys, Home and End; a double click puts one
// back. The widths are kept in this browser.
const STEP = 16;
const MOST = { list: 0.36, side: 0.32 }; // of the window, as divider.css has it
const root = document.documentElement;
const widths = JSON.parse(localStorage.getItem("widths") ?? "{}");
const dividers = [...document.querySelectorAll("[role=separator][data-width]")];
const paneOf = (divider) => document.getElementById(divider.getAttribute("aria-controls"));
const clamp = (divider, width) => Math.round(Math.min(Math.max(width, divider.ariaValueMin), divider.ariaValueMax, innerWidth * MOST[divider.dataset.width]));
const widthOf = (divider) => clamp(divider, widths[divider.dataset.width] ?? paneOf(divider)?.offsetWidth ?? divider.ariaValueNow);
const sign = (divider) => (divider.dataset.width === "side" ? -1 : 1); // which way it grows

function set(divider, width) {
  const name = divider.dataset.width;
  if (width === null) delete widths[name];
  else widths[name] = clamp(divider, width);
  show(divider);
  localStorage.setItem("widths", JSON.stringify(widths));
}

function show(divider) {
  const width = widths[divider.dataset.width];
  if (width) root.style.setProperty(`--${divider.dataset.width}-width`, `${width}px`);
  else root.style.removeProperty(`--${divider.dataset.width}-width`);
  divider.ariaValueNow = widthOf(divider);
}

function drag(divider, { pointerId, clientX }) {
  const from = widthOf(divider);
  divider.setPointerCapture(pointerId);
  divider.onpointermove = (event) => set(divider, from + sign(divider) * (event.clientX - clientX));
  divider.onlostpointercapture = () => { divider.onpointermove = null; };
}

for (const divider of dividers) {
  show(divider);
  divider.addEventListener("pointerdown", (event) => { if (event.button === 0) drag(divider, event); });
  divider.addEventListener("dblclick", () => set(divider, null));
  divider.addEventListener("keydown", (event) => {
    const width = widthOf(divider);
    const to = { ArrowLeft: width - sign(divider) * STEP, ArrowRight: width + sign(divider) * STEP, Home: Number(divider.ariaValueMin), End: Number(divider.ariaValueMax), Enter: null }[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    set(divider, to);
  });
}
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => { if (["pane", "list"].includes(ctx.target?.id)) dividers.forEach(show); });
