// The phone page's news, by long poll: what moved on the server is put in its place.

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const chat = document.getElementById("chat");
const toast = document.getElementById("toast");
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

for (const image of document.querySelectorAll(".thread img")) image.addEventListener("load", toEnd);
toEnd();
listen();
