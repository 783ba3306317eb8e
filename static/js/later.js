// A stretch of an old thread: what is pushed belongs below it, behind messages that are not here yet.
const isCut = () => document.querySelector("#later[data-cut]") !== null;
const missed = new Set(); // rows that would stand below
let missedOf = null; // the session that they belong to
const opened = () => document.getElementById("pane")?.dataset.session;
let held = null;

async function newest() {
  await htmx.ajax("GET", location.pathname, { target: "#pane", swap: "outerHTML" });
  history.replaceState(history.state, "", location.pathname);
}

function keepKnown(task) {
  for (const row of [...task.fragment.children]) {
    if (document.getElementById(row.id)) continue;
    missed.add(row.id);
    missedOf = opened();
    row.remove();
  }
}

document.addEventListener("htmx:before:swap", (event) => {
  const { ctx, tasks } = event.detail;
  const asks = ctx.sourceElement?.closest?.("#later, #earlier");
  held = null;
  if (asks?.id === "later") {
    const last = document.querySelector("#messages > .message:last-child");
    held = last && { last, top: last.getBoundingClientRect().top };
  }
  if (!isCut() || asks) return;
  for (const task of [...tasks]) {
    const into = task.target?.id ?? String(task.target).slice(1); // hx-upsert names it by its selector
    if (into === "messages") keepKnown(task);
    else if (into === "log") tasks.splice(tasks.indexOf(task), 1);
  }
});

document.addEventListener("htmx:after:swap", (event) => {
  if (held) document.getElementById("scroll").scrollTop += held.last.getBoundingClientRect().top - held.top;
  held = null;
  if (isCut()) return;
  const isBehind = missedOf === opened() && [...missed].some((id) => !document.getElementById(id));
  missed.clear();
  if (isBehind) newest();
});

// Whoever answers sees what there is to answer first.
document.addEventListener("focusin", async ({ target: { id } }) => {
  if (!isCut() || !["reply", "note"].includes(id)) return;
  await newest();
  document.getElementById(id)?.focus();
});
document.addEventListener("click", (event) => { if (isCut() && event.target.closest("#latest")) newest(); });
