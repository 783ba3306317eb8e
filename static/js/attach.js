// A chosen, pasted or dropped file waits in the tray until Send.
const input = () => document.getElementById("attach");

function size(bytes) {
  const unit = bytes < 1e6 ? ["kilobyte", 1e3] : ["megabyte", 1e6];
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: unit[0], maximumFractionDigits: 1 }).format(bytes / unit[1]);
}

function show() {
  const tray = document.getElementById("tray");
  const file = input()?.files[0];
  if (!tray) return;
  tray.hidden = !file;
  tray.querySelector(".tray__name").textContent = file?.name ?? "";
  tray.querySelector(".tray__size").textContent = file ? size(file.size) : "";
}

const tell = () => document.dispatchEvent(new CustomEvent("desk:files"));

function take(files) {
  if (!files?.length || !input() || input().disabled) return false;
  const one = new DataTransfer();
  one.items.add(files[0]);
  input().files = one.files;
  tell();
  return true;
}

document.addEventListener("change", (event) => {
  if (event.target !== input()) return;
  tell();
  document.getElementById("reply").focus();
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("#tray-remove")) return;
  input().value = "";
  tell();
  document.getElementById("reply").focus();
});
document.addEventListener("paste", (event) => {
  if (event.target.id === "reply" && take(event.clipboardData.files)) event.preventDefault();
});
document.addEventListener("dragover", (event) => { if (event.target.closest?.("#thread")) event.preventDefault(); });
document.addEventListener("drop", (event) => {
  if (event.target.closest?.("#thread") && event.dataTransfer.files.length) {
    event.preventDefault();
    take(event.dataTransfer.files);
  }
});
document.addEventListener("desk:files", show);
