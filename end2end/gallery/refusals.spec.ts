import { expect, test } from "../fixtures";
import { photo } from "../picture";
import { start } from "../program";
import { picture } from "./dress";

test("what was not understood", async ({ mara }) => {
  await mara.startRun({ prompt: "make it grayscale and remove the people in the background", file: photo() });
  await mara.waitsFor("Information review");
  await picture(mara, "half-understood");
  await mara.startRun({ prompt: "mach es schöner", file: photo() });
  await mara.waitsFor("Information review");
  await picture(mara, "not-understood");
});

test("a deadline that is over", async ({ mara }) => {
  const escalated = { policy: "require_human", approval_timeout_seconds: 1, on_timeout: "escalate" };
  await mara.open(await start(mara, "late", escalated));
  await expect(mara.page.locator('.deadline[data-due="overdue"]')).toBeVisible();
  await picture(mara, "overdue");
  await mara.open("/inbox");
  await picture(mara, "inbox-overdue");
});

test("addresses and forms that lead nowhere", async ({ mara }) => {
  await mara.page.goto("/ui/nothing");
  await picture(mara, "turned-away");
  await mara.open("/runs/abc");
  await picture(mara, "no-such-run");
});
