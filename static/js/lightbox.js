// Pictures of the thread, large: arrows go through them, Space or a click zooms, Esc closes.
const box = document.getElementById("lightbox");
const part = (name) => document.getElementById(`lightbox-${name}`);
const all = () => [...document.querySelectorAll("#messages .message__picture")];
let at = 0;

function zoom(isZoomed = box.dataset.zoomed === undefined) {
  box.toggleAttribute("data-zoomed", isZoomed);
  part("zoom").ariaPressed = String(isZoomed);
}

function show(place) {
  const links = all();
  if (!links[place]) return;
  at = place;
  const { alt } = links[at].querySelector("img");
  Object.assign(part("picture"), { src: links[at].href, alt });
  part("words").textContent = `${alt} · ${at + 1} / ${links.length}`;
  part("save").href = `${links[at].href}?download=1`;
  part("before").disabled = at === 0;
  part("after").disabled = at === links.length - 1;
  zoom(false);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("#messages .message__picture");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(all().indexOf(link));
  box.showModal();
});
box.addEventListener("close", () => { part("picture").removeAttribute("src"); all()[at]?.focus(); });
part("before").addEventListener("click", () => show(at - 1));
part("after").addEventListener("click", () => show(at + 1));
part("zoom").addEventListener("click", () => zoom());
part("picture").addEventListener("click", () => zoom());
box.addEventListener("keydown", (event) => {
  const act = { ArrowLeft: () => show(at - 1), ArrowRight: () => show(at + 1), "+": () => zoom(true), "-": () => zoom(false), z: () => zoom() }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
