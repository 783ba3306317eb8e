// The table of commands (sessions/commands.py) in this page: what is possible now, and how it is done.
const { commands, groups, enter } = JSON.parse(document.getElementById("keyboard").dataset.table);
const byName = new Map(commands.map((command) => [command.name, command]));
const ways = new Map(); // name → { act, isPossible } of what is more than a press
const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
const NAMES = { escape: "Esc", up: "↑", down: "↓", ...(isMac ? { mod: "⌘", alt: "⌥", shift: "⇧" } : { mod: "Ctrl", alt: "Alt", shift: "Shift" }) };

const all = (name) => [...document.querySelectorAll(`[data-act="${name}"]`)];
const isUsable = (element) => !element.disabled && !element.readOnly && element.ariaDisabled !== "true" && !element.closest("[hidden]");
const target = (name) => all(name).find(isUsable);

function press(element) {
  if (element.type !== "radio") return element.click();
  element.checked = true;
  element.form.requestSubmit();
}

window.commands = {
  groups,
  enter,
  list: commands,
  get: (name) => byName.get(name),
  teach: (name, act, isPossible = () => true) => ways.set(name, { act, isPossible }),
  target,

  isPossible(name) {
    if (ways.has(name)) return Boolean(ways.get(name).isPossible());
    return Boolean(target(name) || byName.get(name)?.path);
  },

  // Why it is not: what the button says about it.
  reason: (name) => all(name).find((element) => element.title && !isUsable(element))?.title ?? "",

  carryOut(name) {
    const element = target(name);
    if (ways.has(name)) ways.get(name).act(element);
    else if (element) press(element);
    else location.assign(byName.get(name).path);
  },

  spell: (key) => key.split(" ").map((chord) => chord.split("+").map((part) => NAMES[part] ?? part[0].toUpperCase() + part.slice(1)).join(isMac ? "" : "+")).join(" "),
};
