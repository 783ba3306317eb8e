// What had been said when the agent began to type; and what is quoted.
const begun = new WeakSet(); // fields in which something has been typed

function newest() {
  const ids = [...document.querySelectorAll("#messages > .message")].map((row) => Number(row.id.slice(8)));
  return Math.max(0, ...ids);
}

function look(id) {
  const seen = document.getElementById(id);
  seen.value = Math.max(seen.value, newest()) || "";
}

document.addEventListener("input", ({ target }) => {
  if (target.id !== "reply") return;
  if (!begun.has(target)) look("seen");
  begun[target.value ? "add" : "delete"](target);
});
document.addEventListener("desk:sent", () => { begun.delete(document.getElementById("reply")); });
// A dialog and a retry begin when they are pressed; what has been typed already began before.
document.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-begins], [form=retry]")) return;
  look("shown");
  if (!begun.has(document.getElementById("reply"))) look("seen");
}, { capture: true });

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
// What is quoted was recalled meanwhile: the strip says so, and nothing is quoted any more.
function lookAtQuoted() {
  const quote = document.querySelector("#quoted input[name=quote]");
  if (!quote || !document.getElementById(`message-${quote.value}`)?.matches(".message--recalled")) return;
  const strip = quote.closest(".quoted");
  const told = strip.querySelector("template").content;
  for (const old of strip.querySelectorAll("input, template, .quoted__words")) old.remove();
  strip.prepend(told);
  document.dispatchEvent(new CustomEvent("desk:count"));
}

document.addEventListener("htmx:after:swap", lookAtQuoted);
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.target?.id !== "quoted") return;
  const mode = document.querySelector("[name=mode]:checked")?.value ?? "reply";
  document.getElementById(mode).focus();
});
