// That we type is told to the colleagues who look at the same customer: at most each 3 s.
const EVERY = 3000;
const fields = () => [...document.querySelectorAll("#reply, #note")];
const session = () => Number(document.getElementById("pane")?.dataset.session);
let told = {}; // when, of which session and field, the server heard of it last

function say(mode, act) {
  document.dispatchEvent(new CustomEvent("desk:say", { detail: { writing: { session: session(), mode, act } } }));
}

function type({ id, value }) {
  const now = performance.now();
  const isSame = told.id === id && told.session === session();
  if (!value.trim()) {
    if (isSame) say(id, "stop");
    told = {};
  } else if (!isSame || now - told.at > EVERY) {
    say(id, "type");
    told = { id, session: session(), at: now };
  }
}

document.addEventListener("input", ({ target }) => { if (fields().includes(target)) type(target); });
document.addEventListener("focusout", ({ target }) => {
  if (target.id !== told.id) return;
  say(target.id, "pause");
  told = {};
});
document.addEventListener("desk:sent", ({ detail: { mode } }) => { say(mode, "stop"); told = {}; });
