// Chosen, pasted or dropped files are checked, then uploaded at once; they wait in the tray for Send.
const input = () => document.getElementById("attach");
const tray = () => document.getElementById("tray");
const tell = () => document.dispatchEvent(new CustomEvent("desk:files"));

function sizeOf(bytes) {
  const [unit, one] = bytes < 1e6 ? ["kilobyte", 1024] : ["megabyte", 1024 * 1024];
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, maximumFractionDigits: 1 }).format(bytes / one);
}

function problemOf(file) {
  const { limits, tooSmall, tooLarge } = input().dataset;
  const { smallest, ...most } = JSON.parse(limits);
  const limit = most[file.name.split(".").at(-1).toLowerCase()] ?? most[""];
  return file.size < smallest ? tooSmall : file.size > limit ? tooLarge.replace("{limit}", sizeOf(limit)) : "";
}

function fail(chip, reason) {
  chip.classList.add("file--failed");
  chip.removeAttribute("data-busy");
  chip.querySelector("progress").hidden = true;
  chip.querySelector(".file__size").textContent = document.getElementById("announcer").textContent = reason;
  tell();
}

function upload(chip, file) {
  const request = new XMLHttpRequest(); // fetch tells no progress
  const body = new FormData();
  body.set("file", file);
  if (file.isRecording) body.set("recording", "yes");
  body.set("csrfmiddlewaretoken", input().form.elements.csrfmiddlewaretoken.value);
  request.upload.addEventListener("progress", ({ loaded, total }) => { chip.querySelector("progress").value = (100 * loaded) / total; });
  request.addEventListener("error", () => fail(chip, input().dataset.lost));
  request.addEventListener("load", () => {
    const { key, reason } = request.response ?? {};
    if (!key) return fail(chip, reason ?? input().dataset.lost);
    Object.assign(chip.querySelector("[name=media]"), { value: key, disabled: false });
    chip.removeAttribute("data-busy");
    chip.querySelector("progress").hidden = true;
    tell();
  });
  request.open("POST", input().dataset.upload);
  request.responseType = "json";
  request.send(body);
}

function add(file) {
  const chip = document.getElementById("file-chip").content.firstElementChild.cloneNode(true);
  chip.querySelector(".file__name").textContent = file.name;
  chip.querySelector(".file__size").textContent = sizeOf(file.size);
  tray().append(chip);
  document.dispatchEvent(new CustomEvent("desk:preview", { detail: { chip, file } }));
  const problem = problemOf(file);
  problem ? fail(chip, problem) : upload(chip, file);
}

document.addEventListener("desk:attach", ({ detail: files }) => {
  if (input() && !input().disabled) [...files].forEach(add);
  tell();
});
