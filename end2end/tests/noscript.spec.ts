import { expect, test } from "../fixtures";
import { photo } from "../picture";
import { photoGoesThrough, resultIsTheEditedPhoto } from "../story";

test.use({ javaScriptEnabled: false });

test("a photo goes through every checkpoint with plain forms", async ({ mara }) => {
  await photoGoesThrough(mara);
  await resultIsTheEditedPhoto(mara);
});

test("a run is rejected with a reason, in a form that opens without script", async ({ mara }) => {
  await mara.startRun({ prompt: "make it black and white", file: photo(64, 48) });
  await mara.reject("Wrong picture.");
  await mara.ended("Rejected");
  await expect(mara.page.locator(".record")).toContainText("Reason: “Wrong picture.”");
});

test("a value that can't be sent comes back as it was typed, with what is wrong beside it", async ({ mara }) => {
  await mara.startRun({ prompt: "make it 320 pixels wide", file: photo(64, 48) });
  await mara.approve();
  await mara.waitsFor("Payload review");
  await mara.edit();
  await mara.field("width").fill("90000");
  await mara.field("text").fill("typed by Mara");
  await mara.button("Approve with changes").first().click();

  await expect(mara.notice).toContainText("Nothing was decided");
  await expect(mara.field("width")).toHaveValue("90000");
  await expect(mara.field("text")).toHaveValue("typed by Mara");
  await expect(mara.field("width")).toHaveAttribute("aria-invalid", "true");
  await expect(mara.field("width")).toHaveAccessibleDescription(/8000/);
  await expect(mara.field("width")).toBeVisible();

  await mara.field("width").fill("32");
  await mara.button("Check my changes").click();
  await expect(mara.notice).toContainText("Nothing was decided");
  await expect(mara.page.getByRole("region", { name: "Your change" })).toContainText("32");
  await expect(mara.field("width")).not.toHaveAttribute("aria-invalid");
});

test("the raw JSON is another view of the same document", async ({ mara }) => {
  await mara.startRun({ prompt: "make it 320 pixels wide", file: photo(64, 48) });
  await mara.approve();
  await mara.waitsFor("Payload review");
  await mara.edit();
  await mara.page.getByRole("link", { name: "JSON", exact: true }).click();
  const raw = mara.page.getByLabel("The document as JSON");
  const text = await raw.inputValue();
  await raw.fill(text.replace("320", "16"));
  await mara.button("Approve with changes").first().click();
  await mara.waitsFor("Response review");
  await expect(mara.page.getByText("Made a PNG picture of 16 × 12 pixels.").first()).toBeVisible();
});

test("a form that starts no run comes back as it was filled in, and starts one once it is mended", async ({ mara }) => {
  const prompt = "make it black and white, пожалуйста ".repeat(100);
  await mara.ask({ prompt, file: photo(64, 48), values: { width: "wide" } });
  await expect(mara.page.getByRole("alert")).toContainText("width: must be a number");
  await expect(mara.page.getByLabel("What should be done?")).toHaveValue(prompt);
  const width = mara.page.locator("#field-width");
  await expect(width).toBeVisible();
  await expect(width).toHaveValue("wide");

  await width.fill("32");
  await mara.button("Start the run").click();
  await mara.waitsFor("Information review");
  await expect(mara.page.getByRole("region", { name: "Files" })).toContainText("photo.png");
});
