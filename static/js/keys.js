// One-letter keys outside of fields: j k move, r reply, n note, i accept, t transfer, e end. Esc goes
// back. Who speaks to the computer switches them off in the menu.
const choice = document.getElementById("keys");
const box = choice?.querySelector("input");
if (box) {
  choice.hidden = false;
  box.checked = localStorage.getItem("keys") !== "off";
  box.addEventListener("change", () => localStorage.setItem("keys", box.checked ? "on" : "off"));
}
const write = (mode) => document.dispatchEvent(new CustomEvent("desk:write", { detail: mode }));
const click = (selector) => document.querySelector(selector)?.click();

function step(by) {
  const links = [...document.querySelectorAll("#sessions .row__link")];
  const at = links.findIndex((link) => link.ariaCurrent === "true");
  const next = links[Math.min(Math.max(at + by, 0), links.length - 1)];
  next?.focus();
  next?.click();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  r: () => write("reply"),
  n: () => write("note"),
  i: () => click("[id^=accept-]"),
  t: () => click("[id^=transfer-]:enabled"),
  e: () => click("[id^=end-]:enabled"),
};

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input, textarea, select, dialog, [contenteditable]");
  if (event.key === "Escape" && event.keyCode !== 229 && !event.isComposing && ["reply", "note"].includes(event.target.id)) return document.getElementById("scroll").focus();
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const act = KEYS[event.key.toLowerCase()];
  if (!act || (box && !box.checked)) return;
  event.preventDefault();
  act();
});
document.addEventListener("keydown", (event) => {
  const link = event.target.closest?.("#sessions .row__link");
  const to = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  if (!link || !to) return;
  event.preventDefault();
  link.closest(".row")[to]?.querySelector(".row__link").focus();
});
