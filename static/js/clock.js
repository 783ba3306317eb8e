// Spans of time go on; of a closing window only 60, 10 and 1 minutes and the end are spoken.
const words = JSON.parse(document.documentElement.dataset.words);
const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const say = (pattern, values) => words[pattern].replace(/{(\w+)}/g, (_, name) => values[name]);

function ago(past) {
  if (past < MINUTE) return words.moment;
  if (past < HOUR) return say("minutes", { n: Math.floor(past / MINUTE) });
  if (past < DAY) return say("hours", { n: Math.floor(past / HOUR) });
  return say("days", { n: Math.floor(past / DAY) });
}

function until(left) {
  if (!(left > 0)) return words.closed;
  const h = Math.floor(left / HOUR), m = Math.floor((left % HOUR) / MINUTE);
  const span = h >= 12 ? say("hours", { n: h }) : h ? say("both", { n: h, m }) : m ? say("minutes", { n: m }) : words.moment;
  return say("in", { span });
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const THRESHOLDS = [60, 10, 1, 0];
function speak(element, left) {
  if (!element.ariaLabel) return; // one of many rows
  const passed = THRESHOLDS.findLast((minutes) => left <= minutes * MINUTE);
  const before = element.dataset.passed;
  element.dataset.passed = passed ?? "";
  if (before === undefined || passed === undefined || before === String(passed)) return;
  document.getElementById("announcer").textContent = `${element.ariaLabel}: ${until(left)}`;
}

function tick() {
  const now = Date.now();
  for (const element of document.querySelectorAll("[data-ago]")) write(element, ago(now - element.dataset.ago));
  for (const element of document.querySelectorAll("[data-until]")) {
    const left = Number(element.dataset.until) - now;
    write(element, until(left));
    speak(element, left);
  }
}

setInterval(tick, 10_000);
document.addEventListener("visibilitychange", tick);
