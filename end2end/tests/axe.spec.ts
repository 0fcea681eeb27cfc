import { inBothColours } from "../accessible";
import { expect, test } from "../fixtures";
import { live } from "../line";
import { JONAS } from "../person";
import { photo } from "../picture";
import { asks, counting, pause, start } from "../program";
import { wide } from "../story";

test.slow();

test("every page before the sign-in is accessible", async ({ somebody, mara }) => {
  const link = await mara.invite(JONAS, "reviewer");
  const other = await somebody();
  await other.open("/sign-in");
  await inBothColours(other, "sign-in");
  await other.signIn({ ...JONAS, password: "wrong" });
  await expect(other.page.getByRole("alert")).toBeVisible();
  await inBothColours(other, "sign-in refused");
  await other.open(link);
  await inBothColours(other, "welcome");
  await other.open(`${new URL(link).pathname}?error=password`);
  await inBothColours(other, "welcome refused");
  await other.open("/welcome/unknown");
  await inBothColours(other, "dead link");
});

test("every list is accessible, empty and filled", async ({ mara, jonas }) => {
  await mara.open("/inbox");
  await inBothColours(mara, "inbox, empty");
  await mara.open("/runs");
  await inBothColours(mara, "runs, empty");
  await mara.open("/sessions");
  await inBothColours(mara, "sessions, empty");
  await mara.page.getByRole("link", { name: "New session" }).click();
  await expect(mara.heading).toHaveText("New session");
  await inBothColours(mara, "a session without words");
  await mara.open("/runs/new");
  await mara.page.getByText("Set values yourself").click();
  await inBothColours(mara, "new run");
  await mara.ask({ prompt: "make it 16 pixels wide", values: { width: "wide" } });
  await expect(mara.page.getByRole("alert")).toContainText("width: must be a number");
  await inBothColours(mara, "new run, refused");
  await mara.startRun({ prompt: "make it 320 pixels wide and black and white", file: photo(64, 48) });
  await mara.open("/sessions");
  await inBothColours(mara, "sessions");
  await mara.page.getByRole("link", { name: /make it 320 pixels wide/ }).click();
  await mara.waitsFor("Information review");
  await inBothColours(mara, "a session whose ticket waits");
  await mara.page.getByLabel("Message", { exact: true }).fill("Not this one.");
  await mara.page.getByLabel("Your answer").selectOption("reject");
  await mara.button("Send the answer").click();
  await expect(mara.page.locator(".record")).toBeVisible();
  await inBothColours(mara, "a session with a record");
  await mara.open("/people");
  await expect(mara.page.getByRole("row", { name: /Jonas Weber/ })).toBeVisible();
  await mara.page.getByLabel("Name", { exact: true }).fill("Ana Lind");
  await mara.page.getByLabel("E-mail").fill("ana@example.org");
  await mara.button("Make a link").click();
  await expect(mara.page.locator(".copy-text")).toContainText("/welcome/");
  await mara.alive();
  await inBothColours(mara, "people, a link made");
  await mara.page.locator("summary", { hasText: "Account" }).click();
  // What lies under the menu isn't meant to be touched while it is open.
  await inBothColours(mara, "account menu", "header");
  await mara.open("/keys");
  await inBothColours(mara, "keys, empty");
  await mara.page.getByLabel("Name", { exact: true }).fill("an agent with a rather long name of its own");
  await mara.button("Make the key").click();
  await expect(mara.page.locator(".copy-text")).toBeVisible();
  await inBothColours(mara, "keys, one made");
  await jonas.open("/nowhere");
  await inBothColours(jonas, "nowhere");
});

test("the page of a run is accessible at every checkpoint", async ({ mara }) => {
  await mara.startRun({ prompt: "make it 320 pixels wide and black and white", file: photo() });
  await inBothColours(mara, "information review");
  await mara.approve();
  await mara.waitsFor("Payload review");
  await mara.page.locator("#reject > summary").click();
  await inBothColours(mara, "payload review, rejecting");
  await mara.page.locator("#reject > summary").click();
  await mara.edit();
  await mara.field("width").fill("90000");
  await inBothColours(mara, "payload review, a wrong edit");
  await mara.field("width").fill("160");
  await inBothColours(mara, "payload review, edited");
  await mara.page.getByRole("link", { name: "JSON", exact: true }).click();
  await inBothColours(mara, "payload review as JSON");
  await mara.page.locator("#send-changes").click();
  await mara.waitsFor("Response review");
  await inBothColours(mara, "response review");
  await mara.approve();
  await mara.ended("Completed");
  await inBothColours(mara, "completed");
});

test("the page of a run that asks for more, or was rejected, is accessible", async ({ mara }) => {
  await mara.ask({ prompt: "make it 16 pixels wide" });
  await mara.waitsFor("Missing information");
  await inBothColours(mara, "missing information");
  await mara.reject("There is no picture.");
  await mara.ended("Rejected");
  await inBothColours(mara, "rejected");
});

test("a run is accessible in whatever state it stops, and so are the lists that hold all of them", async ({ mara }) => {
  const human = { policy: "require_human", approval_timeout_seconds: 1 };
  const escalated = { policy: "auto", approval_timeout_seconds: 1, on_timeout: "escalate" };
  const auto = { policy: "auto" };
  const paused = await start(mara, "paused", auto, { message: "hello", delay_ms: 3_000 });
  await pause(mara, paused);
  const late = await start(mara, "late", human);
  const refused = await start(mara, "refused", escalated, { message: "hello", behaviour: "invalid" });
  const lost = await start(mara, "lost", auto, { message: "hello", behaviour: "reset" });

  await mara.open(await start(mara, "counting", counting(600)));
  await mara.waitsFor("Information review");
  await expect(mara.page.locator(".countdown-left")).toBeVisible();
  await inBothColours(mara, "a countdown");
  await mara.open(late);
  await mara.ended("Expired: the deadline passed");
  await inBothColours(mara, "expired");
  await mara.open(refused);
  await mara.waitsFor("Error recovery");
  await expect(mara.page.locator('.deadline[data-due="overdue"]')).toContainText("the deadline has passed");
  await inBothColours(mara, "error recovery, overdue");
  await mara.open(lost);
  await mara.waitsFor("Unknown outcome");
  await mara.page.getByText("I know the result…").click();
  await mara.page.getByLabel("What the provider answered, as JSON").fill('{"said": "hel');
  await inBothColours(mara, "unknown outcome");
  await mara.open(paused);
  await mara.waitsFor("Paused");
  await inBothColours(mara, "paused");

  await mara.open("/inbox");
  await expect(mara.page.locator("a[data-ticket]")).toHaveCount(4);
  await expect(mara.page.locator('.row[data-due="overdue"]')).toHaveCount(1);
  await inBothColours(mara, "inbox");
  await mara.open("/runs");
  await expect(mara.page.locator("tbody tr")).toHaveCount(5);
  await inBothColours(mara, "runs");
});

test("a lost race, an agent's question and a page that is not one's own are accessible", async ({ mara, jonas }) => {
  await mara.startRun(wide);
  await jonas.open(mara.page.url());
  await jonas.waitsFor("Information review");
  await live(jonas);
  await jonas.page.locator("#reject > summary").click();
  await jonas.page.getByLabel("Why do you reject it?").fill("A stranger's picture.");
  await mara.approve();
  await jonas.waitsFor("Payload review");
  await expect(jonas.notice).toContainText("Mara Klein decided first: approved");
  await expect(jonas.page.locator("#actions")).toHaveAttribute("data-state", "changed");
  await expect(jonas.page.locator("details", { hasText: "What you typed, kept for you" })).toBeVisible();
  await inBothColours(jonas, "decided by another, and another proposal to look at");
  await jonas.open("/people");
  await expect(jonas.heading).toHaveText("This is not yours to see");
  await inBothColours(jonas, "refused");

  const question = { to: "ana@example.org", subject: "Hello", body: "The report is ready." };
  await asks(mara, { action: "send_email", arguments: question, context: "Ana asked for it." });
  await mara.open("/inbox");
  await mara.page.getByRole("link", { name: /send_email/ }).first().click();
  await mara.waitsFor("Action");
  await inBothColours(mara, "an agent's action");
});
