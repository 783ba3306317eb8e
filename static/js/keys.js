// From keys to commands. Letters count outside of fields only, and nothing does while an input method
// composes or a question is open.
const { commands } = window;
const PATIENCE = 1200; // milliseconds between G and I
const WRITES = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=file])";
const REPEATED = ["next", "previous"];
const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
const names = new Map(commands.list.filter(({ fixed }) => !fixed).flatMap(({ name, keys = [] }) => keys.map((key) => [key, name])));
const starts = new Set([...names.keys()].filter((key) => key.includes(" ")).map((key) => key.split(" ")[0]));
let begun = "";
let timer = null;

// As sessions/keyboard.py writes it: mod+alt+shift+e. Of ? it does not count what was held for it.
function chordOf(event) {
  let key = event.key.toLowerCase();
  if (event.altKey && !/^([a-z0-9]|f\d+)$/.test(key)) key = event.code.replace(/^(Key|Digit)/, "").toLowerCase();
  const isMod = isMac ? event.metaKey : event.ctrlKey;
  const isOther = isMac ? event.ctrlKey : event.metaKey;
  const isShift = event.shiftKey && /^([a-z]|f\d+)$/.test(key);
  return [isOther && "other", isMod && "mod", event.altKey && "alt", isShift && "shift", key].filter(Boolean).join("+");
}

function begin(chord) {
  begun = chord;
  clearTimeout(timer);
  if (chord) timer = setTimeout(() => { begun = ""; }, PATIENCE);
}

function carryOut(name) {
  if (commands.isPossible(name)) commands.carryOut(name);
  else document.getElementById("announcer").textContent = commands.reason(name);
}

document.addEventListener("keydown", (event) => {
  const isNone = event.isComposing || event.keyCode === 229 || event.defaultPrevented || event.getModifierState("AltGraph");
  if (isNone || ["Control", "Shift", "Alt", "Meta"].includes(event.key) || document.querySelector("dialog[open]")) return;
  const chord = chordOf(event);
  const isWriting = event.target.closest?.(WRITES) && !/^(mod|alt)\+|^(shift\+)?f\d/.test(chord);
  if (isWriting) return begin("");
  const name = names.get(begun ? `${begun} ${chord}` : chord);
  const isStart = !begun && starts.has(chord);
  begin(isStart ? chord : "");
  if (!name && !isStart) return;
  event.preventDefault();
  if (name && (!event.repeat || REPEATED.includes(name))) carryOut(name);
});
