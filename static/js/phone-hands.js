// The phone page's hands: forms that stay on the page (they also work alone), drawers, voice.

const sound = new Audio();

async function send(form, button) {
  const headers = { "X-Requested-With": "phone" };
  const body = new FormData(form, button);
  try {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", headers, body });
    say(answer.ok ? "" : await answer.text());
    if (answer.ok && "clear" in form.dataset)
      for (const field of form.querySelectorAll("[name=text]")) field.value = "";
  } catch (error) {
    say(error.message);
  }
  toEnd();
}

document.addEventListener("submit", (event) => {
  if (!("send" in event.target.dataset)) return;
  event.preventDefault();
  send(event.target, event.submitter);
});

document.addEventListener("click", (event) => {
  const menu = document.querySelector(".bar__menu[open]");
  if (menu && !menu.contains(event.target)) menu.open = false;
  const { dataset } = event.target.closest("[data-show], [data-toggle], [data-insert], [data-play]") ?? {};
  if (dataset?.show) document.body.dataset.view = dataset.show;
  if (dataset?.toggle) toggle(dataset.toggle);
  if (dataset?.insert) insert(dataset.insert);
  if (dataset?.play) play(event.target.closest("[data-play]"));
});

function toggle(name) {
  for (const button of document.querySelectorAll("[data-toggle]")) {
    const drawer = document.getElementById(button.dataset.toggle);
    drawer.hidden = button.dataset.toggle === name ? !drawer.hidden : true;
    button.setAttribute("aria-expanded", String(!drawer.hidden));
  }
  toEnd();
}

function insert(text) {
  const field = document.querySelector(".composer__text");
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
}

function play(button) {
  const again = button.classList.contains("voice--playing");
  document.querySelector(".voice--playing")?.classList.remove("voice--playing");
  sound.pause();
  if (again) return;
  button.classList.add("voice--playing");
  sound.src = button.dataset.play;
  sound.onended = () => button.classList.remove("voice--playing");
  sound.play().catch((error) => say(error.message));
}

document.addEventListener("keydown", (event) => {
  const wanted = event.key === "Enter" && !event.shiftKey && !event.isComposing;
  if (!wanted || !event.target.matches("[data-enter]")) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});
