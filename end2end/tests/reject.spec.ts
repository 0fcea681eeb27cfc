import { expect, test } from "../fixtures";
import { photo } from "../picture";

test("a reject needs a reason", async ({ mara }) => {
  await mara.startRun({ prompt: "make it black and white", file: photo(64, 48) });
  await mara.page.locator("#reject > summary").click();
  const reason = mara.page.getByLabel("Why do you reject it?");
  await mara.page.locator("#reject").getByRole("button").click();
  await expect(reason).toHaveJSProperty("validity.valueMissing", true);
  await expect(reason).toBeFocused();
  await reason.fill("   ");
  await mara.page.locator("#reject").getByRole("button").click();
  await expect(mara.notice).toContainText("Nothing was decided");
  await mara.waitsFor("Information review");
});

test("a rejected run says who rejected it and why", async ({ mara }) => {
  await mara.startRun({ prompt: "make it black and white", file: photo(64, 48) });
  await mara.reject("Wrong picture: this is a stranger.");
  await mara.ended("Rejected");
  const record = mara.page.locator(".record");
  await expect(record).toContainText("Information review: rejected");
  await expect(record).toContainText("By Mara Klein");
  await expect(record).toContainText("Reason: “Wrong picture: this is a stranger.”");
  await expect(mara.page.locator("#approve")).toHaveCount(0);
  await mara.open("/runs");
  await expect(mara.page.getByRole("row", { name: /make it black and white/ })).toContainText(/Rejected|Cancelled/);
});
