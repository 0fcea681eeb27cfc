import lighthouse, { desktopConfig } from "lighthouse";
import { expect, test } from "../fixtures";
import type { Person } from "../person";
import { photo } from "../picture";
import { PORT } from "./port";

const CATEGORIES = ["performance", "accessibility", "best-practices"];
const FIGURES = ["first-contentful-paint", "largest-contentful-paint", "interactive", "total-blocking-time", "cumulative-layout-shift", "speed-index", "total-byte-weight"];

/** Lighthouse's own slow phone on slow 4G, and its desk. `simulate` loads the page fast and computes what a slow line would have done, where all that came
 *  before the first paint counts as needed for it; `devtools` is really slow. */
const DEVICES = {
  phone: { throttlingMethod: "devtools", config: undefined },
  "phone, computed": { throttlingMethod: "simulate", config: undefined },
  desk: { throttlingMethod: "simulate", config: desktopConfig },
} as const;

/** The first load of somebody who is signed in. */
async function look(who: Person, name: string, device: keyof typeof DEVICES): Promise<void> {
  const cookies = await who.page.context().cookies();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const { throttlingMethod, config } = DEVICES[device];
  const flags = { throttlingMethod, port: PORT, output: "json" as const, onlyCategories: CATEGORIES, extraHeaders: { Cookie: cookie } };
  const found = await lighthouse(who.page.url(), flags, config);
  const report = found!.lhr;
  expect(report.runtimeError, "the page was loaded").toBeUndefined();
  expect(new URL(report.finalDisplayedUrl).pathname).toBe(new URL(who.page.url()).pathname);
  const scores = CATEGORIES.map((name) => `${name} ${Math.round((report.categories[name]!.score ?? 0) * 100)}`);
  const figures = FIGURES.map((name) => `${name} ${report.audits[name]!.displayValue ?? "?"}`);
  console.log(`${name} (${device}): ${[...scores, ...figures].join(", ")}`);
  const failed = Object.values(report.audits).filter(({ score, scoreDisplayMode }) => scoreDisplayMode === "binary" && score === 0);
  for (const { id, title } of failed) console.log(`  not met: ${id}: ${title}`);
}

test("the inbox and a run", async ({ mara }) => {
  await mara.startRun({ prompt: "make it 320 pixels wide", file: photo() });
  await mara.approve();
  await mara.waitsFor("Payload review");
  const run = mara.page.url();
  for (const device of Object.keys(DEVICES) as (keyof typeof DEVICES)[]) {
    await mara.open("/inbox");
    await look(mara, "inbox", device);
    await mara.open(run);
    await look(mara, "run", device);
  }
});
