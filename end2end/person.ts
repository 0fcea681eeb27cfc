// A person at a browser: what the stories say in words, done on the page.
import { type APIResponse, expect, type Locator, type Page } from "@playwright/test";
import type { Server } from "./server";

export interface Account {
  name: string;
  email: string;
  password: string;
}

export const MARA: Account = { name: "Mara Klein", email: "mara@example.org", password: "correct horse battery" };
export const JONAS: Account = { name: "Jonas Weber", email: "jonas@example.org", password: "a sentence is fine here" };

export interface Upload {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

export interface Asked {
  prompt: string;
  file?: Upload;
  provider?: string;
  /** Values set by hand, by the names of their fields. */
  values?: Record<string, string>;
}

export class Person {
  /** What broke on this person's pages: a page that panicked still looks well, and does nothing any more. */
  readonly broken: string[] = [];

  constructor(
    readonly page: Page,
    readonly server: Server,
    /** Pages come alive for this person. */
    readonly script = true,
  ) {
    page.on("pageerror", ({ message }) => this.broken.push(`${page.url()}: ${message}`));
  }

  /** Opens a page and waits until it is alive. */
  async open(address: string): Promise<void> {
    await this.page.goto(new URL(address, this.server.url).href);
    await this.alive();
  }

  async alive(): Promise<void> {
    if (this.script) await expect(this.page.locator("html")).toHaveAttribute("data-hydrated", "1");
  }

  /** Makes the account of a one-time link, without the page for it. */
  async join(link: string, account: Account): Promise<void> {
    const token = new URL(link).pathname.split("/").pop();
    const answer = await this.post(`/api/auth/welcome/${token}`, { ...account });
    expect(answer.status(), "the link makes an account").toBe(303);
  }

  /** Invites somebody, without the page for it. */
  async invite(account: Account, role: "viewer" | "reviewer" | "admin"): Promise<string> {
    await this.post("/ui/invite", { name: account.name, email: account.email, role });
    const shown = await (await this.page.request.get(`${this.server.url}/people`)).text();
    const link = shown.match(/http:[^<"]+\/welcome\/\w+/);
    expect(link, "the page shows the link once").not.toBeNull();
    return link![0];
  }

  /** Sends a form as this person's browser would. */
  post(path: string, form: Record<string, string>): Promise<APIResponse> {
    const headers = { origin: this.server.url, accept: "text/html" };
    return this.page.request.post(`${this.server.url}${path}`, { form, headers, maxRedirects: 0 });
  }

  /** Follows a one-time link and makes the account. */
  async accept(link: string, account: Account): Promise<void> {
    await this.open(link);
    await this.page.getByLabel("Your name").fill(account.name);
    const email = this.page.getByLabel("E-mail");
    if (await email.isVisible()) await email.fill(account.email);
    await this.page.getByLabel("Password").fill(account.password);
    await this.button(/Create the account|Save and sign in/).click();
    await this.page.waitForURL("**/inbox");
    await this.alive();
  }

  async signIn(account: Account): Promise<void> {
    await this.page.getByLabel("E-mail").fill(account.email);
    await this.page.getByLabel("Password").fill(account.password);
    await this.button("Sign in").click();
  }

  /** Fills in the page "New run" and sends it. */
  async ask(asked: Asked): Promise<void> {
    const { page } = this;
    await this.open("/runs/new");
    await page.getByLabel("What should be done?").fill(asked.prompt);
    if (asked.file) await page.locator("#file").setInputFiles(asked.file);
    if (asked.provider) await page.getByLabel("Provider").selectOption(asked.provider);
    if (asked.values) await page.getByText("Set values yourself").click();
    for (const [name, value] of Object.entries(asked.values ?? {})) await page.locator(`#field-${name}`).fill(value);
    // A refused form is answered at its own address.
    const answered = page.waitForEvent("domcontentloaded");
    await this.button("Start the run").click();
    await answered;
    await this.alive();
  }

  /** Starts a run without the page for it, opens it and waits for its first ticket. */
  async startRun(asked: Asked): Promise<void> {
    await this.open(await this.begin(asked));
    await this.waitsFor("Information review");
  }

  /** Starts a run behind the page's back; says where it is. */
  async begin(asked: Asked): Promise<string> {
    const values = Object.entries(asked.values ?? {}).map(([name, value]) => [`field.${name}`, value]);
    const answer = await this.page.request.post(`${this.server.url}/runs/new`, {
      multipart: {
        prompt: asked.prompt,
        ...(asked.file && { file: asked.file }),
        provider: asked.provider ?? "image",
        policy: "require_human",
        ...Object.fromEntries(values),
      },
      headers: { origin: this.server.url },
      maxRedirects: 0,
    });
    return answer.headers().location;
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name });
  }

  get heading(): Locator {
    return this.page.getByRole("heading", { level: 1 });
  }

  /** What is said about the last press of a button. */
  get notice(): Locator {
    return this.page.locator("#notice");
  }

  get history(): Locator {
    return this.page.locator("#history");
  }

  field(name: string): Locator {
    return this.page.locator(`[id="f-${name}"]`);
  }

  /** A ticket of this checkpoint is open. */
  async waitsFor(checkpoint: string): Promise<void> {
    await expect(this.page.locator(".page-kicker").getByText(checkpoint, { exact: true })).toBeVisible();
    await this.alive();
  }

  /** The run has ended like this. */
  async ended(word: string): Promise<void> {
    await expect(this.page.getByRole("heading", { name: word, exact: true })).toBeVisible();
    await this.alive();
  }

  async approve(): Promise<void> {
    await this.page.locator("#approve").click();
  }

  /** Opens the editor of the ticket. */
  async edit(): Promise<void> {
    await this.page.getByRole("link", { name: "Edit" }).click();
    await expect(this.page.locator("#edit")).toHaveAttribute("open", "");
  }

  async reject(reason: string): Promise<void> {
    await this.page.locator("#reject > summary").click();
    await this.page.getByLabel("Why do you reject it?").fill(reason);
    await this.page.locator("#reject").getByRole("button", { name: "this run" }).click();
  }
}
