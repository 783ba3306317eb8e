// How many of my sessions have something new, and how many wait in the queue: in the tab's title, its
// icon and the app's icon. Kept by what is pushed; read anew with every catch-up.
const live = document.getElementById("live");
const icon = document.querySelector("link[rel=icon]");
const plain = icon.href;
const picture = new Image();
let counts = {}; // of each account, as sessions/counts.py tells them
const told = {}; // account → when
let shown = "";

function sums() {
  const all = Object.values(counts);
  const mine = all.reduce((sum, of) => sum + (of.fresh?.[live.dataset.me] ?? 0), 0);
  return { mine, queue: all.reduce((sum, of) => sum + of.queue, 0) };
}

function drawIcon({ mine, queue }) {
  if (!mine && !queue) return void (icon.href = plain);
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 64 });
  const pen = canvas.getContext("2d");
  pen.drawImage(picture, 0, 0, 64, 64);
  pen.beginPath();
  pen.arc(mine ? 42 : 50, mine ? 42 : 50, mine ? 22 : 14, 0, 7);
  Object.assign(pen, { fillStyle: mine ? "#c4281f" : "#ffb454", textAlign: "center", textBaseline: "middle", font: "bold 30px sans-serif" });
  pen.fill();
  pen.fillStyle = "#fff";
  if (mine) pen.fillText(mine > 9 ? "9+" : mine, 42, 44);
  icon.href = canvas.toDataURL();
}

function draw() {
  const { mine, queue } = sums();
  const prefix = mine || queue ? `(${mine}${queue ? `+${queue}` : ""}) ` : "";
  const title = prefix + document.title.replace(/(^| · )\(\d+(\+\d+)?\) /g, "$1");
  if (title !== document.title) document.title = title;
  if (prefix === shown) return;
  shown = prefix;
  if (picture.complete) drawIcon({ mine, queue });
  if (mine) navigator.setAppBadge?.(mine).catch(() => {});
  else if (queue) navigator.setAppBadge?.().catch(() => {});
  else navigator.clearAppBadge?.().catch(() => {});
}

let known = null;
function catchUp() {
  const state = document.getElementById("bell-state");
  if (!state?.dataset.counts || state === known) return;
  known = state;
  const fresh = JSON.parse(state.dataset.counts);
  for (const [account, at] of Object.entries(told)) if (at > Number(state.dataset.at)) fresh[account] = counts[account];
  counts = fresh;
  draw();
}

document.addEventListener("htmx:after:swap", catchUp);
document.addEventListener("desk:facts", ({ detail: facts }) => {
  if (!facts.counts || facts.at < (told[facts.account] ?? 0)) return;
  told[facts.account] = facts.at;
  counts[facts.account] = facts.counts;
  draw();
});
new MutationObserver(draw).observe(document.querySelector("title"), { childList: true });
picture.addEventListener("load", () => { if (shown) drawIcon(sums()); });
picture.src = plain;
