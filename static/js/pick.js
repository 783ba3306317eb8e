// The ways a file comes to the composer: chosen, pasted, dropped; shown small; taken out again.
const attach = (files) => document.dispatchEvent(new CustomEvent("desk:attach", { detail: files }));
const reply = () => document.getElementById("reply");

document.addEventListener("change", ({ target }) => {
  if (target.id !== "attach") return;
  attach(target.files);
  target.value = "";
  reply().focus();
});
document.addEventListener("paste", (event) => {
  if (event.target.id !== "reply" || !event.clipboardData.files.length) return;
  event.preventDefault();
  attach(event.clipboardData.files);
});
document.addEventListener("dragover", (event) => { if (event.target.closest?.("#thread")) event.preventDefault(); });
document.addEventListener("drop", (event) => {
  if (!event.target.closest?.("#thread") || !event.dataTransfer.files.length) return;
  event.preventDefault();
  document.dispatchEvent(new CustomEvent("desk:write", { detail: "reply" }));
  attach(event.dataTransfer.files);
});
document.addEventListener("click", (event) => {
  const chip = event.target.closest(".file__remove")?.closest(".file");
  if (!chip) return;
  chip.remove();
  document.dispatchEvent(new CustomEvent("desk:files"));
  reply().focus();
});
document.addEventListener("desk:preview", ({ detail: { chip, file } }) => {
  if (!file.type.startsWith("image/")) return;
  const reader = new FileReader();
  reader.addEventListener("load", () => {
    const picture = chip.querySelector("img");
    picture.addEventListener("load", () => { picture.hidden = false; chip.querySelector(".file__icon").hidden = true; });
    picture.src = reader.result;
  });
  reader.readAsDataURL(file);
});
