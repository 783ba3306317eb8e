// Small sounds made here, no files: [pitch, when, how long]. One at a time, and in one tab only.
const SOUNDS = {
  ping: [[880, 0, 0.18]],
  chime: [[660, 0, 0.2], [990, 0.12, 0.35]],
  knock: [[196, 0, 0.07], [196, 0.14, 0.07]],
  low: [[330, 0, 0.16], [247, 0.14, 0.35]],
};
const APART = 2000; // milliseconds between two
let context = null;

function play(name, volume) {
  const isAllowed = navigator.userActivation?.hasBeenActive ?? true;
  document.documentElement.dataset.sound = isAllowed ? "on" : "blocked";
  if (!isAllowed || !SOUNDS[name]) return;
  context ??= new AudioContext();
  context.resume();
  for (const [pitch, after, length] of SOUNDS[name]) {
    const [tone, gain, at] = [context.createOscillator(), context.createGain(), context.currentTime + after];
    tone.type = "triangle";
    tone.frequency.value = pitch;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime((volume / 100) ** 2 * 0.6, at + 0.01);
    gain.gain.exponentialRampToValueAtTime(0.0001, at + length);
    tone.connect(gain).connect(context.destination);
    tone.start(at);
    tone.stop(at + length);
  }
}

document.addEventListener("desk:sound", ({ detail: { name, volume, isTest } }) => {
  if (!name || (!volume && !isTest)) return;
  if (isTest || !navigator.locks) return play(name, volume);
  navigator.locks.request("desk-sound", { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    play(name, volume);
    await new Promise((done) => setTimeout(done, APART));
  });
});
