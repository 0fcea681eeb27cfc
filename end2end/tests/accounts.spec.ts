import { expect, test } from "../fixtures";
import { JONAS, MARA, Person } from "../person";
import { photo } from "../picture";

test("the first person makes the account with the link from the console", async ({ page, server }) => {
  const mara = new Person(page, server);
  await mara.accept(await server.welcome(), MARA);
  await expect(mara.heading).toHaveText("Inbox");
  await expect(page.getByText("Nothing waits for you.")).toBeVisible();
});

test("a short password is refused in place, and what was typed is said to be wrong", async ({ page, server }) => {
  await page.goto(await server.welcome());
  await page.getByLabel("Your name").fill("Mara");
  await page.getByLabel("E-mail").fill("mara@example.org");
  const password = page.getByLabel("Password");
  await password.fill("short");
  await page.getByRole("button", { name: "Create the account" }).click();
  await expect(password, "the browser says so").toHaveJSProperty("validity.tooShort", true);
  await password.evaluate((input) => input.removeAttribute("minlength"));
  await page.getByRole("button", { name: "Create the account" }).click();
  await expect(password).toHaveAccessibleDescription(/use 12 characters or more/);
});

test("a wrong password is told without saying which part was wrong", async ({ mara, somebody }) => {
  const other = await somebody();
  await other.open("/sign-in");
  await other.signIn({ ...MARA, password: "not the right one" });
  await expect(other.page.getByRole("alert")).toContainText("That did not match");
  const one = await other.page.getByRole("alert").innerText();
  await other.signIn({ ...MARA, email: "nobody@example.org" });
  await expect(other.page.getByRole("alert")).toHaveText(one.replace(/\n+/g, ""));
  await other.signIn(MARA);
  await expect(other.heading).toHaveText("Inbox");
  await expect(other.page.getByText(mara.server.url), "no address of the server is shown").toHaveCount(0);
});

test("somebody who isn't signed in is sent to sign in and then to where they wanted", async ({ mara, somebody }) => {
  await mara.startRun({ prompt: "make it black and white", file: photo(64, 48) });
  const run = new URL(mara.page.url()).pathname;
  const other = await somebody();
  for (const path of ["/inbox", "/runs", "/runs/new", "/people", "/keys"]) {
    const answer = await other.page.request.get(`${mara.server.url}${path}`, { maxRedirects: 0 });
    expect(answer.headers().location).toBe(`/sign-in?next=${path}`);
  }
  await other.open(run);
  await expect(other.page).toHaveURL(`/sign-in?next=${run}`);
  await other.signIn(MARA);
  await expect(other.page).toHaveURL(run);
  await other.waitsFor("Information review");
});

test("who signs out is out, in every tab", async ({ mara }) => {
  await mara.open("/inbox");
  await mara.page.locator("summary", { hasText: "Account" }).click();
  await mara.button("Sign out").click();
  await expect(mara.heading).toHaveText("Sign in");
  await mara.open("/runs");
  await expect(mara.heading).toHaveText("Sign in");
});

test("an admin invites somebody with a link that is shown once and works once", async ({ mara, somebody }) => {
  await mara.open("/people");
  await mara.page.getByLabel("Name", { exact: true }).fill(JONAS.name);
  await mara.page.getByLabel("E-mail").fill(JONAS.email);
  await mara.page.getByLabel("Role", { exact: true }).selectOption("reviewer");
  await mara.button("Make a link").click();
  const shown = mara.page.locator(".copy-text");
  await expect(shown).toContainText("/welcome/");
  const link = await shown.innerText();
  await mara.open("/people");
  await expect(shown, "it is shown once").toHaveCount(0);
  await expect(mara.page.getByRole("row", { name: /Jonas Weber/ })).toContainText("Invited");

  const jonas = await somebody();
  await jonas.accept(link, JONAS);
  await expect(jonas.heading).toHaveText("Inbox");
  await expect(jonas.page.getByRole("link", { name: "People" }), "reviewers manage nobody").toHaveCount(0);

  const late = await somebody();
  const answer = await late.page.goto(link);
  expect(answer?.status()).toBe(404);
  await expect(late.heading).toHaveText("This link does not work");
  await expect(late.page.getByText("It was used already")).toBeVisible();
});

test("a viewer reads a run, but has no buttons to decide it", async ({ mara, somebody }) => {
  await mara.startRun({ prompt: "make it black and white", file: photo(64, 48) });
  const link = await mara.invite(JONAS, "viewer");
  const viewer = await somebody();
  await viewer.join(link, JONAS);
  await viewer.open(mara.page.url());
  await viewer.waitsFor("Information review");
  await expect(viewer.page.getByText("You may read this run, but not decide it.")).toBeVisible();
  for (const gone of ["#actions", "#approve", "#reject", "#edit", "#add-file"]) {
    await expect(viewer.page.locator(gone)).toHaveCount(0);
  }
  await viewer.page.keyboard.press("a");
  await viewer.open("/runs/new");
  await expect(viewer.page.getByText("your role is viewer")).toBeVisible();
  await expect(viewer.page.getByRole("button", { name: "Start the run" })).toHaveCount(0);
  await mara.open(mara.page.url());
  await mara.waitsFor("Information review");
});

test("somebody who is disabled is out at once", async ({ mara, jonas }) => {
  await jonas.open("/inbox");
  await expect(jonas.heading).toHaveText("Inbox");
  await mara.open("/people");
  await mara.button("Disable: Jonas Weber").click();
  await expect(mara.page.getByText("The account is disabled.")).toBeVisible();
  await jonas.open("/inbox");
  await expect(jonas.heading).toHaveText("Sign in");
  await jonas.signIn(JONAS);
  await expect(jonas.page.getByRole("alert")).toContainText("That did not match");
});
