// What had the focus has it again after it was drawn anew, and what opens gets it on purpose.
let focused = null;
let had = null;
document.addEventListener("htmx:before:swap", () => {
  had = document.activeElement;
  focused = had?.id || focused;
});
document.addEventListener("htmx:after:swap", (event) => {
  const isLost = document.activeElement === document.body || !document.activeElement;
  const again = isLost && focused && document.getElementById(focused);
  if (again && !again.disabled) again.focus({ preventScroll: true });
  else if (isLost && had && !had.isConnected) (document.getElementById("thread") ?? document.getElementById("main"))?.focus({ preventScroll: true });
  const { ctx } = event.detail;
  if (ctx.target?.id === "pane" && ctx.request) open(ctx.sourceEvent);
});

// What is drawn anew between press and release would swallow the click: its successor gets it.
let pressed = null;
document.addEventListener("pointerdown", ({ target }) => { pressed = target.closest?.("a[id], button[id]"); }, true);
document.addEventListener("pointerup", ({ target, button, ctrlKey, metaKey, shiftKey }) => {
  const again = pressed && !pressed.isConnected && document.getElementById(pressed.id);
  pressed = null;
  if (again && again.contains(target) && !button && !ctrlKey && !metaKey && !shiftKey) again.click();
}, true);

// Opened by click, a session is there to be answered; on a phone the keyboard would cover it. Who
// steps through the list with j and k stays in the list.
function open(cause) {
  if (cause && !cause.isTrusted) return;
  const reply = document.getElementById("reply");
  const isTouch = matchMedia("(pointer: coarse)").matches;
  if (reply && !reply.readOnly && !isTouch && cause) reply.focus();
  else document.getElementById("thread")?.focus();
}
