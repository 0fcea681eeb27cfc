import { expect, test } from "../fixtures";
import { photo } from "../picture";
import { review } from "../story";

test("a run is edited and approved with keys alone", async ({ mara }) => {
  const { keyboard } = mara.page;
  await mara.startRun({ prompt: "make it 320 pixels wide", file: photo(64, 48) });
  // A key pressed right after the card appeared was meant for what was there before it.
  await expect(async () => {
    await keyboard.press("a");
    await expect(mara.notice).toContainText("Saved", { timeout: 2_000 });
  }).toPass();
  await mara.waitsFor("Payload review");
  await expect(mara.notice, "what happened has focus").toBeFocused();

  await expect(async () => {
    await keyboard.press("e");
    await expect(mara.page.locator("#edit")).toHaveAttribute("open", "", { timeout: 200 });
  }).toPass();
  await expect(mara.page.locator("#edit :focus"), "focus is in the editor").toHaveCount(1);
  for (let tabs = 0; tabs < 40 && !(await mara.field("width").evaluate((it) => it === document.activeElement)); tabs++) {
    await keyboard.press("Tab");
  }
  await expect(mara.field("width")).toBeFocused();
  await keyboard.press("ControlOrMeta+a");
  await keyboard.type("16");
  await keyboard.press("Enter");
  await mara.waitsFor("Payload review");
  await expect(mara.field("width"), "Enter in a field decides nothing").toBeFocused();

  const send = mara.page.locator("#send-changes");
  for (let tabs = 0; tabs < 80 && !(await send.evaluate((it) => it === document.activeElement)); tabs++) {
    await keyboard.press("Tab");
  }
  await expect(send).toBeFocused();
  await keyboard.press("Enter");
  await mara.waitsFor("Response review");
  await expect(mara.page.getByText("Made a PNG picture of 16 × 12 pixels.").first()).toBeVisible();
});

test("d opens the reject and Ctrl+Enter sends it", async ({ mara }) => {
  const { keyboard } = mara.page;
  await mara.startRun({ prompt: "make it black and white", file: photo(64, 48) });
  await expect(async () => {
    await keyboard.press("d");
    await expect(mara.page.getByLabel("Why do you reject it?")).toBeFocused({ timeout: 200 });
  }).toPass();
  await keyboard.type("Add a picture of a cat, please: a, d and e are letters here");
  await expect(mara.page.getByLabel("Why do you reject it?")).toHaveValue(/letters here$/);
  await keyboard.press("ControlOrMeta+Enter");
  await mara.ended("Rejected");
});

test("Ctrl+Enter in the editor sends the changes", async ({ mara }) => {
  await review(mara);
  await mara.edit();
  await mara.field("width").fill("16");
  await mara.field("width").press("ControlOrMeta+Enter");
  await mara.waitsFor("Response review");
  await expect(mara.page.getByText("Made a PNG picture of 16 × 12 pixels.").first()).toBeVisible();
});

test("j, k and Enter walk through the inbox", async ({ mara }) => {
  for (const prompt of ["make it 10 pixels wide", "make it 11 pixels wide", "make it 12 pixels wide"]) {
    await mara.startRun({ prompt, file: photo(64, 48) });
  }
  await mara.open("/inbox");
  const rows = mara.page.locator("a[data-ticket]");
  await expect(rows).toHaveCount(3);
  const { keyboard } = mara.page;
  await keyboard.press("j");
  await expect(rows.nth(0)).toBeFocused();
  await keyboard.press("j");
  await keyboard.press("j");
  await expect(rows.nth(2)).toBeFocused();
  await keyboard.press("k");
  await expect(rows.nth(1)).toBeFocused();
  const prompt = (await rows.nth(1).locator(".row-title").innerText()).trim();
  await keyboard.press("Enter");
  await expect(mara.heading).toHaveText(prompt);
  await expect(mara.heading, "focus is on the heading of the new page").toBeFocused();
});

test("the first Tab leads past the navigation", async ({ mara }) => {
  await mara.open("/inbox");
  await mara.page.keyboard.press("Tab");
  const skip = mara.page.getByRole("link", { name: "Skip to content" });
  await expect(skip).toBeFocused();
  await mara.page.keyboard.press("Enter");
  await expect(mara.page.locator("#main")).toBeFocused();
});

test("a dot opens all parts of a ticket, and closes them again", async ({ mara }) => {
  await mara.startRun({ prompt: "make it 10 pixels wide", file: photo(64, 48) });
  const closed = mara.page.locator("main .disclosure:not([open])");
  const press = (expected: (count: number) => boolean) =>
    expect(async () => {
      await mara.page.keyboard.press(".");
      expect(expected(await closed.count())).toBe(true);
    }).toPass();
  await expect(closed).not.toHaveCount(0);
  await press((count) => count === 0);
  await press((count) => count > 1);
});

test("a slash goes to the search", async ({ mara }) => {
  await mara.open("/sessions");
  await expect(async () => {
    await mara.page.keyboard.press("/");
    await expect(mara.page.getByRole("searchbox")).toBeFocused({ timeout: 500 });
  }).toPass();
  await mara.page.keyboard.type("/d");
  await expect(mara.page.getByRole("searchbox")).toHaveValue("/d");
});

test("a ticket's first Tabs lead to its answers", async ({ mara }) => {
  await mara.startRun({ prompt: "make it 10 pixels wide", file: photo(64, 48) });
  const skip = mara.page.getByRole("link", { name: "Skip to the answers" });
  await skip.focus();
  await expect(skip).toBeInViewport();
  await mara.page.keyboard.press("Enter");
  await expect(mara.page.locator("#actions")).toBeFocused();
});

test("focus waits for a page that comes slowly", async ({ mara }) => {
  await mara.begin({ prompt: "make it 320 pixels wide", file: photo() });
  await mara.open("/inbox");
  await expect(mara.page.locator("a[data-ticket]")).toBeVisible();
  await mara.page.route("**/ui/load_run*", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    await route.continue();
  });
  await mara.page.locator("a[data-ticket]").click();
  await mara.waitsFor("Information review");
  await expect(mara.heading).toBeFocused();
});
