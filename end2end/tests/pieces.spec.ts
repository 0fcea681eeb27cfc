// Pages whose code is loaded when somebody goes there.
import { expect, test } from "../fixtures";

// The worker keeps all code on the device, once it has it; here the network is asked for each piece.
test.use({ serviceWorkers: "block" });

test("a page whose code doesn't come is there as soon as it does", async ({ mara }) => {
  const { page } = mara;
  await mara.open("/inbox");
  let asked = 0;
  await page.route("**/split_lists*.wasm", (route) => (++asked < 3 ? route.abort() : route.continue()));
  await page.getByRole("link", { name: "Keys" }).click();
  await expect(page.getByRole("heading", { name: "Keys", exact: true })).toBeVisible({ timeout: 20_000 });
  expect(asked).toBe(3);
  await page.getByRole("link", { name: "Inbox" }).click();
  await expect(page.getByRole("heading", { name: "Inbox" })).toBeVisible();
});
