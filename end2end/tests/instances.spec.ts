// Two servers on one PostgreSQL, with somebody at each: Mara at a desk, Jonas on a phone.
import { devices } from "@playwright/test";
import { expect, type Server, test as base, withServer } from "../fixtures";
import { live } from "../line";
import { JONAS, Person } from "../person";
import { photo } from "../picture";
import { type Postgres, withPostgres } from "../postgres";
import { review } from "../story";

const test = base.extend<{ postgres: Postgres; second: Server }>({
  postgres: ({}, use) => withPostgres(use),
  serverEnv: async ({ postgres }, use) => use(postgres.env),
  second: ({ serverEnv }, use, info) => withServer(info, serverEnv, use),
  // A browser of his own: cookies don't tell one port from another.
  jonas: async ({ browser, mara, second }, use) => {
    const context = await browser.newContext(devices["Pixel 7"]);
    const jonas = new Person(await context.newPage(), second);
    await jonas.join(await mara.invite(JONAS, "reviewer"), JONAS);
    await use(jonas);
    await context.close();
  },
});

// A PostgreSQL and two servers have to start first.
test.describe.configure({ timeout: 150_000 });

/** Opens at one's own server what somebody else has open at theirs. */
async function follow(who: Person, other: Person): Promise<void> {
  await who.open(new URL(other.page.url()).pathname);
}

/** Approves what came while the page was open. */
async function lookAndApprove(who: Person): Promise<void> {
  // Where the next ticket took the place of the one before; not where the call came between them.
  const look = who.button("Look at it");
  if (await look.isVisible()) await look.click();
  await who.approve();
}

/** How often the page is loaded from now on. */
function loads(who: Person): () => number {
  let count = 0;
  who.page.on("load", () => count++);
  return () => count;
}

const made = (who: Person, size: string) => who.page.getByText(`Made a PNG picture of ${size} pixels.`).first();

test("a ticket of one server appears at the other, and who decides it there is named at the first", async ({
  mara,
  jonas,
}) => {
  await jonas.open("/inbox");
  await live(jonas);
  await expect(jonas.page.getByText("Nothing waits for you.")).toBeVisible();
  const inbox = loads(jonas);
  await review(mara);
  const run = loads(mara);
  const ticket = jonas.page.locator("a[data-ticket]");
  await expect(ticket).toHaveCount(1);
  await expect(ticket).toContainText("Payload review");
  expect(inbox(), "the inbox wasn't loaded again").toBe(0);

  await ticket.click();
  await jonas.waitsFor("Payload review");
  await jonas.edit();
  await jonas.field("width").fill("16");
  await jonas.page.locator("#send-changes").click();
  await expect(jonas.notice).toContainText("Saved");

  await expect(mara.notice).toContainText("Jonas Weber decided first: approved with edits");
  await mara.waitsFor("Response review");
  await expect(made(mara, "16 × 12")).toBeVisible();
  await expect(mara.history).toContainText("Payload review: approved with edits by Jonas Weber");
  await lookAndApprove(mara);
  await mara.ended("Completed");
  await jonas.ended("Completed");
  expect(run(), "the run wasn't loaded again").toBe(0);
});

test("one server is killed in the middle of an edit with an upload: the other goes on, and nothing is lost", async ({
  mara,
  jonas,
  server,
}) => {
  await review(mara);
  // A square, so that the result tells which picture was sent.
  await mara.page.locator("#add-file input[type=file]").first().setInputFiles({ ...photo(32, 32), name: "square.png" });
  await expect(mara.field("image").locator("option", { hasText: "square.png" })).toHaveCount(1);
  await mara.edit();
  await mara.field("image").selectOption({ label: "square.png" });
  await mara.field("width").fill("16");
  await server.kill("SIGKILL");
  await expect(mara.page.locator(".live")).toHaveText("Offline");

  await review(jonas);
  await jonas.approve();
  await jonas.waitsFor("Response review");
  await jonas.approve();
  await jonas.ended("Completed");
  await follow(jonas, mara);
  await jonas.waitsFor("Payload review");
  await expect(jonas.field("width"), "a draft is the writer's own").not.toHaveValue("16");

  await server.start();
  await live(mara);
  await mara.open(mara.page.url());
  await mara.waitsFor("Payload review");
  await expect(mara.field("width")).toHaveValue("16");
  await expect(mara.field("image").locator("option:checked")).toHaveText("square.png");
  await expect(mara.page.locator(".file", { hasText: "square.png" })).toBeVisible();
  await mara.page.locator("#send-changes").click();
  await mara.waitsFor("Response review");
  await expect(made(mara, "16 × 16")).toBeVisible();
  await mara.approve();
  await mara.ended("Completed");
  await jonas.ended("Completed");
});

test("a decision pressed while PostgreSQL was gone arrives once, at both", async ({ mara, jonas, postgres }) => {
  await review(mara);
  await follow(jonas, mara);
  await jonas.waitsFor("Payload review");
  await live(jonas);
  await mara.edit();
  await mara.field("width").fill("16");
  await postgres.cutPower();
  await mara.page.locator("#send-changes").click();
  await expect(mara.notice).toContainText("Not yet saved");
  await expect(mara.field("width")).toHaveValue("16");

  // Nobody presses again.
  await postgres.start();
  for (const who of [mara, jonas]) {
    await who.waitsFor("Response review");
    await expect(made(who, "16 × 12")).toBeVisible();
    await expect(who.history.getByText("Payload review: approved with edits by Mara Klein")).toHaveCount(1);
  }
  await lookAndApprove(jonas);
  await jonas.ended("Completed");
  await mara.ended("Completed");
});
