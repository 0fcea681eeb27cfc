import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import type { Page, Route } from "@playwright/test";
import { expect, test } from "../fixtures";
import type { Person, Upload } from "../person";
import { photo } from "../picture";

const DOOR = "**/api/hitl/attachments";

/** Holds every upload until the line is opened, or cuts it. */
async function line(page: Page): Promise<{ open: () => Promise<void>; cut: () => Promise<void> }> {
  let held: Route[] = [];
  let state: "held" | "open" | "cut" = "held";
  const go = async (route: Route) => {
    if (state === "held") held.push(route);
    else await (state === "open" ? route.continue() : route.abort()).catch(() => {});
  };
  await page.route(DOOR, go);
  const become = (next: "open" | "cut") => async () => {
    state = next;
    const waiting = held;
    held = [];
    await Promise.all(waiting.map(go));
  };
  return { open: become("open"), cut: become("cut") };
}

/** Brings files in as a hand does that drops or pastes them. */
async function bring(page: Page, how: "drop" | "paste", files: Upload[]): Promise<void> {
  const plain = files.map((file) => ({ name: file.name, type: file.mimeType, data: file.buffer.toString("base64") }));
  const data = await page.evaluateHandle((files) => {
    const data = new DataTransfer();
    for (const { name, type, data: text } of files) {
      const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
      data.items.add(new File([bytes], name, { type }));
    }
    return data;
  }, plain);
  if (how === "drop") {
    await page.dispatchEvent(".drop", "dragover", { dataTransfer: data });
    await expect(page.locator(".drop")).toHaveAttribute("data-over", "");
    await page.dispatchEvent(".drop", "drop", { dataTransfer: data });
  } else {
    await page.evaluate((data) => {
      document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
    }, data);
  }
}

const named = (name: string): Upload => ({ ...photo(64, 48), name });
const row = (who: Person, name: string) => who.page.locator(".file", { hasText: name });

test("files are dropped and pasted, several at once, and go with the run", async ({ mara }) => {
  await mara.open("/runs/new");
  await bring(mara.page, "drop", [named("one.png"), named("two.png")]);
  await bring(mara.page, "paste", [named("three.png")]);
  for (const name of ["one.png", "two.png", "three.png"]) await expect(row(mara, name)).toContainText("uploaded");
  await mara.page.getByLabel("What should be done?").fill("make it 16 pixels wide");
  await mara.button("Start the run").click();
  await mara.waitsFor("Information review");
  await expect(mara.page.getByRole("region", { name: "Files" }).locator(".file")).toHaveCount(3);
  await expect(mara.page.locator("#main"), "those that were chosen, not what lies about").toContainText("the file that the request names");
});

test("an upload shows its way, and is cancelled without a trace", async ({ mara }) => {
  await mara.open("/runs/new");
  const wire = await line(mara.page);
  await mara.page.locator("#file").setInputFiles([named("wrong.png"), named("right.png")]);
  await expect(mara.page.getByRole("progressbar", { name: "Uploading wrong.png" })).toBeVisible();
  await expect(mara.button("Uploading")).toBeDisabled();
  await mara.button("Cancel the upload of wrong.png").click();
  await expect(row(mara, "wrong.png")).toHaveCount(0);
  await wire.open();
  await expect(row(mara, "right.png")).toContainText("uploaded");
  await expect(mara.page.getByRole("status").filter({ hasText: "right.png is uploaded" })).toHaveCount(1);
  await mara.page.reload();
  await mara.alive();
  await expect(row(mara, "right.png"), "the server has it").toContainText("uploaded");
  await expect(row(mara, "wrong.png")).toHaveCount(0);
});

test("an upload that was cut off is sent again", async ({ mara }) => {
  await mara.open("/runs/new");
  const wire = await line(mara.page);
  await mara.page.locator("#file").setInputFiles(named("a.png"));
  await expect(mara.page.getByRole("progressbar")).toBeVisible();
  await wire.cut();
  await expect(row(mara, "a.png")).toContainText("the connection broke off");
  await expect(mara.button("Not all files are uploaded"), "no run starts without it").toBeDisabled();
  await wire.open();
  await mara.button(/^Try again/).click();
  await expect(row(mara, "a.png")).toContainText("uploaded");
  await expect(row(mara, "a.png")).toHaveCount(1);
});

test("an upload on a line that died breaks off by itself, and is sent again", async ({ mara }) => {
  // Takes all that is sent, and never answers.
  const deaf = createServer((socket) => socket.on("error", () => {}).resume());
  deaf.listen(0, "127.0.0.1").unref();
  await once(deaf, "listening");
  const { port } = deaf.address() as AddressInfo;
  // A minute without progress passes in a second.
  await mara.page.addInitScript(() => {
    const real = Object.getOwnPropertyDescriptor(XMLHttpRequest.prototype, "timeout")!;
    const set = function (this: XMLHttpRequest, time: number) {
      real.set!.call(this, time - 59_000);
    };
    Object.defineProperty(XMLHttpRequest.prototype, "timeout", { ...real, set });
  });
  await mara.open("/runs/new");
  await mara.page.route(DOOR, (route) => route.continue({ url: `http://127.0.0.1:${port}/` }));
  await mara.page.locator("#file").setInputFiles(named("a.png"));
  await expect(row(mara, "a.png")).toContainText("the connection broke off");
  await mara.page.unroute(DOOR);
  await mara.button(/^Try again/).click();
  await expect(row(mara, "a.png")).toContainText("· uploaded");
});

test("an upload goes on while its page is left, and is there when one comes back", async ({ mara }) => {
  await mara.ask({ prompt: "make it 16 pixels wide" });
  await mara.waitsFor("Missing information");
  const page = mara.page.url();
  const wire = await line(mara.page);
  await mara.page.locator("#file").setInputFiles(named("late.png"));
  await expect(mara.page.getByRole("progressbar")).toBeVisible();
  await mara.page.getByRole("link", { name: "Inbox" }).last().click();
  await expect(mara.heading).toHaveText("Inbox");
  const answered = mara.page.waitForResponse(DOOR);
  await wire.open();
  expect((await answered).status()).toBe(201);
  await mara.page.getByRole("link", { name: /make it 16 pixels wide/ }).click();
  await mara.waitsFor("Missing information");
  expect(mara.page.url()).toBe(page);
  await expect(mara.page.getByRole("region", { name: "Files" })).toContainText("late.png");
  await expect(mara.page.getByRole("progressbar")).toHaveCount(0);
});

test("an upload that a reload cut off is sent again from the device", async ({ mara }) => {
  await mara.open("/runs/new");
  const wire = await line(mara.page);
  await mara.page.locator("#file").setInputFiles(named("kept.png"));
  await expect(mara.page.getByRole("progressbar")).toBeVisible();
  await mara.page.reload();
  await mara.alive();
  await expect(mara.page.getByRole("progressbar", { name: "Uploading kept.png" })).toBeVisible();
  await wire.open();
  await expect(row(mara, "kept.png")).toContainText("uploaded");
  await mara.page.getByLabel("What should be done?").fill("make it 16 pixels wide");
  await mara.button("Start the run").click();
  await mara.waitsFor("Information review");
  await expect(mara.page.getByRole("region", { name: "Files" })).toContainText("kept.png");
});

test("a file for an answer is given to the run that asks for it, from its session", async ({ mara }) => {
  await mara.open("/sessions");
  await mara.page.getByRole("link", { name: "New session" }).click();
  await mara.page.getByLabel("Message", { exact: true }).fill("make it 16 pixels wide");
  await mara.button("Start the run").click();
  await mara.waitsFor("Missing information");
  await bring(mara.page, "drop", [named("found.png")]);
  await expect(row(mara, "found.png").first()).toContainText("uploaded");
  await mara.page.getByLabel("Your answer").selectOption("respond");
  await mara.button("Send the answer").click();
  await mara.waitsFor("Payload review");
});
