// The live board on a wall: full screen, and the screen stays on as long as it is.
const wall = document.getElementById("main");
const button = document.getElementById("full-screen");
let lock = null;

async function stayOn() {
  lock = await navigator.wakeLock?.request("screen").catch(() => null);
}

button.hidden = !document.fullscreenEnabled;
button.addEventListener("click", () => wall.requestFullscreen());
document.addEventListener("fullscreenchange", () => {
  if (document.fullscreenElement) stayOn();
  else lock?.release();
});
document.addEventListener("visibilitychange", () => {
  if (document.fullscreenElement && !document.hidden) stayOn();
});
