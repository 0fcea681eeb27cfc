// A finger is nowhere before it comes down, so nothing may move once it has been there.
import { expect, test } from "../fixtures";
import { live } from "../line";
import { wide } from "../story";

for (const { address, row, news } of [
  { address: "/inbox", row: "a[data-ticket]", news: "1 new" },
  { address: "/runs", row: "tbody tr", news: "The list changed" },
]) {
  test(`no row of ${address} moves after a touch before the reader wants it`, async ({ mara }) => {
    await mara.begin(wide);
    await mara.open(address);
    await live(mara);
    const rows = mara.page.locator(row);
    await expect(rows).toHaveCount(1);
    await mara.begin(wide);
    await expect(rows, "nobody has touched it yet").toHaveCount(2);

    await mara.heading.tap();
    await mara.begin(wide);
    const pill = mara.page.locator(".new-pill");
    await expect(pill).toHaveText(news);
    await expect(rows).toHaveCount(2);
    await pill.getByRole("link").tap();
    await expect(rows).toHaveCount(3);
    await expect(pill).toBeEmpty();
  });
}
