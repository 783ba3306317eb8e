// A line above what came while nobody looked at this page.
const inbound = () => [...document.querySelectorAll("#messages > .message--in")];
let seen = new Set();
let pane = null;

function look() {
  const here = document.getElementById("pane");
  const fresh = inbound().filter((row) => !seen.has(row.id));
  const isSame = here === pane && here;
  pane = here;
  seen = new Set(inbound().map((row) => row.id));
  const [first] = fresh.filter((row) => row.compareDocumentPosition(inbound().at(-1)) !== Node.DOCUMENT_POSITION_PRECEDING);
  if (!isSame || !first || !document.hidden || document.getElementById("new-line")) return;
  const line = document.createElement("li");
  Object.assign(line, { id: "new-line", className: "new-line", textContent: document.getElementById("log").dataset.newWords });
  line.dataset.key = `${first.dataset.key.split(".")[0]}.1`;
  first.before(line);
}

document.addEventListener("htmx:after:swap", look);
document.addEventListener("desk:sent", () => document.getElementById("new-line")?.remove());
look();
