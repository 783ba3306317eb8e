// What this browser allows, and trying it out. The form itself needs no script.
const here = document.getElementById("this-browser");
const button = (id) => document.getElementById(id);

async function subscribed() {
  const registration = await navigator.serviceWorker?.ready;
  const subscription = await registration?.pushManager?.getSubscription().catch(() => null);
  return subscription && here.dataset.known.split(" ").includes(subscription.endpoint);
}

async function show() {
  const permission = !window.isSecureContext || !("Notification" in window) ? "missing" : Notification.permission;
  for (const line of here.querySelectorAll("[data-permission]")) line.hidden = line.dataset.permission !== permission;
  button("allow").hidden = permission !== "default";
  button("test-notice").hidden = permission !== "granted";
  if (permission !== "granted") return;
  const isReached = Boolean(await subscribed());
  button("reach").hidden = isReached;
  for (const line of here.querySelectorAll("[data-push]")) line.hidden = line.dataset.push !== (isReached ? "on" : "off");
}

// A name by which people know their browsers: "Chrome, Windows".
function name() {
  const { brands = [], platform = "" } = navigator.userAgentData ?? {};
  const brand = brands.map((each) => each.brand).filter((each) => !/not.?a/i.test(each)).at(-1);
  return [brand ?? navigator.userAgent.match(/Firefox|Safari/)?.[0] ?? "", platform].filter(Boolean).join(", ");
}

async function subscribe() {
  const registration = await navigator.serviceWorker.ready;
  const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: here.dataset.key });
  const { endpoint, keys } = subscription.toJSON();
  const headers = JSON.parse(document.body.getAttribute("hx-headers:inherited"));
  const answer = await fetch(here.dataset.keep, { method: "POST", headers, body: new URLSearchParams({ endpoint, ...keys, name: name() }) });
  if (answer.ok) here.dataset.known += ` ${endpoint}`;
  else await subscription.unsubscribe();
}

async function reach() {
  await subscribe().catch(() => {});
  button("unreached").hidden = Boolean(await subscribed());
  show();
}

if (here) {
  button("allow").addEventListener("click", async () => {
    if ((await Notification.requestPermission()) === "granted") return reach();
    show();
  });
  button("reach").addEventListener("click", reach);
  button("test-notice").addEventListener("click", ({ target }) => {
    document.dispatchEvent(new CustomEvent("desk:desktop", { detail: { ...target.dataset, key: "test", url: location.pathname } }));
  });
  for (const test of document.querySelectorAll("[data-play]")) {
    test.hidden = false;
    test.addEventListener("click", () => {
      const volume = Number(document.getElementById("id_volume").value);
      document.dispatchEvent(new CustomEvent("desk:sound", { detail: { name: document.getElementById(test.dataset.play).value, volume, isTest: true } }));
    });
  }
  show();
}
