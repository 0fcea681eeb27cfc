// Between a press and its acknowledgement, and between two people on one thread, nothing is lost and nothing counts twice.
import { expect, test } from "../fixtures";
import { Line, live } from "../line";
import type { Person } from "../person";
import { photo } from "../picture";
import { review } from "../story";

/** A session of one's own with a ticket that waits; gives its address. */
async function thread(who: Person, text: string): Promise<string> {
  await who.open("/sessions");
  await who.page.getByRole("link", { name: "New session" }).click();
  await who.alive();
  await who.page.getByLabel("Message", { exact: true }).fill(text);
  await who.page.locator("#file").setInputFiles(photo(64, 48));
  await who.button("Start the run").click();
  await who.waitsFor("Information review");
  return who.page.url();
}

/** Sends the first request to the server, and loses its answer; gives the keys of all of them. */
async function loseFirstAnswer(who: Person, door: RegExp): Promise<string[]> {
  const keys: string[] = [];
  await who.page.route(door, async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    const body = route.request().postData() ?? "";
    keys.push(new URLSearchParams(body).get("key") ?? /name="key"\s+(\S+)/.exec(body)?.[1] ?? "");
    if (keys.length > 1) return route.continue();
    await route.fetch();
    await route.abort();
  });
  return keys;
}

test("offline in the middle of an edit with an upload, the server anew: both are there, and arrive once", async ({ mara, server }) => {
  const { page } = mara;
  const line = await Line.of(mara);
  await review(mara);
  let cut = () => {};
  const hangs = new Promise<void>((done) => (cut = done));
  await page.route("**/api/hitl/attachments", async (route) => hangs.then(() => route.abort()), { times: 1 });
  await mara.edit();
  await mara.field("width").fill("16");
  await page.locator("#add-file input[type=file]").first().setInputFiles({ ...photo(40, 20), name: "second.png" });
  await expect(page.getByRole("progressbar", { name: "Uploading second.png" })).toBeVisible();

  await line.pull();
  cut();
  await expect(page.locator(".live")).toHaveText("Offline");
  await server.kill("SIGKILL");
  await server.start();
  await line.putBack();
  await live(mara);
  await expect(page.locator(".file", { hasText: "second.png" }), "sent again without a press").toBeVisible();
  await expect(page.getByRole("progressbar")).toHaveCount(0);
  await expect(mara.field("width")).toHaveValue("16");

  const keys = await loseFirstAnswer(mara, /\/ui\/decide$/);
  await mara.field("image").selectOption({ label: "second.png" });
  await page.locator("#send-changes").click();
  await mara.waitsFor("Response review");
  await expect(page.getByText("Made a PNG picture of 16 × 8 pixels.").first(), "of the second picture").toBeVisible();
  await expect(mara.history.getByText("Payload review: approved with edits by Mara Klein")).toHaveCount(1);
  await expect.poll(() => keys.length).toBeGreaterThanOrEqual(2);
  expect(new Set(keys).size, "the same key each time").toBe(1);
});

test("in a thread, another ticket under the hand has to be looked at first, and what was typed is kept", async ({ mara, jonas }) => {
  const address = await thread(mara, "make it 16 pixels wide");
  await jonas.open(address);
  await jonas.waitsFor("Information review");
  await live(jonas);
  await jonas.page.locator("#reject > summary").click();
  await jonas.page.getByLabel("Why do you reject it?").fill("A stranger's picture.");

  await mara.approve();
  await jonas.waitsFor("Payload review");
  await expect(jonas.notice).toContainText("Mara Klein decided first: approved");
  await expect(jonas.page.locator("#approve")).toBeDisabled();
  await expect(jonas.button("Send the answer"), "nor by a message").toBeDisabled();
  await expect(jonas.page.locator("details", { hasText: "What you typed, kept for you" })).toContainText("A stranger's picture.");
  await jonas.button("Look at it").click();
  await expect(jonas.button("Send the answer")).toBeEnabled();
  await jonas.approve();
  await mara.waitsFor("Response review");
});

test("a message whose acknowledgement was lost counts once, and is no draft any more", async ({ mara }) => {
  await thread(mara, "make it 16 pixels wide");
  const keys = await loseFirstAnswer(mara, /\/sessions\//);
  await mara.page.getByLabel("Message", { exact: true }).fill("Not this one, please.");
  await mara.page.getByLabel("Your answer").selectOption("reject");
  await mara.button("Send the answer").click();
  await expect(mara.page.getByText("No answer came")).toBeVisible();
  await expect(mara.page.getByRole("heading", { name: "Information review: rejected" })).toBeVisible();
  await expect(mara.page.locator("#composer button[data-kind=primary]"), "its words start no run").toBeDisabled();
  await mara.page.reload();
  await mara.alive();
  await expect(mara.page.getByLabel("Message", { exact: true })).toHaveValue("");
  await expect(mara.page.locator(".record")).toHaveCount(1);
  expect(keys).toHaveLength(1);
});

test("offline a message is not sent, and stays on the device through a reload", async ({ mara }) => {
  const line = await Line.of(mara);
  await thread(mara, "make it 16 pixels wide");
  await live(mara);
  await line.pull();
  await mara.page.getByLabel("Message", { exact: true }).fill("Wait for me.");
  await expect(mara.page.getByText("Nothing is sent while there is no connection.")).toBeVisible();
  await expect(mara.button("Send the answer")).toBeDisabled();
  await line.putBack();
  await mara.page.reload();
  await mara.alive();
  await expect(mara.page.getByLabel("Message", { exact: true })).toHaveValue("Wait for me.");
  await expect(mara.button("Send the answer")).toBeEnabled();
});
