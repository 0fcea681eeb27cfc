import { expect, test } from "../fixtures";
import type { Person } from "../person";

/** Makes a key on the page and gives its secret, which the page shows this once. */
async function makeKey(who: Person, name: string): Promise<string> {
  await who.open("/keys");
  await who.page.getByLabel("Name", { exact: true }).fill(name);
  await who.button("Make the key").click();
  const shown = who.page.locator(".copy-text");
  await expect(shown).toContainText(/^csk_[0-9a-f]{72}$/);
  return shown.innerText();
}

/** What a program gets that asks with this key. */
async function asked(who: Person, secret: string, path = "/api/hitl/run/0197a000-0000-7000-8000-000000000001/status") {
  const answer = await fetch(`${who.server.url}${path}`, { headers: { authorization: `Bearer ${secret}` } });
  return answer.status;
}

test("an agent's key is shown once, works, shows its use, and is revoked at once", async ({ mara, page }) => {
  await mara.open("/keys");
  await expect(page.getByText("There are no keys yet")).toBeVisible();
  const secret = await makeKey(mara, "mailer");
  await expect(mara.button("Copy")).toBeVisible();
  await mara.open("/keys");
  await expect(page.getByText(secret), "it is shown once").toHaveCount(0);
  const row = page.getByRole("row", { name: /mailer/ });
  await expect(row).toContainText("Agent");
  await expect(row).toContainText("never");

  expect(await asked(mara, secret), "it gets in, and there is no such run").toBe(404);
  expect(await asked(mara, secret, "/api/auth/keys"), "an agent makes no keys").toBe(403);
  await mara.open("/keys");
  await expect(row).toContainText("just now");

  await mara.button("Revoke: mailer").click();
  await expect(page.getByText("It stopped working at once.")).toBeVisible();
  await expect(row).toContainText("Revoked");
  expect(await asked(mara, secret)).toBe(401);
});

test("a reviewer makes keys of their own, and an admin sees and revokes them", async ({ mara, jonas }) => {
  await jonas.open("/keys");
  await expect(jonas.page.getByLabel("For", { exact: true }), "only admins make agents' keys").toHaveCount(0);
  const secret = await makeKey(jonas, "my script");
  expect(await asked(jonas, secret)).toBe(404);
  await makeKey(mara, "crawler");
  await jonas.open("/keys");
  await expect(jonas.page.getByRole("row", { name: /crawler/ })).toHaveCount(0);

  await mara.open("/keys");
  await expect(mara.page.getByRole("row", { name: /my script/ })).toContainText("Jonas Weber");
  await mara.button("Revoke: my script").click();
  await expect(mara.page.getByText("It stopped working at once.")).toBeVisible();
  expect(await asked(jonas, secret)).toBe(401);
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("a key is made, read and revoked with plain forms", async ({ mara }) => {
    const secret = await makeKey(mara, "mailer");
    await expect(mara.button("Copy"), "copying takes a script").toHaveCount(0);
    expect(await asked(mara, secret)).toBe(404);
    await mara.button("Revoke: mailer").click();
    expect(await asked(mara, secret)).toBe(401);
  });
});
