// Ten tickets, one keyboard.
import { inBothColours } from "../accessible";
import { expect, test } from "../fixtures";
import { live } from "../line";
import type { Person } from "../person";

/** Tickets of an agent's own actions. */
async function ask(who: Person, count: number): Promise<void> {
  const { url } = who.server;
  const made = await who.page.request.post(`${url}/api/auth/keys`, {
    data: { name: "mailer", kind: "agent" },
    headers: { origin: url },
  });
  const { secret } = await made.json();
  for (let number = 1; number <= count; number++) {
    const asked = await who.page.request.post(`${url}/api/hitl/approvals`, {
      data: { action: "send_email", arguments: { to: `person-${number}@example.org` } },
      headers: { authorization: `Bearer ${secret}` },
    });
    expect(asked.status(), await asked.text()).toBe(201);
  }
}

test("ten tickets are cleared with keys alone within a minute", async ({ mara }) => {
  await ask(mara, 10);
  await mara.open("/inbox");
  await live(mara);
  const { keyboard } = mara.page;
  const start = Date.now();
  // The list is drawn anew while the tickets come in; a press may meet that moment.
  await expect(async () => {
    await keyboard.press("j");
    await keyboard.press("o");
    await expect(mara.page).toHaveURL(/\/runs\//, { timeout: 2_000 });
  }).toPass();
  for (let left = 10; left > 0; left--) {
    await mara.waitsFor("Action");
    await expect(mara.page).toHaveTitle(left > 0 ? new RegExp(`^\\(${left}\\) `) : /^mailer/);
    // What is pressed right after the page changed was meant for the one before.
    await mara.page.waitForTimeout(350);
    await keyboard.press("a");
    await expect(mara.notice).toContainText("Saved");
    if (left > 1) {
      const here = mara.page.url();
      // Keys are not taken while the page still changes.
      await expect(async () => {
        await keyboard.press("n");
        await expect(mara.page).not.toHaveURL(here, { timeout: 1_000 });
      }).toPass();
    }
  }
  expect(Date.now() - start).toBeLessThan(60_000);
  await expect(async () => {
    await keyboard.press("u");
    await expect(mara.page.getByText("Nothing waits for you.")).toBeVisible({ timeout: 1_000 });
  }).toPass();
});

test("the next ticket comes in place, and nothing of the one before is left on it", async ({ mara }) => {
  await ask(mara, 3);
  await mara.open("/inbox");
  await live(mara);
  const { page } = mara;
  await page.evaluate(() => document.body.setAttribute("data-same", "yes"));
  await page.locator("a[data-ticket]").first().click();
  const runs = new Set<string>();
  for (let left = 3; left > 0; left--) {
    await expect(page).not.toHaveURL([...runs].at(-1) ?? "");
    await mara.waitsFor("Action");
    runs.add(page.url());
    await expect(mara.heading).toBeFocused();
    await expect(mara.notice).toBeEmpty();
    const reject = page.locator("#reject");
    await expect(reject).not.toHaveAttribute("open");
    await expect(page.locator(".deed-row")).toContainText(["person-"]);
    await reject.locator("summary").click();
    await expect(page.getByLabel("Why do you reject it?")).toHaveValue("");
    await page.getByLabel("Why do you reject it?").fill(`typed on ticket ${left}`);
    await reject.locator("summary").click();
    await page.waitForTimeout(350);
    await mara.approve();
    await expect(mara.notice).toContainText("Saved");
    await page.getByRole("link", { name: "Open next" }).click();
  }
  await expect(page).toHaveURL(/\/inbox$/);
  await expect(page.getByText("Nothing waits for you.")).toBeVisible();
  expect(runs.size).toBe(3);
  await expect(page.locator("body")).toHaveAttribute("data-same", "yes");
  await page.goBack();
  await expect(page).toHaveURL([...runs].at(-1)!);
  await expect(mara.heading).toBeVisible();
  await expect(page.getByText("typed on ticket 1")).toHaveCount(0);
  await page.goBack();
  await expect(page).toHaveURL([...runs].at(-2)!);
  await expect(mara.notice).toBeEmpty();
});

test("the list of keys opens with ?, and switches them off", async ({ mara }) => {
  await ask(mara, 1);
  await mara.open("/inbox");
  const { keyboard } = mara.page;
  await mara.page.waitForTimeout(350);
  await keyboard.press("?");
  const dialog = mara.page.getByRole("dialog");
  await expect(dialog).toContainText("next ticket that waits");
  await inBothColours(mara, "the list of keys", "dialog");
  await dialog.getByLabel("Use single keys on this device").uncheck();
  await keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await keyboard.press("j");
  await expect(mara.page.locator("a[data-ticket]")).not.toBeFocused();
  await keyboard.press("?");
  await dialog.getByLabel("Use single keys on this device").check();
  await dialog.getByRole("button", { name: "Close" }).click();
  await mara.page.waitForTimeout(350);
  await keyboard.press("j");
  await expect(mara.page.locator("a[data-ticket]")).toBeFocused();
});

test("g and a letter go to another page, and a is no approval of what was not on the screen", async ({ mara }) => {
  const { url } = mara.server;
  const made = await mara.page.request.post(`${url}/api/auth/keys`, {
    data: { name: "mailer", kind: "agent" },
    headers: { origin: url },
  });
  const lines = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`line_${at}`, `value ${at}`]));
  await mara.page.request.post(`${url}/api/hitl/approvals`, {
    data: { action: "send_letter", arguments: lines },
    headers: { authorization: `Bearer ${(await made.json()).secret}` },
  });
  await mara.open("/runs");
  const { keyboard } = mara.page;
  await mara.page.waitForTimeout(350);
  await keyboard.press("g");
  await keyboard.press("i");
  await mara.page.waitForURL("**/inbox");
  await mara.page.locator("a[data-ticket]").click();
  await mara.waitsFor("Action");
  await mara.page.waitForTimeout(350);
  await keyboard.press("a");
  await expect(mara.page.locator("#actions")).toContainText("Read to here, then press again.");
  await expect(mara.page.locator(".deed-row").last()).toBeInViewport();
  await keyboard.press("a");
  await expect(mara.notice).toContainText("Saved");
});
