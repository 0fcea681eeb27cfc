import { expect, test } from "../fixtures";
import { photo } from "../picture";

test.beforeEach(async ({ mara }) => {
  await mara.startRun({ prompt: "make it black and white", file: photo(64, 48) });
});

test("a reject needs a reason", async ({ mara }) => {
  await mara.page.locator("#reject > summary").click();
  const reason = mara.page.getByLabel("Why do you reject it?");
  const send = mara.button("Reject this run");
  await send.click();
  await expect(reason).toHaveJSProperty("validity.valueMissing", true);
  await expect(reason).toBeFocused();
  await reason.fill("   ");
  await send.click();
  await expect(mara.notice).toContainText("Nothing was decided");
  await mara.waitsFor("Information review");
});

test("who opened the reject can go back to the other answers", async ({ mara }) => {
  const summary = mara.page.locator("#reject > summary");
  await summary.click();
  await expect(mara.page.locator("#approve")).toBeHidden();
  await summary.click();
  await expect(mara.page.locator("#approve")).toBeVisible();
});

test("a rejected run says who rejected it and why", async ({ mara }) => {
  await mara.reject("Wrong picture: this is a stranger.");
  await mara.ended("Rejected");
  const record = mara.page.locator(".record");
  await expect(record).toContainText("Information review: rejected");
  await expect(record).toContainText("By Mara Klein");
  await expect(record).toContainText("Reason: “Wrong picture: this is a stranger.”");
  await expect(mara.page.locator("#actions")).toHaveCount(0);
  await expect(mara.history).toContainText("rejected by Mara Klein");
  await mara.open("/inbox");
  await expect(mara.page.getByText("Nothing waits for you.")).toBeVisible();
});

test("a run that is cancelled at its ticket ends, after one more question", async ({ mara }) => {
  await mara.page.locator("#actions").getByText("Cancel run", { exact: true }).click();
  await mara.button("Yes, cancel the run").click();
  await mara.ended("Cancelled");
  await expect(mara.page.locator("#actions")).toHaveCount(0);
});
