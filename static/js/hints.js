// Buttons and links say by which key they are reached: in their tooltip, and to assistive technology.
const { commands } = window;
const ARIA = { mod: /Mac|iPhone|iPad/.test(navigator.platform) ? "Meta" : "Control", alt: "Alt", shift: "Shift" };
const spoken = (key) => key.split("+").map((part) => ARIA[part] ?? part.toUpperCase()).join("+");

function hint() {
  for (const element of document.querySelectorAll("[data-act]:not([aria-keyshortcuts])")) {
    const keys = commands.get(element.dataset.act)?.keys;
    if (!keys) continue;
    element.setAttribute("aria-keyshortcuts", keys.filter((key) => !key.includes(" ")).map(spoken).join(" "));
    if (!element.matches("a, button, summary, [type=file]") || element.disabled) continue;
    const place = element.matches("[type=file]") ? element.parentElement : element;
    place.title = `${place.title || commands.get(element.dataset.act).label} (${commands.spell(keys[0])})`;
  }
}

document.addEventListener("htmx:after:swap", hint);
hint();
