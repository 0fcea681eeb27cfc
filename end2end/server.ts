// One real server in a folder of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const target = resolve(import.meta.dirname, process.env.CARGO_TARGET_DIR ?? "../target");
const binary = process.env.COUNTERSIGN_BIN ?? join(target, "debug/countersign");
export const site = process.env.LEPTOS_SITE_ROOT ?? join(target, "site");
const ready = /^Countersign is ready at \S+?(?: — first sign-in: (\S+))?$/gm;

export class Server {
  readonly folder = mkdtempSync(join(tmpdir(), "countersign-"));
  /** Everything the server wrote, over all its starts. */
  log = "";
  /** What the last start wrote to standard output. */
  private output = "";
  private child?: ChildProcess;

  private constructor(
    readonly port: number,
    private readonly env: Record<string, string>,
  ) {}

  /** A server that isn't started yet, on a free port. */
  static async prepare(env: Record<string, string> = {}): Promise<Server> {
    return new Server(await freePort(), env);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts it on its folder, again after a `kill` too, and waits until it answers. */
  async start(more: Record<string, string> = {}): Promise<void> {
    const config = join(this.folder, "countersign.toml");
    writeFileSync(config, "");
    const child = spawn(binary, ["--config", config], {
      cwd: this.folder,
      env: { ...this.environment(), ...this.env, ...more },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child = child;
    this.output = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      this.output += text;
      this.log += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => (this.log += text));
    child.on("error", (error) => (this.log += `can't start ${binary}: ${error.message}\n`));
    await this.healthy(child);
  }

  /** What the last start printed to sign in with for the first time; nothing once an admin has. */
  async firstSignIn(): Promise<string | undefined> {
    for (let tries = 0; tries < 100; tries++) {
      const lines = [...this.output.matchAll(ready)];
      if (lines.length > 1) throw new Error(`${lines.length} lines that it is ready:\n${this.log}`);
      if (lines.length === 1) return lines[0][1];
      await sleep(50);
    }
    throw new Error(`no line that it is ready:\n${this.log}`);
  }

  /** The link of the first sign-in. */
  async welcome(): Promise<string> {
    const link = await this.firstSignIn();
    if (!link) throw new Error(`no link of a first sign-in:\n${this.log}`);
    return link;
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    const child = this.child;
    if (!child || !running(child)) return;
    child.kill(signal);
    await Promise.race([once(child, "exit"), sleep(10_000, undefined, { ref: false })]);
    if (running(child)) {
      this.killNow();
      throw new Error(`the server still ran 10 s after ${signal}:\n${this.log}`);
    }
  }

  /** For the end of the worker, where nothing can be waited for. */
  killNow(): void {
    if (this.child && running(this.child)) this.child.kill("SIGKILL");
  }

  async remove(): Promise<void> {
    try {
      await this.kill("SIGTERM");
    } finally {
      rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  private environment(): Record<string, string | undefined> {
    const inherited = Object.entries(process.env).filter(([key]) => !key.startsWith("COUNTERSIGN_"));
    return {
      ...Object.fromEntries(inherited),
      COUNTERSIGN_LISTEN: `127.0.0.1:${this.port}`,
      COUNTERSIGN_DATA_DIR: join(this.folder, "data"),
      COUNTERSIGN_PUBLIC_URL: this.url,
      COUNTERSIGN_TEST_PROVIDERS: "scripted",
      LEPTOS_SITE_ROOT: site,
    };
  }

  private async healthy(child: ChildProcess): Promise<void> {
    const until = Date.now() + 20_000;
    while (Date.now() < until) {
      if (!running(child)) throw new Error(`the server ended at its start:\n${this.log}`);
      const answer = await fetch(`${this.url}/healthz`).catch(() => undefined);
      if (answer?.ok) return;
      await sleep(50);
    }
    throw new Error(`the server didn't answer within 20 s:\n${this.log}`);
  }
}

function running(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
}
