import { expect, test } from "../fixtures";
import { photo } from "../picture";

test("who decides second is told who was first, and keeps what was typed", async ({ mara, jonas }) => {
  await mara.startRun({ prompt: "make it 320 pixels wide", file: photo(64, 48) });
  await mara.approve();
  await mara.waitsFor("Payload review");
  await jonas.open(mara.page.url());
  await jonas.waitsFor("Payload review");
  await jonas.edit();
  await jonas.field("width").fill("24");

  await mara.reject("Not today.");
  await mara.ended("Rejected");

  // It shows by itself, before a button is pressed in vain.
  await expect(jonas.notice).toContainText("Mara Klein decided first: rejected");
  await expect(jonas.notice).toContainText("What you typed is kept.");
  await jonas.ended("Rejected");
  const kept = jonas.page.locator("details", { hasText: "What you typed, kept for you" });
  await expect(kept).toContainText("24");
  await expect(jonas.history).toContainText("rejected by Mara Klein");
  await expect(jonas.history).not.toContainText("by Jonas Weber");
});

test("of two people who press at the same moment exactly one decides", async ({ mara, jonas }) => {
  await mara.startRun({ prompt: "make it black and white", file: photo(64, 48) });
  await jonas.open(mara.page.url());
  await jonas.waitsFor("Information review");
  await jonas.page.locator("#reject > summary").click();
  await jonas.page.getByLabel("Why do you reject it?").fill("Not this one.");
  // The button may be gone before it is pressed: that is being second, too.
  const rejects = jonas.button("Reject this run").click({ timeout: 5_000 }).catch(() => {});
  await Promise.all([mara.approve(), rejects]);

  await expect(mara.notice).toContainText(/Saved|Jonas Weber decided first/);
  await expect(jonas.notice).toContainText(/Saved|Mara Klein decided first/);
  const notices = await Promise.all([mara, jonas].map((one) => one.notice.innerText()));
  expect(notices.filter((text) => text.includes("Saved"))).toHaveLength(1);
  expect(notices.filter((text) => text.includes("decided first"))).toHaveLength(1);
  if (notices[1].includes("decided first")) {
    await expect(jonas.page.getByText("Not this one.")).toBeVisible();
  }
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("who decides second is told on the page, too", async ({ mara, jonas }) => {
    await mara.startRun({ prompt: "make it black and white", file: photo(64, 48) });
    await jonas.open(mara.page.url());
    await jonas.waitsFor("Information review");
    await mara.reject("Not today.");
    await mara.ended("Rejected");
    await jonas.reject("Mine: a stranger's picture.");
    await expect(jonas.notice).toContainText("Mara Klein decided first");
    await jonas.ended("Rejected");
    await expect(jonas.page.getByText("Mine: a stranger's picture.")).toBeVisible();
  });
});
