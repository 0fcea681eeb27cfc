// The service worker. It keeps what belongs to one build and to nobody: the hashed files, the icons and the page for
// when there is no connection. Pages, answers and files of people always come from the server and are never kept.

// Both are filled in by `cargo xtask front`.
const BUILD = "__BUILD__";
const FILES = ["__FILES__"];

const OFFLINE = "/offline.html";
const KEPT = "countersign " + BUILD;

self.addEventListener("install", (event) => event.waitUntil(keep()));

async function keep() {
  const fresh = FILES.map((file) => new Request(file, { cache: "no-cache" }));
  const cache = await caches.open(KEPT);
  await cache.addAll(fresh);
}

self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

async function takeOver() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name)));
  await self.clients.claim();
}

// A new version waits until nobody looks at the old one, or the reader asked for it.
self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(page(event));
  } else if (FILES.includes(pathname)) {
    event.respondWith(kept(request));
  }
});

async function page(event) {
  try {
    const answer = await fetch(event.request);
    event.waitUntil(mend());
    return answer;
  } catch {
    return (await caches.match(OFFLINE)) ?? Response.error();
  }
}

// A sign-out takes everything away, and the worker stays: what belongs to nobody is fetched again.
async function mend() {
  if (await caches.match(OFFLINE)) return;
  // A server of another build doesn't have these files any more; its own worker is on its way.
  await keep().catch(() => undefined);
}

async function kept(request) {
  return (await caches.match(request, { cacheName: KEPT, ignoreVary: true })) ?? fetch(request);
}
