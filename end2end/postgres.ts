// One real PostgreSQL in a folder of its own, which several servers may share.
import { execFile, execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

const script = resolve(import.meta.dirname, "../.ci/postgres");

export class Postgres {
  private readonly folder = mkdtempSync(join(tmpdir(), "countersign-"));
  private readonly data = join(this.folder, "postgres");
  private url = "";

  /** Starts it, after a power cut too. Where PostgreSQL is missing the story fails. */
  async start(): Promise<void> {
    // It runs as somebody else and has to find its folder in there.
    chmodSync(this.folder, 0o711);
    const url = (await this.run("start")).trim();
    if (this.url && this.url !== url) throw new Error(`PostgreSQL came back as ${url}, not as ${this.url}`);
    this.url = url;
  }

  /** What servers need to have their database and their files in common. */
  get env(): Record<string, string> {
    const files = pathToFileURL(join(this.folder, "files/")).href;
    return { COUNTERSIGN_DATABASE_URL: this.url, COUNTERSIGN_FILES_URL: files };
  }

  /** Ends it as a power cut would. */
  async cutPower(): Promise<void> {
    await this.run("kill");
  }

  /** Ends it and leaves nothing behind; waits for it, because the end of the worker can't do otherwise. */
  remove(): void {
    try {
      execFileSync(script, ["kill", this.data], { stdio: "ignore" });
    } catch {
      // It didn't run.
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private async run(command: string): Promise<string> {
    return (await promisify(execFile)(script, [command, this.data])).stdout;
  }
}

/** A PostgreSQL that runs as long as it is used. */
export async function withPostgres(use: (postgres: Postgres) => Promise<void>): Promise<void> {
  const postgres = new Postgres();
  const last = () => postgres.remove();
  process.once("exit", last);
  try {
    await postgres.start();
    await use(postgres);
  } finally {
    process.off("exit", last);
    last();
  }
}
