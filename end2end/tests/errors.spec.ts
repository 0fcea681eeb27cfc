import { expect, test } from "../fixtures";
import { photo } from "../picture";

test("a run without a picture asks for one, takes it on its page, and goes on", async ({ mara }) => {
  await mara.ask({ prompt: "make it 16 pixels wide" });
  await mara.waitsFor("Missing information");
  await expect(mara.page.locator("#actions")).toContainText(/1 thing/);
  await expect(mara.page.locator("#approve")).toHaveCount(0);

  await mara.page.locator("#file").setInputFiles(photo(64, 48));
  await expect(mara.page.getByRole("region", { name: "Files" })).toContainText("photo.png");
  const picture = mara.field("image");
  await expect(picture.locator("option", { hasText: "photo.png" })).toHaveCount(1);
  await picture.selectOption({ label: "photo.png" });
  await mara.page.locator("#send-changes").click();
  await mara.waitsFor("Payload review");
  await mara.approve();
  await mara.waitsFor("Response review");
  await expect(mara.page.getByText("Made a PNG picture of 16 × 12 pixels.").first()).toBeVisible();
});

test("a file that is not what it claims is refused, and what was typed is kept", async ({ mara }) => {
  const buffer = Buffer.from("This is no picture, only its name says so.");
  await mara.open("/runs/new");
  await mara.page.getByLabel("What should be done?").fill("make it black and white");
  await mara.page.locator("#file").setInputFiles({ name: "cat.png", mimeType: "image/png", buffer });
  await expect(mara.page.locator(".file", { hasText: "cat.png" })).toContainText("Not uploaded: ");
  await expect(mara.button(/Try again/), "it would be refused again").toHaveCount(0);
  await mara.button("Remove cat.png").click();
  await expect(mara.page.locator(".file")).toHaveCount(0);
  await expect(mara.page.getByLabel("What should be done?")).toHaveValue("make it black and white");
});

test("a file that is not what it claims is refused on the page of a run, too", async ({ mara }) => {
  await mara.startRun({ prompt: "make it black and white", file: photo(64, 48) });
  const buffer = Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>");
  await mara.page.locator("#file").setInputFiles({ name: "cat.png", mimeType: "image/png", buffer });
  await expect(mara.page.locator("#add-file")).toContainText("Not uploaded: ");
  await mara.page.reload();
  await mara.alive();
  await expect(mara.page.getByRole("region", { name: "Files" })).not.toContainText("cat.png");
});

test("a request that is too long is refused with its limit, and all of it is kept", async ({ mara }) => {
  const prompt = "make it larger ".repeat(2000);
  await mara.ask({ prompt, file: photo(64, 48) });
  await expect(mara.page.getByRole("alert")).toContainText("prompt: has more than 20000 characters");
  await expect(mara.page.getByLabel("What should be done?")).toHaveValue(prompt);
  await expect(mara.page.locator(".file")).toContainText("photo.png");
});

test("a value out of its range is said at its field, and goes through once it is mended", async ({ mara }) => {
  await mara.startRun({ prompt: "make it 320 pixels wide", file: photo(64, 48) });
  await mara.approve();
  await mara.waitsFor("Payload review");
  await mara.edit();
  const width = mara.field("width");
  const send = mara.page.locator("#send-changes");
  for (const wrong of ["90000", "-1", "wide", "1.5"]) {
    await width.fill(wrong);
    await expect(width, wrong).toHaveAttribute("aria-invalid", "true");
    await expect(width, wrong).toHaveAccessibleDescription(/width:/);
    await expect(send, wrong).toBeDisabled();
    await expect(mara.page.locator(".action-note")).toContainText("1 thing to fix first");
  }
  await mara.page.getByRole("link", { name: /^width: / }).first().click();
  await expect(width, "the summary leads to the field").toBeFocused();
  await width.fill("16");
  await expect(width).not.toHaveAttribute("aria-invalid");
  await send.click();
  await mara.waitsFor("Response review");
});

test("raw JSON that can't be read is said so, and comes back into the form once it can", async ({ mara }) => {
  await mara.startRun({ prompt: "make it 320 pixels wide", file: photo(64, 48) });
  await mara.approve();
  await mara.waitsFor("Payload review");
  await mara.edit();
  await mara.page.getByRole("link", { name: "JSON", exact: true }).click();
  const raw = mara.page.getByLabel("The document as JSON");
  const text = await raw.inputValue();
  await raw.fill(text.slice(0, -3));
  await expect(raw).toHaveAttribute("aria-invalid", "true");
  await expect(mara.page.locator("#send-changes")).toBeDisabled();
  await raw.fill(text.replace("320", "24"));
  await expect(raw).not.toHaveAttribute("aria-invalid");
  await mara.page.getByRole("link", { name: "Form", exact: true }).click();
  await expect(mara.field("width")).toHaveValue("24");
});

test("an address of nothing says so and leads on", async ({ mara }) => {
  for (const path of ["/nowhere", "/runs/01a20416-0077-73a9-b2b8-c1eae6a7d792", "/runs/abc"]) {
    const answer = await mara.page.goto(path);
    expect(answer?.status(), path).toBe(404);
    await expect(mara.heading).toBeVisible();
    await expect(mara.page.getByRole("main").getByRole("link").first()).toBeVisible();
  }
});
