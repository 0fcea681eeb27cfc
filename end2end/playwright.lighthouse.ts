// `npm run lighthouse`: Lighthouse's figures of the inbox and of a run, as on a slow phone and at a desk.
import { defineConfig } from "@playwright/test";
import base from "./playwright.config";
import { PORT } from "./lighthouse/port";

const launch = base.use?.launchOptions;

export default defineConfig({
  ...base,
  testDir: "./lighthouse",
  timeout: 600_000,
  retries: 0,
  workers: 1,
  use: { ...base.use, trace: "off", launchOptions: { ...launch, args: [...(launch?.args ?? []), `--remote-debugging-port=${PORT}`] } },
  projects: [{ name: "lighthouse", use: { ...base.projects?.[0]?.use } }],
});
