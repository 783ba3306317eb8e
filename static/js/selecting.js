// Fingers: a button shows the boxes of all rows, as nothing tells that a face can be ticked.
const root = document.documentElement;
const isOn = () => "selecting" in root.dataset;
const button = () => document.getElementById("selecting");

function turn(on) {
  if (on) root.dataset.selecting = "yes";
  else delete root.dataset.selecting;
  button()?.setAttribute("aria-pressed", on);
}

document.addEventListener("click", ({ target }) => {
  if (!target.closest("#selecting, #select-done")) return;
  if (isOn()) document.getElementById("select-none").click();
  turn(!isOn());
  button().focus();
});
// The list has been drawn anew, or what was selected is done (select.js, which comes after this).
document.addEventListener("htmx:after:swap", () => turn(isOn() && !document.querySelector(".result[data-shown]")));
