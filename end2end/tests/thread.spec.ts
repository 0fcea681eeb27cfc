import { expect, test } from "../fixtures";
import { live } from "../line";
import type { Person } from "../person";
import { photo } from "../picture";

/** The messages of the thread from the top, as their texts. */
async function said(who: Person): Promise<string[]> {
  return (await who.page.locator(".message-text").allInnerTexts()).map((text) => text.trim());
}

/** Opens a session that doesn't exist yet. */
async function begin(who: Person): Promise<void> {
  await who.open("/sessions");
  await who.page.getByRole("link", { name: "New session" }).click();
  await expect(who.heading).toHaveText("New session");
  await who.alive();
}

/** Starts a run from the composer and waits for its first ticket. */
async function startHere(who: Person, text: string): Promise<void> {
  await expect(who.page.getByText("Starts a run in this session")).toBeVisible();
  await who.page.getByLabel("Message", { exact: true }).fill(text);
  await who.page.locator("#file").setInputFiles(photo(64, 48));
  await who.button("Start the run").click();
  // Without script somebody has to look again.
  if (!who.script) await expect(async () => {
    await who.page.reload();
    expect(await who.page.locator(".thread-card").count()).toBe(1);
  }).toPass();
  await who.waitsFor("Information review");
  await expect(who.heading, "named after what was said first").toHaveText(text);
  await expect(who.page.getByRole("link", { name: "Sessions" }).first()).toHaveAttribute("aria-current", "true");
}

async function wholeStory(mara: Person): Promise<void> {
  await begin(mara);
  await startHere(mara, "make it 16 pixels wide");
  await expect(mara.page.getByText(/nswers the open ticket: Information review/)).toBeVisible();

  await mara.page.getByLabel("Message", { exact: true }).fill("Not this one, please.");
  await mara.page.getByLabel("Your answer").selectOption("reject");
  await mara.button("Send the answer").click();
  await expect(mara.page.getByRole("heading", { name: "Information review: rejected" })).toBeVisible();
  await expect(mara.page.locator(".record")).toContainText("Reason: “Not this one, please.”");
  await expect(mara.page.locator(".thread-card")).toHaveCount(0);
  await expect(mara.page.getByLabel("Message", { exact: true }), "what was sent is no draft").toHaveValue("");
  const texts = await said(mara);
  expect(texts[0]).toBe("make it 16 pixels wide");
  expect(texts.at(-1)).toBe("Not this one, please.");
  await expect(mara.page.locator(".message").first().getByRole("link", { name: "photo.png", exact: true })).toBeVisible();
  await expect(mara.page.getByText("Starts a run in this session"), "the ticket is closed").toBeVisible();
}

test("a message starts a run and another one answers its ticket, which stays as a record", async ({ mara }) => {
  await wholeStory(mara);
  await mara.page.reload();
  await mara.alive();
  await expect(mara.page.locator(".record")).toContainText("Information review: rejected");
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("a message starts a run and another one answers its ticket with plain forms", async ({ mara }) => {
    await wholeStory(mara);
  });
});

test("the card is decided where it stands, and the run's answer follows in the thread", async ({ mara }) => {
  await begin(mara);
  await startHere(mara, "make it 16 pixels wide");
  await mara.approve();
  await mara.waitsFor("Payload review");
  await mara.approve();
  await mara.waitsFor("Response review");
  await mara.approve();
  await expect(mara.page.locator(".record")).toHaveCount(3);
  const made = mara.page.locator('.message[data-role="assistant"]');
  await expect(made).toContainText("Made a PNG picture of 16 × 12 pixels.");
  await expect(made.getByRole("link", { name: "result.png", exact: true })).toBeVisible();
});

test("a message can start another run while a ticket waits, and says so before it is sent", async ({ mara }) => {
  await begin(mara);
  await startHere(mara, "make it 16 pixels wide");
  await mara.page.getByLabel("starts another run, after this one").check();
  await expect(mara.button("Send the answer")).toBeHidden();
  await mara.page.getByLabel("Message", { exact: true }).fill("make it 8 pixels wide");
  await mara.button("Start the run").click();
  await expect(mara.page.getByText("A run is under way")).toBeVisible();
  expect(await said(mara)).toContain("make it 8 pixels wide");
  await mara.waitsFor("Information review");
});

/** The same person says something in this session, in another window. */
async function sayElsewhere(who: Person, text: string): Promise<void> {
  const answer = await who.page.request.post(who.page.url(), {
    multipart: { key: "elsewhere", does: "run", text, provider: "image", file: photo(64, 48) },
    headers: { origin: who.server.url },
    maxRedirects: 0,
  });
  expect(answer.headers().location).not.toContain("error=");
}

test("a ticket that opens under what is typed is not answered by a press that was meant for a run", async ({ mara }) => {
  await begin(mara);
  await live(mara);
  const posts: string[] = [];
  mara.page.on("request", (request) => request.method() === "POST" && request.url().includes("/sessions/") && posts.push(request.url()));
  const send = mara.page.locator("#composer button[data-kind=primary]");
  await mara.page.getByLabel("Message", { exact: true }).fill("make it 8 pixels wide");
  await expect(mara.button("Start the run")).toBeEnabled();
  await sayElsewhere(mara, "make it 16 pixels wide");
  await mara.waitsFor("Information review");

  await expect(mara.page.getByText("A ticket opened or closed while you were typing")).toBeVisible();
  await expect(send).toBeDisabled();
  await mara.page.getByLabel("answers the open ticket: Information review").press("Enter");
  expect(posts, "nothing was sent").toEqual([]);

  await mara.button("I have seen it").click();
  await send.click();
  await expect(mara.page.getByText("an answer has to be chosen")).toBeVisible();
  await expect(mara.page.locator("#approve"), "it still waits").toBeEnabled();
  await expect(mara.page.locator(".record")).toHaveCount(0);
  await expect(mara.page.getByLabel("Message", { exact: true })).toHaveValue("make it 8 pixels wide");
});

test("sessions are found by what was said, and somebody else's ticket is answered in theirs", async ({ mara, jonas }) => {
  await begin(mara);
  await startHere(mara, "make it 16 pixels wide");
  const address = mara.page.url();

  await jonas.open("/sessions");
  await jonas.page.getByRole("searchbox").fill("16 PIXELS");
  await jonas.button("Search").click();
  const found = jonas.page.getByRole("link", { name: /make it 16 pixels wide/ });
  await expect(found).toContainText("1 waiting");
  await expect(found).toContainText("Mara Klein");
  await found.click();
  await jonas.waitsFor("Information review");
  expect(jonas.page.url()).toContain(new URL(address).pathname);
  await expect(jonas.page.getByText("Answers the open ticket: Information review")).toBeVisible();
  await expect(jonas.button("Start the run")).toBeHidden();
  await jonas.page.getByLabel("Message", { exact: true }).fill("Looks fine.");
  await jonas.page.getByLabel("Your answer").selectOption("approve");
  await jonas.button("Send the answer").click();

  await expect(mara.page.locator(".record")).toContainText("By Jonas Weber");
  await expect(mara.page.locator(".message[data-role=user]", { hasText: "Looks fine." })).toContainText("Jonas Weber");
  await jonas.open("/sessions?search=nothing+like+this");
  await expect(jonas.page.getByText("Nothing found")).toBeVisible();
});
