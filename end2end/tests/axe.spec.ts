import { inBothColours } from "../accessible";
import { expect, test } from "../fixtures";
import { JONAS } from "../person";
import { photo } from "../picture";

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
  await mara.open("/inbox");
  await inBothColours(mara, "inbox");
  await mara.open("/runs");
  await inBothColours(mara, "runs");
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
  await inBothColours(mara, "people");
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
