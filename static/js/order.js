// What was pushed after a request had left is newer than its answer: the answer must not undo it.
const asked = new WeakMap(); // request → when it left
const pushed = new Map(); // id of an element → when it was pushed

const rows = (task) => [...task.fragment.children].filter((row) => row.id);

function note(task) {
  const now = performance.now();
  if (task.target?.id) pushed.set(task.target.id, now);
  for (const row of rows(task)) pushed.set(row.id, now);
}

// Of an element that is replaced by itself, or of a row among others.
function drop(task, since) {
  for (const row of rows(task)) if (pushed.get(row.id) > since) row.remove();
  const isEmpty = task.swapSpec.style !== "delete" && !task.fragment.children.length && !task.fragment.textContent.trim();
  return (isEmpty && !["innerHTML", "innerMorph"].includes(task.swapSpec.style)) || (task.swapSpec.style === "outerHTML" && pushed.get(task.target?.id) > since);
}

// A list that is drawn anew as it was does not lose what was pushed into it since.
function keep(task, since) {
  if (task.swapSpec.style !== "innerMorph") return;
  const there = new Set(rows(task).map((row) => row.id));
  for (const row of task.target?.children ?? [])
    if (pushed.get(row.id) > since && !there.has(row.id)) task.fragment.append(row.cloneNode(true));
}

// Accepted is accepted: an older view of it comes too late, even in the same message.
const accepted = new Set();
function keepAccepted(task) {
  for (const row of rows(task)) {
    const { status } = row.dataset;
    const isPending = ["queued", "sending"].includes(status);
    if (status === "accepted") accepted.add(row.id);
    else if (status === "failed") accepted.delete(row.id);
    else if (isPending && (accepted.has(row.id) || document.getElementById(row.id)?.dataset.status === "accepted")) row.remove();
  }
}

document.addEventListener("htmx:before:request", (event) => asked.set(event.detail.ctx, performance.now()));
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx, tasks } = event.detail;
  const since = ctx.asked ?? asked.get(ctx);
  const parts = tasks.filter((task) => task.type === "partial");
  if (since === undefined) parts.forEach(note);
  else for (const task of parts) {
    if (drop(task, since)) tasks.splice(tasks.indexOf(task), 1);
    else keep(task, since);
  }
  parts.forEach(keepAccepted);
});
