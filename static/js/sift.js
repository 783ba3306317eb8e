// A long list of choices: what is typed narrows it, the arrow down goes into it, Enter takes the first.
const CHOICE = "label:is(.choice, .pick)";
const plain = (text) => text.normalize("NFKD").toLowerCase();

function sift(field) {
  const place = document.getElementById(field.dataset.sifts);
  const wanted = plain(field.value.trim());
  for (const choice of place.querySelectorAll(CHOICE)) choice.hidden = !plain((choice.querySelector(".choice__text") ?? choice).textContent).includes(wanted);
  for (const group of place.querySelectorAll("fieldset")) group.hidden = !group.querySelector(`${CHOICE}:not([hidden])`);
  place.querySelector("[data-nobody]").hidden = place.querySelector(`${CHOICE}:not([hidden])`) !== null;
}

// On a phone the keyboard would cover what there is to choose.
document.addEventListener("htmx:after:swap", () => { if (document.activeElement?.dataset.sifts && matchMedia("(pointer: coarse)").matches) document.activeElement.blur(); });
document.addEventListener("input", ({ target }) => { if (target.dataset?.sifts) sift(target); });
document.addEventListener("keydown", (event) => {
  const place = event.target.dataset?.sifts;
  if (!place || !["Enter", "ArrowDown"].includes(event.key) || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  const first = document.querySelector(`#${place} ${CHOICE}:not([hidden]) input:enabled`);
  if (first?.type === "checkbox" && event.key === "Enter") {
    first.checked = !first.checked; // of several: the field is ready for the next
    return event.target.select();
  }
  first?.focus();
  if (first?.type === "radio") first.checked = true;
});
