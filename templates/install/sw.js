{% load static %}// Desktop notices, and a page for when there is no network. No page with anybody's data is ever kept.
const SHELL = "shell-1";
const OFFLINE = "{% url "offline" %}";
const KEPT = [OFFLINE, "{% static "css/base.css" %}", "{% static "css/button.css" %}", "{% static "css/desk.css" %}", "{% static "js/offline.js" %}", "{% static "img/mark.svg" %}"];
const ICON = "{% static "img/app-192.png" %}";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(KEPT.map((url) => new Request(url, { cache: "reload" })))));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name !== SHELL) await caches.delete(name);
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
})()));

async function page(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return caches.match(OFFLINE);
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (KEPT.includes(new URL(request.url).pathname)) event.respondWith(fetch(request).catch(() => caches.match(request.url)));
});

// Who looks at the console sees it there.
self.addEventListener("push", (event) => event.waitUntil((async () => {
  const news = event.data.json();
  const pages = await self.clients.matchAll({ type: "window" });
  if (news.unread) await self.navigator.setAppBadge?.(news.unread);
  if (pages.some((each) => each.visibilityState === "visible")) return;
  if (news.key === "several" && pages.length && (await self.registration.getNotifications()).length) return; // a page has said it
  await self.registration.showNotification(news.title, { body: news.body, tag: news.key, data: { url: news.url }, icon: ICON });
})()));

self.addEventListener("notificationclick", (event) => event.waitUntil((async () => {
  event.notification.close();
  const url = new URL(event.notification.data?.url ?? "/", self.location.origin).href;
  const pages = await self.clients.matchAll({ type: "window" });
  const open = pages.find((each) => each.url.startsWith(url)) ?? pages[0];
  if (!open) return self.clients.openWindow(url);
  await open.focus();
  if (!open.url.startsWith(url)) await open.navigate(url);
})()));
