// What one person does shows before the other by itself.
import { expect, test } from "../fixtures";
import { live } from "../line";
import { photo } from "../picture";

const grey = { prompt: "make it black and white", file: photo(64, 48) };
const wide = { prompt: "make it 320 pixels wide", file: photo(64, 48) };

test("a ticket appears by itself, and a decision in one browser shows in the other", async ({ mara, jonas }) => {
  await jonas.open("/inbox");
  await live(jonas);
  await expect(jonas.page.getByText("Nothing waits for you.")).toBeVisible();

  await mara.startRun(grey);
  await expect(jonas.page.locator("a[data-ticket]")).toHaveCount(1);
  await expect(jonas.page).toHaveTitle("(1) Inbox · Countersign");
  await jonas.page.locator("a[data-ticket]").click();
  await jonas.waitsFor("Information review");
  await expect(jonas.page, "the number stands in every title").toHaveTitle(/^\(1\) make it/);

  await mara.reject("Wrong customer.");
  await expect(jonas.notice).toContainText("Mara Klein decided first: rejected");
  await expect(jonas.notice).toContainText("Wrong customer.");
  await expect(jonas.page.locator("#actions")).toHaveCount(0);
  await jonas.ended("Rejected");
  await expect(jonas.page).toHaveTitle(/^make it/);
});

test("the list doesn't move under the hand", async ({ mara, jonas }) => {
  await mara.begin(grey);
  await jonas.open("/inbox");
  await live(jonas);
  const rows = jonas.page.locator("a[data-ticket]");
  await expect(rows).toHaveCount(1);
  await jonas.page.keyboard.press("j");
  await expect(rows.first()).toBeFocused();
  const first = await rows.first().getAttribute("data-ticket");

  await mara.begin({ ...wide, values: {} });
  await expect(jonas.page.locator(".new-pill")).toHaveText("1 new");
  await expect(jonas.page.locator("#said"), "a screen reader is told").toHaveText("1 new", { timeout: 8_000 });
  await expect(rows).toHaveCount(1);
  await expect(jonas.page).toHaveTitle("(2) Inbox · Countersign");

  await jonas.page.keyboard.press("r");
  await expect(rows).toHaveCount(2);
  await expect(jonas.page.locator(`a[data-ticket="${first}"]`), "focus stays on the ticket").toBeFocused();
});

test("the list of runs follows them, and a new one waits until the list isn't in use", async ({ mara, jonas }) => {
  await mara.startRun(grey);
  await jonas.open("/runs");
  await live(jonas);
  const rows = jonas.page.locator("tbody tr");
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText("Waits for a person");
  await rows.getByRole("link").focus();
  await mara.reject("Wrong customer.");
  await expect(rows).toContainText("Rejected");

  await mara.begin(wide);
  await expect(jonas.page.locator(".new-pill")).toHaveText("The list changed");
  await expect(rows).toHaveCount(1);
  await rows.getByRole("link").blur();
  await expect(rows).toHaveCount(2);
  await expect(jonas.page.getByText("2 runs")).toBeVisible();
});

test("a row that was decided stays in its place and says how, until it isn't in use", async ({ mara, jonas }) => {
  await mara.startRun(grey);
  await jonas.open("/inbox");
  await live(jonas);
  await jonas.page.locator("a[data-ticket]").focus();
  await mara.reject("Not today.");
  await expect(jonas.page.locator(".row")).toContainText("rejected by Mara Klein");
  await expect(jonas.page.locator("a[data-ticket]")).toBeFocused();
  await expect(jonas.page.locator(".new-pill")).toHaveText("The list changed");
  await jonas.page.keyboard.press("r");
  await expect(jonas.page.getByText("Nothing waits for you.")).toBeVisible();
});

test("another proposal under the hand has to be looked at first", async ({ mara, jonas }) => {
  await mara.startRun(wide);
  await jonas.open(mara.page.url());
  await jonas.waitsFor("Information review");
  await live(jonas);

  await mara.approve();
  await jonas.waitsFor("Payload review");
  const bar = jonas.page.locator("#actions");
  await expect(jonas.notice).toContainText("Mara Klein decided first: approved");
  await expect(bar).toHaveAttribute("data-state", "changed");
  await expect(jonas.page.locator("#approve")).toBeDisabled();
  await jonas.button("Look at it").click();
  await expect(jonas.page.locator("#approve")).toBeEnabled();
  await jonas.approve();
  await mara.waitsFor("Response review");
});

test("what was typed over a ticket that somebody else decided is kept", async ({ mara, jonas }) => {
  await mara.startRun(grey);
  await jonas.open(mara.page.url());
  await jonas.waitsFor("Information review");
  await live(jonas);
  await jonas.page.locator("#reject > summary").click();
  await jonas.page.getByLabel("Why do you reject it?").fill("A stranger's picture.");
  await mara.reject("Not today.");
  await expect(jonas.notice).toContainText("Mara Klein decided first");
  await expect(jonas.page.locator("details", { hasText: "What you typed, kept for you" })).toContainText(
    "A stranger's picture.",
  );
});

test("how long a ticket was looked at is reported when it is left", async ({ mara }) => {
  await mara.startRun(grey);
  await mara.page.waitForTimeout(1_000);
  const told = mara.page.waitForRequest(/\/api\/hitl\/approvals\/[0-9a-f-]+\/seen$/);
  await mara.page.locator("main .back").click();
  const { dwell_ms } = (await told).postDataJSON() as { dwell_ms: number };
  expect(dwell_ms).toBeGreaterThanOrEqual(1_000);
  expect((await (await told).response())?.status()).toBe(204);
});

test("a page that opens while tickets come is alive, whatever was read when", async ({ mara }) => {
  let coming = true;
  const come = async () => {
    while (coming) await mara.begin({ prompt: "say hello", provider: "scripted" });
  };
  const agents = [come(), come()];
  for (let opened = 0; opened < 12; opened++) {
    await mara.open("/inbox");
    expect(mara.broken).toEqual([]);
  }
  coming = false;
  await Promise.all(agents);
  await live(mara);
  await expect(mara.page.locator(".nav .count")).toBeVisible();
});
