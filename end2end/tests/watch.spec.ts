// What time, a slow line and other sites do to whoever watches.
import type { Route } from "@playwright/test";
import { expect, test } from "../fixtures";
import { live } from "../line";
import type { Person } from "../person";
import { counting, start } from "../program";

test("a countdown runs on the page; stopped on the server, it waits for a person", async ({ mara }) => {
  await mara.open(await start(mara, "s", counting(600)));
  await mara.waitsFor("Information review");
  const left = mara.page.locator(".countdown-left");
  const first = await left.innerText();
  await expect(left, "it runs").not.toHaveText(first);
  await mara.button("Stop the countdown").click();
  await expect(mara.notice).toContainText("The countdown is stopped");
  await expect(left).toHaveCount(0);
  await mara.page.reload();
  await mara.waitsFor("Information review");
  await expect(left, "the server stopped it").toHaveCount(0);
});

test("stopping a countdown is sent once, and can be pressed again when it fails or hangs", async ({ mara }) => {
  await mara.open(await start(mara, "s", counting(600)));
  await mara.waitsFor("Information review");
  const held: Route[] = [];
  await mara.page.route("**/ui/hold_countdown", (route) => void held.push(route));
  const [stop, stopping] = [mara.button("Stop the countdown"), mara.button("Stopping…")];
  await stop.click();
  await expect(stopping).toHaveAttribute("aria-disabled", "true");
  await expect.poll(() => held.length).toBe(1);
  await stopping.click({ force: true });
  await held[0].abort();
  await expect(mara.notice).toContainText("Could not save");
  await expect(stop).not.toHaveAttribute("aria-disabled");
  expect(held).toHaveLength(1);

  await stop.click();
  await expect(stopping).toBeVisible();
  await expect(stop, "no answer is no reason to wait for ever").toBeVisible();
  expect(held).toHaveLength(2);
  await held[1].continue();
  await expect(mara.notice).toContainText("The countdown is stopped");
  await expect(mara.page.locator(".countdown-left")).toHaveCount(0);
});

test("a countdown that nobody stops approves, and the page says who decided", async ({ mara }) => {
  await mara.open(await start(mara, "s", counting(8)));
  await mara.waitsFor("Information review");
  await expect(mara.page.locator(".countdown-left")).toBeVisible();
  await expect(mara.notice).toContainText("The policy decided");
});

test("a slow line sees everything later, and keeps nobody waiting", async ({ mara, jonas }) => {
  await jonas.open("/inbox");
  await live(jonas);
  const network = await jonas.page.context().newCDPSession(jonas.page);
  const slow = { offline: false, latency: 800, downloadThroughput: 4_000, uploadThroughput: 4_000 };
  await network.send("Network.emulateNetworkConditions", slow);
  await mara.open("/inbox");
  await live(mara);
  const tickets = (who: Person) => who.page.locator("a[data-ticket]");
  for (let number = 0; number < 10; number++) await start(mara, `s${number}`, { policy: "require_human" });
  await expect(tickets(mara)).toHaveCount(10, { timeout: 5_000 });
  await expect(tickets(jonas)).toHaveCount(10, { timeout: 60_000 });
});

test("another site gets no line, whoever is signed in", async ({ mara, server }) => {
  await mara.open("/inbox");
  const opens = () =>
    mara.page.evaluate(
      (url) =>
        new Promise<boolean>((done) => {
          const socket = new WebSocket(url);
          socket.onopen = () => done(true);
          socket.onerror = () => done(false);
        }),
      `${server.url.replace("http", "ws")}/api/hitl/ws`,
    );
  expect(await opens(), "its own pages get one").toBe(true);
  await mara.page.route("http://localhost:9/", (route) => route.fulfill({ contentType: "text/html", body: "<p>Another site</p>" }));
  await mara.page.goto("http://localhost:9/");
  expect(await opens()).toBe(false);
});
