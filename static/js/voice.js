// Recordings play at the speed that was chosen last.
const SPEEDS = [1, 1.5, 2];
const speed = () => Number(localStorage.getItem("speed")) || 1;

function show() {
  for (const button of document.querySelectorAll(".message__speed")) {
    button.textContent = `${speed()}×`;
    button.ariaLabel = `${button.dataset.name} ${speed()}×`;
  }
  for (const player of document.querySelectorAll(".message__voice audio")) player.playbackRate = player.defaultPlaybackRate = speed();
}

document.addEventListener("click", (event) => {
  if (!event.target.closest(".message__speed")) return;
  localStorage.setItem("speed", SPEEDS[(SPEEDS.indexOf(speed()) + 1) % SPEEDS.length]);
  show();
});
document.addEventListener("htmx:after:swap", show);
// One at a time.
document.addEventListener("play", ({ target }) => {
  for (const player of document.querySelectorAll(".message__voice audio")) if (player !== target) player.pause();
}, true);
show();
