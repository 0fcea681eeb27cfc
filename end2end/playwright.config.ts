import { existsSync } from "node:fs";
import { defineConfig, devices } from "@playwright/test";
import type { ServerOptions } from "./fixtures";

// The system's Chromium where there is one; elsewhere `npx playwright install chromium` brings Playwright's own.
const system = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Stories in which nothing depends on the width of the screen. */
const anyWidth = /(health|accounts|race|restart|security|errors|keyboard|upload|clearing|pwa|instances|replay)\.spec\.ts/;

export default defineConfig<ServerOptions>({
  testDir: "./tests",
  timeout: 90_000,
  expect: { timeout: 20_000 },
  fullyParallel: true,
  forbidOnly: !!process.env.CI,
  workers: 2,
  // A story that needs it is shown as flaky at the end.
  retries: 1,
  reporter: [["list"]],
  outputDir: "test-results",
  use: {
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: existsSync(system) ? system : undefined,
      args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
    },
  },
  projects: [
    { name: "desktop", use: { ...devices["Desktop Chrome"] }, testIgnore: ["**/touch.spec.ts"] },
    { name: "phone", use: { ...devices["Pixel 7"] }, testIgnore: anyWidth },
  ],
});
