// What had been said when the agent began to type; and what is quoted.
let hasBegun = false;

function newest() {
  const ids = [...document.querySelectorAll("#messages > .message")].map((row) => Number(row.id.slice(8)));
  return Math.max(0, ...ids);
}

document.addEventListener("input", ({ target }) => {
  if (target.id !== "reply") return;
  if (!hasBegun && newest()) document.getElementById("seen").value = newest();
  hasBegun = target.value !== "";
});
document.addEventListener("desk:sent", () => { hasBegun = false; });

const unquote = () => {
  document.getElementById("quoted").replaceChildren();
  document.dispatchEvent(new CustomEvent("desk:count"));
};
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-unquote]")) return;
  event.preventDefault();
  unquote();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Backspace" && event.target.id === "reply" && !event.target.value && document.querySelector("#quoted .quoted")) unquote();
});
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.target?.id !== "quoted") return;
  const mode = document.querySelector("[name=mode]:checked")?.value ?? "reply";
  document.getElementById(mode).focus();
});
