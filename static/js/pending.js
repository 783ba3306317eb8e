// An answer that is slow to be taken stands below the thread meanwhile: its words are not gone.
const SOON = 250; // milliseconds: what is quicker needs no picture of its own
const under = new WeakMap(); // request → what stands for it
const answers = () => document.querySelectorAll("#messages > .message--out").length;

function draw(text, after) {
  const bubble = document.getElementById("pending").content.firstElementChild.cloneNode(true);
  bubble.querySelector(".message__text").textContent = text;
  bubble.dataset.after = after;
  document.getElementById("log").append(bubble);
  return bubble;
}

document.addEventListener("desk:leaves", ({ detail: { ctx, text } }) => {
  if (!text.trim() || ctx.sourceElement.id !== "composer") return;
  const before = answers();
  const isWanted = () => ctx.sourceElement.isConnected && answers() === before; // it may be there already, pushed
  const wait = { timer: setTimeout(() => { if (isWanted()) wait.bubble = draw(text, before); }, SOON) };
  under.set(ctx, wait);
});
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  const wait = under.get(ctx);
  clearTimeout(wait?.timer);
  wait?.bubble?.remove();
});
// It may be pushed before it is answered.
document.addEventListener("htmx:after:swap", () => {
  for (const bubble of document.querySelectorAll(".pending")) if (answers() > Number(bubble.dataset.after)) bubble.remove();
});
