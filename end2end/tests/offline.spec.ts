// The line, the server or the page goes away, and comes back.
import { inBothColours } from "../accessible";
import { expect, test } from "../fixtures";
import { Line, live } from "../line";
import type { Person } from "../person";
import { photo } from "../picture";
import { review, wide } from "../story";

const decided = (who: Person) => who.history.getByText("Payload review: approved with edits by Mara Klein");

test("a line that is cut without a word shows within ten seconds", async ({ mara }) => {
  const line = await Line.of(mara);
  await mara.open("/inbox");
  await live(mara);
  line.mute();
  await expect(mara.page.locator(".live")).not.toHaveText("Live", { timeout: 10_000 });
  await expect(mara.page.locator(".link-note")).toContainText("Not live.");
  await line.putBack();
  await live(mara);
  await expect(mara.page.locator(".link-note")).toBeEmpty();
});

test("without a socket the page looks by itself", async ({ mara, jonas }) => {
  const line = await Line.of(jonas);
  await jonas.open("/inbox");
  await live(jonas);
  await line.cut();
  await mara.begin(wide);
  await expect(jonas.page.locator("a[data-ticket]")).toHaveCount(1);
});

test("offline nothing is decided, what is typed stays, and comes back on the line", async ({ mara, jonas }) => {
  const line = await Line.of(mara);
  await review(mara);
  await mara.edit();
  await line.pull();
  await expect(mara.page.locator(".live")).toHaveText("Offline");
  await expect(mara.page.locator(".link-note")).toContainText("You are offline.");
  await expect(mara.page.locator("#said"), "a screen reader is told").toContainText("offline", { timeout: 8_000 });
  await expect(mara.page.locator("#actions")).toContainText("Decisions need a connection.");
  await mara.field("width").fill("16");
  await expect(mara.page.locator("#send-changes")).toBeDisabled();
  await expect(mara.page.getByText("Draft kept on this device")).toBeVisible();
  await inBothColours(mara, "offline");

  await line.putBack();
  await live(mara);
  await expect(mara.page.getByText("Draft kept. Nothing is decided yet.")).toBeVisible();
  await expect(mara.page.getByText(/^Resumed at .* when the connection came back/)).toBeVisible();
  await expect(mara.page.locator("#send-changes")).toBeEnabled();
  await expect(mara.field("width")).toHaveValue("16");
  await jonas.open(mara.page.url());
  await expect(jonas.field("width"), "a draft is the writer's own").not.toHaveValue("16");
});

test("what changed while the line was cut is there when it is back", async ({ mara, jonas }) => {
  const line = await Line.of(jonas);
  await mara.startRun(wide);
  await jonas.open(mara.page.url());
  await jonas.waitsFor("Information review");
  await live(jonas);
  await line.pull();
  await expect(jonas.page.locator(".live")).toHaveText("Offline");
  await mara.reject("Not today.");
  await mara.ended("Rejected");
  await line.putBack();
  await expect(jonas.notice).toContainText("Mara Klein decided first: rejected");
  await jonas.ended("Rejected");
});

test("a run that was opened without a line is shown once it is back", async ({ mara }) => {
  const line = await Line.of(mara);
  await mara.begin(wide);
  await mara.open("/inbox");
  await live(mara);
  const row = mara.page.locator("a[data-ticket]");
  await expect(row).toHaveCount(1);
  await line.pull();
  await expect(mara.page.locator(".live")).toHaveText("Offline");
  await row.click();
  await expect(mara.page.getByText("No connection. Nothing is lost.")).toBeVisible();
  await line.putBack();
  await mara.waitsFor("Information review");
  await live(mara);
});

test("a server that dies in the middle of an edit with an upload has both when it is back", async ({ mara, server }) => {
  await review(mara);
  await mara.page.locator("#add-file input[type=file]").first().setInputFiles({ ...photo(32, 24), name: "second.png" });
  await expect(mara.page.getByText("second.png").first()).toBeVisible();
  await mara.edit();
  await mara.field("width").fill("16");
  await server.kill("SIGKILL");
  await expect(mara.page.locator(".live")).toHaveText("Offline");
  await server.start();
  // A card says that it is built again where its ticket is older than three seconds.
  await mara.page.waitForTimeout(3_000);
  await mara.open(mara.page.url());
  await mara.waitsFor("Payload review");
  await expect(mara.field("width")).toHaveValue("16");
  await expect(mara.page.locator(".file", { hasText: "second.png" })).toBeVisible();
  await expect(mara.page.getByText(/^Resumed: it waits since/)).toBeVisible();
  await expect(mara.page.getByText("Draft kept. Nothing is decided yet.")).toBeVisible();
});

test("a decision whose acknowledgement was lost arrives once, with its edits", async ({ mara }) => {
  await review(mara);
  const keys: string[] = [];
  await mara.page.route("**/ui/decide", async (route) => {
    keys.push(new URLSearchParams(route.request().postData() ?? "").get("key") ?? "");
    if (keys.length > 1) return route.continue();
    await route.fetch();
    await route.abort();
  });
  await mara.edit();
  await mara.field("width").fill("16");
  await mara.page.locator("#send-changes").click();

  await mara.waitsFor("Response review");
  await expect(mara.page.getByText("Made a PNG picture of 16 × 12 pixels.").first()).toBeVisible();
  await expect(mara.notice).toContainText("Saved");
  await expect(decided(mara)).toHaveCount(1);
  expect(keys.length).toBeGreaterThanOrEqual(2);
  expect(new Set(keys).size, "the same key each time").toBe(1);
});

test("a decision that never arrived is shown as not saved and is sent after a reload", async ({ mara }) => {
  await review(mara);
  const keys: string[] = [];
  await mara.page.route("**/ui/decide", async (route) => {
    keys.push(new URLSearchParams(route.request().postData() ?? "").get("key") ?? "");
    await route.abort();
  });
  await mara.edit();
  await mara.field("width").fill("16");
  await mara.page.locator("#send-changes").click();
  await expect(mara.notice).toContainText("Not yet saved");
  await inBothColours(mara, "not yet saved");
  await mara.page.goto("about:blank");
  await mara.page.unroute("**/ui/decide");
  const again = mara.page.waitForRequest("**/ui/decide");
  await mara.open("/inbox");
  expect(new URLSearchParams((await again).postData() ?? "").get("key")).toBe(keys[0]);
  await mara.page.goBack();
  await mara.page.goBack();
  await mara.waitsFor("Response review");
  await expect(mara.page.getByText("Made a PNG picture of 16 × 12 pixels.").first()).toBeVisible();
  await expect(decided(mara)).toHaveCount(1);
});

test("offline, the answers say of a decision that waits that it is kept", async ({ mara }) => {
  const line = await Line.of(mara);
  await review(mara);
  await mara.page.route("**/ui/decide", (route) => route.abort());
  await mara.approve();
  await expect(mara.button("Send it now"), "the first repeats are over").toBeVisible({ timeout: 15_000 });
  await line.pull();
  await expect(mara.page.locator(".live")).toHaveText("Offline");
  await expect(mara.page.locator("#actions")).toContainText("Kept here; sent when the line is back.");
});

test("a decision is sent again by itself while the line stands and the server doesn't take it in", async ({ mara }) => {
  await mara.page.clock.install();
  await review(mara);
  const keys: string[] = [];
  let isBroken = true;
  await mara.page.route("**/ui/decide", (route) => {
    keys.push(new URLSearchParams(route.request().postData() ?? "").get("key") ?? "");
    return isBroken ? route.abort() : route.continue();
  });
  await mara.approve();
  await expect(mara.button("Send it now"), "the first repeats are over").toBeVisible();
  const before = keys.length;
  await expect(mara.page.locator(".live"), "the line stands").toHaveText("Live");
  isBroken = false;
  await mara.page.clock.fastForward(31_000);
  await mara.waitsFor("Response review");
  expect(keys.length).toBeGreaterThan(before);
  expect(new Set(keys).size, "the same key each time").toBe(1);
});

test("a decision isn't counted after somebody else's, and what was typed is shown", async ({ mara, jonas }) => {
  await review(mara);
  await jonas.open(mara.page.url());
  await jonas.waitsFor("Payload review");
  await jonas.page.route("**/ui/decide", (route) => route.abort());
  await jonas.edit();
  await jonas.field("width").fill("24");
  await jonas.page.locator("#send-changes").click();
  await expect(jonas.notice).toContainText("Not yet saved");
  await mara.reject("Not today.");
  await mara.ended("Rejected");
  await jonas.open(jonas.page.url());
  await jonas.page.unroute("**/ui/decide");
  await expect(jonas.notice).toContainText("Mara Klein decided first");
  await expect(jonas.page.locator("details", { hasText: "What you typed, kept for you" })).toContainText("24");
  await expect(jonas.history).not.toContainText("by Jonas Weber");
});

test("signing out without a connection is told and keeps everything; with one it leaves nothing", async ({ mara }) => {
  const line = await Line.of(mara);
  await review(mara);
  await mara.edit();
  await line.pull();
  await mara.field("width").fill("16");
  const kept = () => mara.page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith("countersign:")));
  await expect.poll(kept).toHaveLength(1);
  await mara.page.locator("summary", { hasText: "Account" }).click();
  await mara.button("Sign out").click();
  await expect(mara.page.locator(".menu-list").getByRole("alert")).toHaveText("Not signed out yet: the server can't be reached.");
  expect(await kept()).toHaveLength(1);
  await expect(mara.field("width")).toHaveValue("16");

  await line.putBack();
  await mara.button("Sign out").click();
  await mara.page.waitForURL(/\/sign-in/);
  expect(await kept()).toEqual([]);
});
