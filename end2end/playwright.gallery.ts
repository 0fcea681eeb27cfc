// `npm run gallery`: a picture of every screen, light and dark, wide and on a phone, in `gallery-pictures`, for people to look at.
import { defineConfig } from "@playwright/test";
import base from "./playwright.config";

export default defineConfig({
  ...base,
  testDir: "./gallery",
  timeout: 300_000,
  projects: [{ name: "gallery", use: { ...base.projects?.[0]?.use } }],
});
