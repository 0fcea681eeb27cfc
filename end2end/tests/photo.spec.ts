import { readFile } from "node:fs/promises";
import { PNG } from "pngjs";
import { expect, test } from "../fixtures";
import type { Person } from "../person";
import { largestDifference, photo, smallAndGrey } from "../picture";

const source = photo();

/** The whole way of a photo, with one value changed before it is sent. */
async function toTheResult(mara: Person): Promise<void> {
  await mara.startRun({ prompt: "make it 320 pixels wide and black and white", file: source });
  await mara.approve();

  await mara.waitsFor("Payload review");
  await expect(mara.page.getByRole("heading", { name: "Edit a picture: resize to 320 px wide, grayscale" })).toBeVisible();
  await mara.edit();
  await mara.field("width").fill("160");
  if (mara.script) {
    await expect(mara.page.getByRole("region", { name: "Your change" })).toContainText("160");
  }
  await mara.button("Approve with changes").first().click();

  await mara.waitsFor("Response review");
  await expect(mara.page.getByText("Made a PNG picture of 160 × 120 pixels.").first()).toBeVisible();
  await mara.button(/^Accept result/).click();
  await mara.ended("Completed");
}

async function theResultIsTheEditedPhoto(mara: Person): Promise<void> {
  const download = mara.page.waitForEvent("download");
  await mara.page.getByRole("link", { name: "Download result.png", exact: true }).last().click();
  const result = PNG.sync.read(await readFile(await (await download).path()));
  expect([result.width, result.height]).toEqual([160, 120]);
  expect(largestDifference(result, smallAndGrey(source.buffer, 160, 120))).toBeLessThanOrEqual(2);
}

test("a photo goes through every checkpoint and comes out as it was edited", async ({ mara }) => {
  await toTheResult(mara);
  await expect(mara.page.getByRole("status").getByText("Completed")).toBeVisible();
  await expect(mara.page.getByText("Payload review: approved with edits")).toBeVisible();
  await expect(mara.history).toContainText("Payload review: approved with edits by Mara Klein");
  await theResultIsTheEditedPhoto(mara);
  for (const picture of await mara.page.locator(".compare img").all()) {
    await expect(picture, "before and after can be seen").toHaveJSProperty("complete", true);
    expect(await picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(0);
  }
});

test("the inbox and the list of runs know where the photo is", async ({ mara }) => {
  await mara.startRun({ prompt: "make it black and white", file: source });
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

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("a photo goes through every checkpoint with plain forms", async ({ mara }) => {
    await toTheResult(mara);
    await theResultIsTheEditedPhoto(mara);
  });
});
