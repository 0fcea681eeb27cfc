import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures";
import { photo } from "../picture";

const HOSTILE = [
  "</textarea><script>window.x=1</script>",
  "</script><script>window.x=1</script>",
  '"><img src=x onerror=window.x=1>',
  "pay \u202e001",
].join(" ");
/** How a page shows it: as text, with what can't be seen marked. */
const SHOWN = HOSTILE.replace("\u202e", "⟦U+202E⟧");

/** What went wrong on a page: errors, and what its content security policy stopped. */
function faults(page: Page): string[] {
  const found: string[] = [];
  page.on("pageerror", (error) => found.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") found.push(message.text());
  });
  page.on("dialog", (dialog) => {
    found.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return found;
}

async function nothingRan(page: Page): Promise<void> {
  expect(await page.evaluate(() => "x" in window)).toBe(false);
  expect(await page.locator("img[onerror], img[src=x]").count()).toBe(0);
}

test("hostile words stay words, in the prompt, in an edit and in a reason", async ({ mara, jonas }) => {
  const found = [mara, jonas].flatMap((one) => [faults(one.page)]);
  await mara.startRun({ prompt: `make it 320 pixels wide ${HOSTILE}`, file: photo(64, 48) });
  await expect(mara.heading).toContainText("</textarea><script>window.x=1</script>");
  await expect(mara.page.locator("blockquote")).toContainText(SHOWN);
  await nothingRan(mara.page);
  await mara.approve();

  await mara.waitsFor("Payload review");
  await mara.edit();
  await mara.field("text").fill(HOSTILE);
  await expect(mara.page.getByRole("region", { name: "Your change" })).toContainText("⟦U+202E⟧");
  await expect(mara.page.getByText("Draft kept")).toBeVisible();
  await mara.open(mara.page.url());
  await expect(mara.field("text"), "the draft comes back to the character").toHaveValue(HOSTILE);
  await mara.open(`${mara.page.url()}?view=json#edit`);
  await expect(mara.page.getByLabel("The document as JSON")).toHaveValue(/<\/textarea><script>/);
  await nothingRan(mara.page);

  await mara.reject(HOSTILE);
  await mara.ended("Rejected");
  await expect(mara.page.locator(".record").first()).toContainText(`Reason: “${SHOWN}”`);
  await nothingRan(mara.page);
  for (const address of [mara.page.url(), "/runs", "/inbox"]) {
    await jonas.open(address);
    await nothingRan(jonas.page);
  }
  expect(found.flat()).toEqual([]);
});

test("hostile words in a form that is refused come back as words", async ({ mara }) => {
  const found = faults(mara.page);
  await mara.ask({ prompt: HOSTILE, values: { width: HOSTILE } });
  await expect(mara.page.getByRole("alert")).toContainText("width: must be a number");
  await expect(mara.page.getByLabel("What should be done?")).toHaveValue(HOSTILE);
  await expect(mara.page.locator("#field-width")).toHaveValue(HOSTILE);
  await nothingRan(mara.page);
  // That the answer is a refusal is itself an error to the console.
  expect(found.filter((text) => !text.includes("status of 422"))).toEqual([]);
});

test("hostile addresses stay words", async ({ mara }) => {
  const found = faults(mara.page);
  await mara.open(`/runs/new?prompt=${encodeURIComponent(HOSTILE)}`);
  await expect(mara.page.getByLabel("What should be done?")).toHaveValue(HOSTILE);
  await nothingRan(mara.page);
  // A page that is open hears that its session is over.
  await mara.page.goto("about:blank");
  await mara.post("/api/auth/sign-out", {});
  await mara.open(`/sign-in?next=${encodeURIComponent("https://evil.example/")}&error=${encodeURIComponent(HOSTILE)}`);
  await expect(mara.page.locator("input[name=next]")).toHaveValue("/inbox");
  await nothingRan(mara.page);
  expect(found).toEqual([]);
});

test("no other site makes this browser act here", async ({ mara, server }) => {
  await mara.startRun({ prompt: "make it black and white", file: photo(64, 48) });
  const run = mara.page.url();
  const form = Object.fromEntries(
    await mara.page
      .locator("form:has(#approve) input")
      .evaluateAll((inputs) => inputs.map((input) => [input.getAttribute("name"), (input as HTMLInputElement).value])),
  );
  for (const headers of [
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "https://evil.example", "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ]) {
    for (const path of ["/ui/decide", "/runs/new", "/api/auth/sign-out", "/ui/invite"]) {
      const answer = await mara.page.request.post(`${server.url}${path}`, {
        form: { ...form, action: "approve" },
        headers: headers as Record<string, string>,
        maxRedirects: 0,
      });
      expect(answer.status(), `${path} ${JSON.stringify(headers)}`).toBe(403);
    }
  }
  await mara.open(run);
  await mara.waitsFor("Information review");
  const own = await mara.post("/ui/decide", { ...form, action: "approve" });
  expect(own.status(), "the same form from here is taken").toBe(303);
});

test("pages say what a browser may do with them", async ({ mara, server }) => {
  const answer = await mara.page.request.get(`${server.url}/inbox`);
  const headers = answer.headers();
  const policy = headers["content-security-policy"] ?? "";
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain("unsafe-inline");
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["cache-control"]).toContain("no-store");
});
