import { expect, test } from "../fixtures";
import { JONAS } from "../person";
import { Line } from "../line";
import { photo } from "../picture";
import { asks } from "../program";
import { picture } from "./dress";

const wish = { prompt: "make it 320 pixels wide and black and white", file: photo() };

test("before the sign-in", async ({ somebody, mara }) => {
  const link = await mara.invite(JONAS, "reviewer");
  const other = await somebody();
  await other.open("/sign-in");
  await picture(other, "sign-in");
  await other.signIn({ ...JONAS, password: "wrong" });
  await expect(other.page.getByRole("alert")).toBeVisible();
  await picture(other, "sign-in-refused");
  await other.open(link);
  await picture(other, "welcome");
  await other.open(`${new URL(link).pathname}?error=password`);
  await picture(other, "welcome-refused");
  await other.open("/welcome/unknown");
  await picture(other, "dead-link");
});

test("lists, empty", async ({ mara, jonas }) => {
  await mara.open("/inbox");
  await picture(mara, "inbox-empty-admin");
  await jonas.open("/inbox");
  await picture(jonas, "inbox-empty-reviewer");
  await mara.open("/runs");
  await picture(mara, "runs-empty");
  await mara.open("/keys");
  await picture(mara, "keys-empty");
  await mara.open("/nowhere");
  await picture(mara, "not-found");
});

test("lists, filled", async ({ mara, jonas }) => {
  await mara.startRun(wish);
  await mara.startRun({ prompt: "turn it to the left and make it brighter", file: photo(64, 48) });
  await jonas.startRun({ prompt: "make it 16 pixels wide", file: photo(64, 48) });
  await jonas.reject("Too small to be of use.");
  await mara.open("/inbox");
  await picture(mara, "inbox");
  await mara.open("/runs");
  await picture(mara, "runs");
  await mara.open("/people");
  await picture(mara, "people");
  await mara.page.locator("summary", { hasText: "Account" }).click();
  await picture(mara, "account-menu");
  await mara.open("/keys");
  await mara.page.getByLabel("Name", { exact: true }).fill("mailer");
  await mara.button("Make the key").click();
  await expect(mara.page.locator(".copy-text")).toBeVisible();
  await picture(mara, "keys-made");
  await mara.page.goto("/api/docs");
  await picture(mara, "api-docs");
});

test("a new run", async ({ mara }) => {
  await mara.open("/runs/new");
  await picture(mara, "new-run");
  await mara.page.getByText("Set values yourself").click();
  await picture(mara, "new-run-values");
  await mara.ask({ prompt: "make it smaller, ".repeat(1_300), values: { width: "320" } });
  await picture(mara, "new-run-refused");
});

test("a run at every checkpoint", async ({ mara }) => {
  await mara.startRun(wish);
  await picture(mara, "run-information-review");
  await mara.approve();
  await mara.waitsFor("Payload review");
  await picture(mara, "run-payload-review");
  await mara.page.locator("#reject > summary").click();
  await picture(mara, "run-rejecting");
  await mara.page.locator("#reject > summary").click();
  await mara.edit();
  await mara.field("width").fill("90000");
  await picture(mara, "run-wrong-edit");
  await mara.field("width").fill("160");
  await picture(mara, "run-edited");
  await mara.page.getByRole("link", { name: "JSON", exact: true }).click();
  await picture(mara, "run-json");
  await mara.page.locator("#send-changes").click();
  await mara.waitsFor("Response review");
  await picture(mara, "run-response-review");
  await mara.approve();
  await mara.ended("Completed");
  await picture(mara, "run-completed");
});

test("a run that asks for more, is rejected, or was decided by somebody else", async ({ mara, jonas }) => {
  await mara.ask({ prompt: "make it 16 pixels wide" });
  await mara.waitsFor("Missing information");
  await picture(mara, "run-missing-information");
  await mara.reject("There is no picture.");
  await mara.ended("Rejected");
  await picture(mara, "run-rejected");
  await mara.open(await mara.begin({ prompt: "say hello", provider: "scripted", values: { behaviour: '"invalid"', cost: "0.5" } }));
  await mara.waitsFor("Information review");
  await mara.approve();
  await mara.waitsFor("Payload review");
  await picture(mara, "run-cost");
  await mara.approve();
  await mara.waitsFor("Error recovery");
  await picture(mara, "run-issues");
  await mara.open(await mara.begin({ prompt: "say hello", provider: "scripted", values: { behaviour: '"reset"' } }));
  await mara.waitsFor("Information review");
  await mara.approve();
  await mara.waitsFor("Payload review");
  await mara.approve();
  await mara.waitsFor("Unknown outcome");
  await picture(mara, "run-unknown-outcome");
  await mara.page.getByText("I know the result…").click();
  await mara.page.getByLabel("What the provider answered, as JSON").fill('{"said": "hel');
  await picture(mara, "run-known-result");
  await mara.startRun(wish);
  await jonas.open(mara.page.url());
  await jonas.reject("Not this one.");
  await expect(mara.notice).toContainText("Jonas Weber decided first");
  await picture(mara, "run-decided-first");
});

test("an agent's action", async ({ mara }) => {
  await asks(mara, { action: "send_email", arguments: { to: "ana@example.org", subject: "Hello", body: "The report is ready." } });
  await mara.open("/inbox");
  await picture(mara, "inbox-action");
  await mara.page.getByRole("link", { name: /send_email/ }).first().click();
  await mara.waitsFor("Action");
  await picture(mara, "run-action");
  await mara.page.locator("#respond > summary").click();
  await mara.page.getByLabel("What do you answer?").fill("Ask Ana first: she is away until Monday.");
  await picture(mara, "run-answering");
  await mara.page.locator("#respond > summary").click();
  await mara.approve();
  await expect(mara.notice).toBeVisible();
  await picture(mara, "run-action-allowed");
});

test("sessions and a thread", async ({ mara, jonas }) => {
  await mara.open("/sessions");
  await picture(mara, "sessions-empty");
  await mara.page.getByRole("link", { name: "New session" }).first().click();
  await expect(mara.heading).toHaveText("New session");
  await mara.alive();
  await picture(mara, "thread-empty");
  await mara.page.locator("#file").setInputFiles(photo());
  await mara.page.getByLabel("Message", { exact: true }).fill("make it 320 pixels wide");
  await picture(mara, "thread-typed");
  await mara.button("Start the run").click();
  await mara.waitsFor("Information review");
  await picture(mara, "thread-asked");
  await mara.approve();
  await mara.waitsFor("Payload review");
  await picture(mara, "thread-going-on");
  const line = await Line.of(jonas);
  await jonas.open(mara.page.url());
  await jonas.waitsFor("Payload review");
  await jonas.page.locator("#reject > summary").click();
  await jonas.page.getByLabel("Why do you reject it?").fill("Too small for the poster.");
  await mara.approve();
  await expect(jonas.notice).toContainText("Mara Klein decided first");
  await expect(jonas.page.getByText("What you typed, kept for you")).toBeVisible();
  await picture(jonas, "thread-decided-first");
  await line.pull();
  await jonas.page.getByLabel("Message", { exact: true }).fill("Wait for me.");
  await picture(jonas, "thread-offline");
  await mara.open("/sessions");
  await picture(mara, "sessions");
});

test("the line is cut, a decision waits, and the help for keys", async ({ mara }) => {
  const line = await Line.of(mara);
  await mara.startRun(wish);
  await mara.approve();
  await mara.waitsFor("Payload review");
  await mara.edit();
  await mara.field("width").fill("160");
  await line.pull();
  await expect(mara.page.locator(".live")).toHaveText("Offline");
  await picture(mara, "run-offline");
  await line.putBack();
  await expect(mara.page.locator(".live")).toHaveText("Live");
  await mara.page.route("**/ui/decide", (route) => route.abort());
  await mara.page.locator("#send-changes").click();
  await expect(mara.notice).toContainText("Not yet saved");
  await picture(mara, "run-not-saved");
  await mara.open("/inbox");
  await mara.page.keyboard.press("?");
  await expect(mara.page.getByRole("dialog")).toBeVisible();
  await picture(mara, "key-help");
});

test("without a connection at all", async ({ mara }) => {
  await mara.page.goto("/offline.html");
  await picture(mara, "offline");
});
