// The main story, the same with and without script.
import { readFile } from "node:fs/promises";
import { expect } from "@playwright/test";
import { PNG } from "pngjs";
import { live } from "./line";
import type { Person } from "./person";
import { largestDifference, photo, smallAndGrey } from "./picture";

const source = photo();

/** A small photo, to be made wider. */
export const wide = { prompt: "make it 320 pixels wide", file: photo(64, 48) };

/** A payload review is open, and the page hears of every change. */
export async function review(who: Person): Promise<void> {
  await who.startRun(wide);
  await who.approve();
  await who.waitsFor("Payload review");
  await live(who);
}

/** A photo's whole way, with one value changed before it is sent. */
export async function photoGoesThrough(who: Person): Promise<void> {
  await who.ask({ prompt: "make it 320 pixels wide and black and white", file: source });
  await who.waitsFor("Information review");
  await who.approve();

  await who.waitsFor("Payload review");
  await expect(who.page.getByRole("region", { name: "What will happen" })).toContainText(
    "Edit a picture: resize to 320 px wide, grayscale",
  );
  await who.edit();
  await who.field("width").fill("160");
  if (who.script) {
    await expect(who.page.getByRole("region", { name: "Your change" })).toContainText("160");
    await expect(who.page.locator("#approve"), "only the answer that fits is there").toHaveCount(0);
  }
  await who.button("Approve with changes").first().click();

  await who.waitsFor("Response review");
  await expect(who.page.getByText("Made a PNG picture of 160 × 120 pixels.").first()).toBeVisible();
  await who.approve();
  await who.ended("Completed");
  await expect(who.page.getByRole("heading", { name: "Payload review: approved with edits" })).toBeVisible();
}

/** The file that can be downloaded is the photo as it was asked for, pixel by pixel. */
export async function resultIsTheEditedPhoto(who: Person): Promise<void> {
  const download = who.page.waitForEvent("download");
  await who.page.getByRole("link", { name: "Download result.png", exact: true }).last().click();
  const result = PNG.sync.read(await readFile(await (await download).path()));
  expect([result.width, result.height]).toEqual([160, 120]);
  expect(largestDifference(result, smallAndGrey(source.buffer, 160, 120))).toBeLessThanOrEqual(2);
}
