// Desktop notices through the service worker: one for each piece of news, whatever tabs are open, as
// one with the same tag takes the place of the other.
const worker = navigator.serviceWorker;
const picture = document.querySelector('link[rel="apple-touch-icon"]').href;
worker?.register("/sw.js").catch(() => {});

const isAllowed = () => globalThis.Notification?.permission === "granted";

async function show({ title, body, key, url }) {
  if (!isAllowed() || !worker) return;
  const registration = await worker.ready;
  await registration.showNotification(title, { body, tag: key, data: { url }, icon: picture, silent: true });
}

// What has been read somewhere is no news on the desktop either.
async function close(read) {
  if (!isAllowed() || !worker) return;
  for (const notice of await (await worker.ready).getNotifications())
    if (read === "all" || notice.tag.startsWith(`${read}-`)) notice.close();
}

document.addEventListener("desk:desktop", ({ detail }) => show(detail));
document.addEventListener("desk:facts", ({ detail: facts }) => { if (facts.read) close(facts.read); });

// Is any tab of the console looked at? Those that are hold a lock together.
let release = null;
function hold() {
  if (document.hidden) release = release?.();
  else if (!release) navigator.locks?.request("desk-looked-at", { mode: "shared" }, () => new Promise((done) => { release = done; }));
}
document.addEventListener("visibilitychange", hold);
hold();
