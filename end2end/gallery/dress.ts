// One screen in each of its dresses.
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Person } from "../person";

const folder = resolve(import.meta.dirname, "../gallery-pictures");
const sizes = { wide: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };

/** Takes a picture of the page as it is: light and dark, wide and on a phone. */
export async function picture(who: Person, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const [size, viewport] of Object.entries(sizes)) {
    await who.page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"] as const) {
      await who.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      // Colours that change in a moment have changed by then.
      await who.page.waitForTimeout(300);
      await who.page.evaluate(() => window.scrollTo(0, 0));
      const path = join(folder, `${name}-${size}-${colorScheme}.png`);
      await who.page.screenshot({ path, fullPage: true });
    }
  }
  await who.page.setViewportSize(sizes.wide);
  await who.page.emulateMedia({ colorScheme: "light" });
}
