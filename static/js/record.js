// A voice message: recorded here, made AMR by the server, and sent from the tray like a file.
const LONGEST = 60; // seconds, the platform's limit
const button = () => document.getElementById("record");
let recorder = null;

function offer() {
  if (!button()) return;
  button().hidden = !(navigator.mediaDevices?.getUserMedia && window.MediaRecorder);
  button().disabled = document.getElementById("attach").disabled;
}

function tick(began) {
  const seconds = Math.floor((performance.now() - began) / 1000);
  if (button()) button().querySelector(".record__time").textContent = `0:${String(seconds).padStart(2, "0")}`;
  if (seconds >= LONGEST) recorder?.stop();
}

function finish(stream, chunks, timer, isKept) {
  clearInterval(timer);
  for (const track of stream.getTracks()) track.stop();
  const { mimeType } = recorder;
  recorder = null;
  if (!button()) return;
  button().ariaPressed = "false";
  button().querySelector(".record__time").textContent = "";
  if (!isKept || !chunks.length) return;
  const ending = mimeType.includes("mp4") ? "m4a" : "webm";
  const file = new File(chunks, `${button().dataset.name}.${ending}`, { type: mimeType });
  file.isRecording = true;
  document.dispatchEvent(new CustomEvent("desk:attach", { detail: [file] }));
}

async function record() {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch {
    document.getElementById("composer-error").textContent = button().dataset.denied;
    return;
  }
  const chunks = [];
  recorder = new MediaRecorder(stream);
  const timer = setInterval(tick, 250, performance.now());
  recorder.addEventListener("dataavailable", ({ data }) => { if (data.size) chunks.push(data); });
  recorder.addEventListener("stop", ({ target }) => finish(stream, chunks, timer, !target.isDiscarded && button()?.form.action === target.action));
  recorder.action = button().form.action; // it belongs to this session, and to no other
  recorder.start();
  button().ariaPressed = "true";
  document.getElementById("announcer").textContent = button().dataset.running;
}

document.addEventListener("click", (event) => {
  if (event.target.closest("#record")) recorder ? recorder.stop() : record();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && recorder) { recorder.isDiscarded = true; recorder.stop(); }
});
document.addEventListener("htmx:after:swap", () => { if (recorder && button()?.form.action !== recorder.action) recorder.stop(); });
for (const name of ["htmx:after:swap", "desk:line"]) document.addEventListener(name, offer);
offer();
