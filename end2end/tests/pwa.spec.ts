// The product as an app on the device: what is kept there, what never is, and what is told of a new version.
import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "@playwright/test";
import { expect, test } from "../fixtures";
import { live } from "../line";
import { MARA, Person } from "../person";
import { site } from "../server";

/** Waits until the worker has taken the page over. */
async function worked(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller) return;
    await new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done));
  });
}

/** The address of everything that the device keeps. */
function kept(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const found: string[] = [];
    for (const name of await caches.keys())
      for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
    return found;
  });
}

/** A copy of the site that says it is of another build. */
function nextSite(): string {
  const folder = mkdtempSync(join(tmpdir(), "countersign-site-"));
  cpSync(site, folder, { recursive: true });
  const build = readFileSync(join(folder, "build.txt"), "utf8");
  const next = build.replace(/^..../, "next");
  renameSync(join(folder, "pkg", build), join(folder, "pkg", next));
  for (const file of ["build.txt", "sw.js", "offline.html"])
    writeFileSync(join(folder, file), readFileSync(join(folder, file), "utf8").replaceAll(build, next));
  for (const file of readdirSync(folder)) if (/\.(br|gz)$/.test(file)) rmSync(join(folder, file));
  return folder;
}

test.describe("in a browser that stays", () => {
  let context: BrowserContext;
  let folder: string;

  test.beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "countersign-browser-"));
    const { executablePath, args } = test.info().project.use.launchOptions ?? {};
    context = await chromium.launchPersistentContext(folder, { executablePath, args });
  });
  test.afterEach(async () => {
    await context.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  test("Chromium would install it", async ({ server }) => {
    const page = await context.newPage();
    const mara = new Person(page, server);
    await mara.join(await server.welcome(), MARA);
    await mara.open("/inbox");
    await worked(page);
    const browser = await context.newCDPSession(page);
    const { errors } = await browser.send("Page.getAppManifest");
    expect(errors).toEqual([]);
    const { installabilityErrors } = await browser.send("Page.getInstallabilityErrors");
    expect(installabilityErrors).toEqual([]);
  });
});

test("each picture that the manifest names is there, in its size", async ({ request }) => {
  const manifest = await (await request.get("/manifest.webmanifest")).json();
  for (const { src, sizes } of [...manifest.icons, ...manifest.screenshots, { src: "/icons/apple-180.png", sizes: "180x180" }]) {
    const picture = await (await request.get(src)).body();
    expect(`${picture.readUInt32BE(16)}x${picture.readUInt32BE(20)}`, src).toBe(sizes);
  }
});

test("without a connection a page says so, and the device keeps nothing of anybody", async ({ mara }) => {
  const { page } = mara;
  await mara.open("/inbox");
  await worked(page);
  for (const address of ["/runs", "/keys", "/inbox"]) await mara.open(address);
  await page.evaluate(() => fetch("/api/auth/session"));
  const addresses = await kept(page);
  expect(addresses).toContain("/offline.html");
  expect(addresses.filter((path) => !/^\/(pkg\/\w+\/[\w.]+|icons\/[\w-]+\.png|offline\.html)$/.test(path))).toEqual([]);
  expect(addresses.some((path) => path.endsWith(".wasm"))).toBe(true);

  await page.context().setOffline(true);
  await page.goto("/runs");
  await expect(page.getByRole("heading", { name: "No connection" })).toBeVisible();
  await expect(page.getByText("Mara")).toHaveCount(0);
  await expect(page.locator(".gate-card")).toHaveCSS("display", "grid");
  await page.context().setOffline(false);
  await page.getByRole("link", { name: "Try again" }).click();
  await mara.alive();
  await expect(page.getByRole("heading", { name: "Runs" })).toBeVisible();
});

test("a page for no connection that was taken away is put back by the next page", async ({ mara }) => {
  const { page } = mara;
  await mara.open("/inbox");
  await worked(page);
  await page.evaluate(async () => Promise.all((await caches.keys()).map((name) => caches.delete(name))));
  expect(await kept(page)).toEqual([]);

  await mara.open("/runs");
  await expect.poll(() => kept(page)).toContain("/offline.html");
  await page.context().setOffline(true);
  await page.goto("/keys");
  await expect(page.getByRole("heading", { name: "No connection" })).toBeVisible();
  await expect(page.locator(".gate-card")).toHaveCSS("display", "grid");
  await page.context().setOffline(false);
});

test("signing out leaves nothing on the device", async ({ mara }) => {
  const { page } = mara;
  await mara.open("/inbox");
  await worked(page);
  await page.evaluate(async () => {
    localStorage.setItem("draft", "typed");
    sessionStorage.setItem("draft", "typed");
    const opened = await new Promise<IDBDatabase>((done) => {
      const request = indexedDB.open("left over");
      request.onsuccess = () => done(request.result);
    });
    opened.close();
    await (await caches.open("left over")).put("/left-over", new Response("typed"));
  });
  const other = await page.context().newPage();
  await other.goto(`${mara.server.url}/inbox`);

  await page.locator("summary", { hasText: "Account" }).click();
  await mara.button("Sign out").click();
  await page.waitForURL(/\/sign-in/);
  // By what the other tab said, or because its own line was refused: whichever is first.
  await other.waitForURL(/\/sign-in/);
  // The worker of the sign-in page may have come anew, with the files of the build.
  expect((await kept(page)).filter((path) => !/^\/(pkg|icons|offline)/.test(path))).toEqual([]);
  const left = await page.evaluate(async () => [
    localStorage.length,
    sessionStorage.length,
    (await indexedDB.databases()).filter(({ name }) => name === "left over").length,
    Number(await caches.has("left over")),
  ]);
  expect(left).toEqual([0, 0, 0, 0]);
});

test("a new version is told, and a reload brings it", async ({ mara, server }) => {
  const { page } = mara;
  await mara.open("/inbox");
  await worked(page);
  const before = await kept(page);
  const build = await page.locator("meta[name=build]").getAttribute("content");
  const folder = nextSite();
  try {
    await server.kill("SIGTERM");
    await server.start({ LEPTOS_SITE_ROOT: folder });
    await page.evaluate(() => window.dispatchEvent(new Event("online")));
    await expect(page.locator("#news")).toContainText("There is a new version of this page.");
    await page.getByRole("button", { name: "Reload" }).click();
    await expect(page.locator("meta[name=build]")).toHaveAttribute("content", /^next/);
    await mara.alive();
    await expect(page.locator("#news")).toBeEmpty();
    await expect.poll(async () => (await kept(page)).some((path) => path.includes(build!))).toBe(false);
    expect(await kept(page)).toHaveLength(before.length);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a page whose line comes back to a newer build says so, and follows its links anew", async ({ mara, server }) => {
  const { page } = mara;
  await mara.open("/inbox");
  await live(mara);
  const folder = nextSite();
  try {
    await server.kill("SIGTERM");
    await server.start({ LEPTOS_SITE_ROOT: folder });
    await expect(page.locator("#news")).toContainText("new version");
    await page.getByRole("link", { name: "Keys" }).click();
    await expect(page.getByRole("heading", { name: "Keys", exact: true })).toBeVisible();
    await expect(page.locator("meta[name=build]")).toHaveAttribute("content", /^next/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a page that is a day older than the server loads itself anew", async ({ mara, server }) => {
  const { page } = mara;
  await page.clock.install();
  await mara.open("/inbox");
  const folder = nextSite();
  try {
    await server.kill("SIGTERM");
    await server.start({ LEPTOS_SITE_ROOT: folder });
    await page.evaluate(() => window.dispatchEvent(new Event("online")));
    await expect(page.locator("#news")).toContainText("new version");
    await page.clock.fastForward("23:00:00");
    await expect(page.locator("#news")).toContainText("new version");
    await page.clock.fastForward("01:10:00");
    await expect(page.locator("meta[name=build]")).toHaveAttribute("content", /^next/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("the number on the icon is that of the waiting tickets", async ({ mara }) => {
  await mara.page.addInitScript(() => {
    const told: number[] = [];
    Object.assign(window, { told });
    Object.assign(Navigator.prototype, {
      setAppBadge: (count: number) => Promise.resolve(void told.push(count)),
      clearAppBadge: () => Promise.resolve(void told.push(0)),
    });
  });
  const last = () => mara.page.evaluate(() => (window as unknown as { told: number[] }).told.at(-1));
  await mara.open("/inbox");
  await expect.poll(last).toBe(0);
  await mara.startRun({ prompt: "make it black and white", provider: "scripted" });
  await expect.poll(last).toBe(1);
});
