// What a machine can tell of accessibility, for every story that passes by a state.
import AxeBuilder from "@axe-core/playwright";
import { expect } from "@playwright/test";
import type { Person } from "./person";

/** What can be told by a machine of WCAG 2.2 AA, and that nothing hangs over the right edge. */
async function isAccessible(who: Person, what: string, part = "html"): Promise<void> {
  const { violations } = await new AxeBuilder({ page: who.page })
    // What is right isn't described, and no second page is opened to put frames together: there are none.
    .options({ resultTypes: ["violations"] })
    .setLegacyMode()
    .include(part)
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
    .analyze();
  const found = violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html} ${node.failureSummary}`));
  expect.soft(found, what).toEqual([]);
  // The inner width of a phone's window grows with what hangs over.
  const over = await who.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect.soft(over, `${what}: wider than the screen`).toBeLessThanOrEqual(0);
}

/** Nothing is on its way from one colour to another. */
async function settle(who: Person): Promise<void> {
  await who.page.evaluate(() => {
    for (const animation of document.getAnimations()) {
      if (animation instanceof CSSTransition) animation.finish();
    }
  });
}

/** A screen so tall that no bar lies over something that only has to be scrolled. */
async function unroll(who: Person): Promise<void> {
  const width = who.page.viewportSize()?.width ?? 1280;
  await who.page.setViewportSize({ width, height: 8000 });
}

/** One visit does for both colours. */
export async function inBothColours(who: Person, what: string, part?: string): Promise<void> {
  await unroll(who);
  for (const colorScheme of ["light", "dark"] as const) {
    await who.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await settle(who);
    await isAccessible(who, `${what}, ${colorScheme}`, part);
  }
}
