// Where a text is cut that is longer than one message: messaging/cutting.py, for the page.
const SEARCHED = 300;
const MODIFIER = "\\ufe0e\\ufe0f\\u20e3\\u0300-\\u036f\\u{1f3fb}-\\u{1f3ff}";
const ATOM = new RegExp(`\\[[^\\[\\]\\s]{1,12}\\]|[\\u{1f1e6}-\\u{1f1ff}]{2}|.[${MODIFIER}]*(?:\\u200d.[${MODIFIER}]*)*`, "gsu");
const PLACES = ["\n", "。！？!?；;", " ，,"];
const encoder = new TextEncoder();
const SHOWN = 8;

const sizeOf = (text) => encoder.encode(text).length;

function place(text, limit) {
  let size = 0, end = 0;
  const best = [];
  for (const { 0: atom, index } of text.matchAll(ATOM)) {
    size += sizeOf(atom);
    if (size > limit) break;
    end = index + atom.length;
    if (size > limit - SEARCHED) PLACES.forEach((after, n) => { if (after.includes(atom)) best[n] = end; });
  }
  return best.find((at) => at !== undefined) ?? Math.max(1, end);
}

function parts(text, limit) {
  const found = [];
  while (sizeOf(text) > limit) {
    const at = place(text, limit);
    found.push(text.slice(0, at));
    text = text.slice(at);
  }
  return [...found, text];
}

function mark(text, limit) {
  const cut = document.getElementById("cut");
  const found = parts(text, limit);
  cut.hidden = found.length < 2;
  if (cut.hidden) return found.length;
  const [before, after] = cut.querySelectorAll("bdi");
  before.textContent = `…${[...found[0]].slice(-SHOWN).join("")}`;
  after.textContent = `${[...found[1]].slice(0, SHOWN).join("")}…`;
  return found.length;
}

document.addEventListener("desk:weigh", ({ detail }) => {
  detail.size = sizeOf(detail.text);
  detail.parts = mark(detail.text, detail.limit);
});
