// What makes a site an app on the device: the worker, news of another version, the number on the icon, and the sign-out
// that leaves nothing behind. It needs no WASM, and the pages need none of it.

const build = document.querySelector("meta[name=build]")?.content;
const minutes = 60_000;
const day = 24 * 60 * minutes;
// Since when the server has another build, as far as this page knows.
let outdated;

async function start() {
  const worker = await navigator.serviceWorker?.register("/sw.js", { updateViaCache: "none" }).catch(() => undefined);
  const look = () => document.visibilityState === "visible" && navigator.onLine && compare(worker);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("online", look);
  // The line is up, perhaps again and to a new version. All pages hear it at once, and don't ask at once.
  let soon;
  window.addEventListener("countersign-welcome", () => {
    clearTimeout(soon);
    soon = setTimeout(look, 2_000 * Math.random());
  });
  setInterval(look, 5 * minutes);
  look();
}

// Whether this page is of the build that the server has now.
async function compare(worker) {
  const answer = await fetch("/build.txt", { cache: "no-store" }).catch(() => undefined);
  if (!answer?.ok || !build) return;
  if ((await answer.text()).trim() === build) {
    // The page is new already; the worker before it has nothing to wait for.
    worker?.waiting?.postMessage("take over");
  } else if (!outdated) {
    outdated = Date.now();
    worker?.update().catch(() => undefined);
    tell(worker);
  } else if (Date.now() - outdated > day && !document.querySelector("input:focus, textarea:focus")) {
    // Told for a day: what was typed is kept, and nobody types at this moment.
    renew(worker);
  }
}

function renew(worker) {
  (worker?.waiting ?? worker?.installing)?.postMessage("take over");
  location.reload();
}

function tell(worker) {
  const place = document.getElementById("news");
  const text = document.createElement("span");
  text.textContent = "There is a new version of this page.";
  const button = document.createElement("button");
  button.className = "button";
  button.textContent = "Reload";
  button.addEventListener("click", () => renew(worker));
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.append(text, button);
  place?.replaceChildren(toast);
}

// A page that is older than the server acts like one without WASM: its next form or link is the browser's own, is
// checked by the server as ever, and brings the new version.
for (const kind of ["submit", "click"]) {
  const plain = (event) => {
    const link = kind === "submit" || event.target.closest?.("a[href], button:not([type=button])");
    if (outdated && link && !event.target.closest?.("#news")) event.stopImmediatePropagation();
  };
  window.addEventListener(kind, plain, { capture: true });
}

// The number of waiting tickets, as the page shows it.
function badge() {
  const nav = document.querySelector(".nav");
  if (!nav || !navigator.setAppBadge) return;
  const count = parseInt(nav.querySelector(".count")?.textContent ?? "0", 10);
  (count ? navigator.setAppBadge(count) : navigator.clearAppBadge()).catch(() => undefined);
}

// Signing out empties the device, in every tab, once the server has ended the session: before that, what was typed is
// kept for whoever is still signed in. The server says so too (`Clear-Site-Data`), but browsers heed it only over https.
const signedOut = new BroadcastChannel("signed out");

async function wipe() {
  localStorage.clear();
  sessionStorage.clear();
  navigator.clearAppBadge?.().catch(() => undefined);
  const stores = (await indexedDB.databases?.()) ?? [];
  for (const { name } of stores) indexedDB.deleteDatabase(name);
  await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
}

// A store that another tab holds open can't go before that tab does, so it isn't waited for longer than a moment.
const moment = () => new Promise((done) => setTimeout(done, 500));

window.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action") !== "/api/auth/sign-out") return;
  event.preventDefault();
  leave(event.target);
});

async function leave(form) {
  const request = { method: "POST", body: new URLSearchParams(), redirect: "manual" };
  const answer = await fetch(form.action, request).catch(() => undefined);
  // It leads to the sign-in page; anything else is a refusal, or comes from somebody in between.
  if (answer?.type !== "opaqueredirect") return complain(form);
  signedOut.postMessage(null);
  await Promise.race([wipe(), moment()]);
  location.assign("/sign-in");
}

function complain(form) {
  form.querySelector("[role=alert]")?.remove();
  const text = document.createElement("p");
  text.className = "menu-note";
  text.setAttribute("role", "alert");
  text.textContent = "Not signed out yet: the server can't be reached.";
  form.append(text);
}

// The other tab said it when it asked for it; before the session is over, the page of the sign-in would lead back here.
async function isOver() {
  for (let tries = 0; tries < 20; tries++) {
    const answer = await fetch("/ui/count_inbox").catch(() => null);
    if (answer?.status === 401) return;
    await moment();
  }
}

signedOut.addEventListener("message", () => {
  Promise.all([Promise.race([wipe(), moment()]), isOver()]).finally(() => location.assign("/sign-in"));
});

const nav = document.querySelector(".nav");
if (nav) new MutationObserver(badge).observe(nav, { childList: true, characterData: true, subtree: true });
badge();
start();
