import { expect, test } from "../fixtures";
import { photo } from "../picture";
import { photoGoesThrough, resultIsTheEditedPhoto } from "../story";

test("a photo goes through every checkpoint and comes out as it was edited", async ({ mara }) => {
  await photoGoesThrough(mara);
  await expect(mara.history).toContainText("Payload review: approved with edits by Mara Klein");
  await resultIsTheEditedPhoto(mara);
  const seen = await mara.page.locator(".compare img").all();
  expect(seen.length).toBe(2);
  for (const picture of seen) await expect(picture).not.toHaveJSProperty("naturalWidth", 0);
});

test("the inbox and the list of runs know where the photo is", async ({ mara }) => {
  await mara.startRun({ prompt: "make it black and white", file: photo(64, 48) });
  await mara.open("/inbox");
  await expect(mara.page.getByText("1 ticket waits for a person")).toBeVisible();
  await mara.page.getByRole("link", { name: /make it black and white/ }).click();
  await mara.waitsFor("Information review");
  await mara.approve();
  await mara.waitsFor("Payload review");
  await mara.approve();
  await mara.waitsFor("Response review");
  await mara.approve();
  await mara.ended("Completed");
  await mara.open("/runs");
  await expect(mara.page.getByRole("row", { name: /make it black and white/ })).toContainText("Completed");
  await mara.open("/inbox");
  await expect(mara.page.getByText("Nothing waits for you.")).toBeVisible();
});
