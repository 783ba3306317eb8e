// The phone page: news by long poll, forms without leaving the page. Every form also works alone.

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const chat = document.getElementById("chat");
const toast = document.getElementById("toast");
const sound = new Audio();
let seen = document.body.dataset.signature;

const toEnd = () => chat && (chat.scrollTop = chat.scrollHeight);
const isAtEnd = () => chat && chat.scrollHeight - chat.scrollTop - chat.clientHeight < 80;

function say(text) {
  toast.textContent = text;
  toast.hidden = !text;
}

// Rows keep their elements, so that a video plays on while others arrive.
function merge(old, fresh) {
  const rows = [...fresh.children].map((row) => {
    const known = document.getElementById(row.id);
    return known?.dataset.rev === row.dataset.rev ? known : row;
  });
  if (rows.length !== old.children.length || rows.some((row, at) => row !== old.children[at]))
    old.replaceChildren(...rows);
}

function draw(html) {
  const follow = isAtEnd();
  const parts = new DOMParser().parseFromString(html, "text/html").querySelectorAll("[data-live]");
  for (const fresh of parts) {
    const old = document.getElementById(fresh.id);
    if (!old || old.outerHTML === fresh.outerHTML) continue;
    if ("keyed" in fresh.dataset) merge(old, fresh);
    else {
      const { value } = old.contains(document.activeElement) ? document.activeElement : {};
      old.replaceWith(fresh);
      if (value) fresh.querySelector(`[value="${CSS.escape(value)}"]`)?.focus();
    }
  }
  if (follow) toEnd();
}

async function listen() {
  for (;;) {
    try {
      const answer = await fetch(`live${location.search || "?"}&seen=${encodeURIComponent(seen)}`);
      if (answer.status === 200) draw(await answer.text());
      seen = answer.headers.get("x-signature") ?? seen;
      await pause(answer.ok ? 200 : 3000);
    } catch {
      await pause(2000);
    }
  }
}

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

for (const image of document.querySelectorAll(".thread img")) image.addEventListener("load", toEnd);
toEnd();
listen();
