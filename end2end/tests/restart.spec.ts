import { expect, test } from "../fixtures";
import type { Person } from "../person";
import { photo } from "../picture";

test("a killed server loses no draft, and a decision that was pressed meanwhile counts once", async ({ mara, server }) => {
  await mara.startRun({ prompt: "make it 320 pixels wide", file: photo(64, 48) });
  await mara.approve();
  await mara.waitsFor("Payload review");
  await mara.edit();
  await mara.field("width").fill("16");
  await expect(mara.page.getByText("Draft kept")).toBeVisible();

  await server.kill("SIGKILL");
  await mara.page.locator("#send-changes").click();
  await expect(mara.notice).toContainText("Not yet saved");
  await expect(mara.field("width")).toHaveValue("16");

  // Nobody presses again: what was pressed is sent by itself, and counts once.
  await server.start();
  await mara.waitsFor("Response review");
  await expect(mara.page.getByText("Made a PNG picture of 16 × 12 pixels.").first()).toBeVisible();
  const decided = mara.history.getByText("Payload review: approved with edits by Mara Klein");
  await expect(decided).toHaveCount(1);
});

test("what was typed is there again after the server was killed and the page loaded anew", async ({ mara, server }) => {
  await mara.startRun({ prompt: "make it 320 pixels wide", file: photo(64, 48) });
  await mara.approve();
  await mara.waitsFor("Payload review");
  await mara.edit();
  await mara.field("width").fill("16");
  await expect(mara.page.getByText("Draft kept")).toBeVisible();
  await server.kill("SIGKILL");
  await server.start();
  await mara.open(mara.page.url());
  await mara.waitsFor("Payload review");
  await expect(mara.field("width")).toHaveValue("16");
  await expect(mara.page.locator("#send-changes")).toBeEnabled();
});

test.describe("a call that the server was killed in", () => {
  test.use({ serverEnv: { COUNTERSIGN_TEST_PROVIDERS: "scripted" } });

  /** A run of the scripted provider whose call is under way. */
  async function calls(who: Person, prompt: string, seconds: number): Promise<void> {
    await who.ask({ prompt, provider: "scripted", values: { delay_ms: `${seconds}000` } });
    await who.waitsFor("Information review");
    await who.approve();
    await who.waitsFor("Payload review");
    await who.approve();
    await expect(who.page.locator("#progress")).toContainText("Calling “scripted”");
    await expect(who.history).toContainText("Calling “scripted”");
  }

  // What a dead server held is free after 20 seconds.
  const lease = { timeout: 45_000 };

  test("is of unknown outcome; people say that it failed, or run it again", async ({ mara, jonas, server }) => {
    test.setTimeout(120_000);
    await calls(mara, "say hello", 300);
    await calls(jonas, "say goodbye", 6);
    await server.kill("SIGKILL");
    await server.start();

    const open = (who: Person) => who.page.locator(".page-kicker").getByText("Unknown outcome", { exact: true });
    await expect(open(mara)).toBeVisible(lease);
    await expect(open(jonas)).toBeVisible(lease);
    await expect(mara.page.getByRole("alert")).toContainText("We don't know if this happened");

    await mara.page.getByText("I know the result…").click();
    const known = mara.page.getByLabel("What the provider answered, as JSON");
    await known.fill('{"said": "hel');
    await mara.page.reload();
    await mara.alive();
    await expect(known, "what was typed is there, and open").toBeVisible();
    await expect(known).toHaveValue('{"said": "hel');
    await expect(mara.button("Run again: may do it twice"), "it stands beside the other answers").toBeEnabled();

    await mara.reject("The provider's log has no such call.");
    await expect(mara.page.locator(".record", { hasText: "Unknown outcome: rejected" })).toContainText(
      "The provider's log has no such call.",
    );
    await expect(mara.page.locator("#actions")).toHaveCount(0);

    await jonas.button("Run again: may do it twice").click();
    await expect(jonas.page.locator(".page-kicker").getByText("Response review")).toBeVisible({ timeout: 20_000 });
    await expect(jonas.page.getByText("Said “say goodbye”.").first()).toBeVisible();
  });
});
