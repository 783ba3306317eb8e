// What a reply weighs and costs, before it is sent; where it would be cut; as several when told.
const form = () => document.getElementById("composer");
const fill = (words, values) => words.replace(/{(\w+)}/g, (_, name) => values[name]);

function words() {
  const prefix = document.querySelector("#quoted [data-prefix]")?.dataset.prefix ?? "";
  const text = document.getElementById("reply").value.trim().replace(/\r\n/g, "\n");
  return text && prefix + text;
}

function files() {
  const ofPhrase = document.getElementById("phrase-media")?.value ? 1 : 0;
  return document.querySelectorAll("#tray .file:not(.file--failed)").length + document.getElementById("attach").files.length + ofPhrase;
}

function count() {
  if (!form()) return;
  const { left, carrier } = document.querySelector("[data-composer-state]").dataset;
  const weighed = { text: words(), limit: Number(form().dataset.limit), size: 0, parts: 1 };
  document.dispatchEvent(new CustomEvent("desk:weigh", { detail: weighed }));
  const bytes = document.getElementById("bytes");
  bytes.textContent = weighed.size > weighed.limit / 2 ? `${weighed.size} / ${weighed.limit}` : "";
  bytes.toggleAttribute("data-over", weighed.size > weighed.limit);
  const n = Math.max(1, (weighed.text ? weighed.parts : 0) + files());
  const cost = document.getElementById("cost");
  cost.textContent = carrier === "budget" ? ` · ${fill(cost.dataset.words, { n, left })}` : "";
  cost.toggleAttribute("data-over", n > Number(left));
  const split = document.getElementById("send-split");
  split.value = weighed.parts;
  split.textContent = fill(split.dataset.words, { n: weighed.parts, left });
}

document.addEventListener("input", (event) => { if (event.target.id === "reply") count(); });
for (const name of ["htmx:after:swap", "desk:count", "desk:text", "desk:files"]) document.addEventListener(name, count);
count();
