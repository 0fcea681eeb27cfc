// An agent's own action: the gates that the documentation shows, each run as it stands there.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "../fixtures";
import type { Person } from "../person";

const gates = resolve(import.meta.dirname, "../../server/src/http/docs/gates");

/** An agent that runs in a process of its own. */
class Agent {
  output = "";
  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text) => (this.output += text));
    }
  }

  static start(who: Person, key: string, command: string, ...rest: string[]): Agent {
    const env = { ...process.env, COUNTERSIGN_URL: who.server.url, COUNTERSIGN_KEY: key };
    return new Agent(spawn(command, rest, { env, stdio: ["ignore", "pipe", "pipe"] }));
  }

  /** How it ended. */
  async ended(): Promise<number | null> {
    if (this.child.exitCode === null) await once(this.child, "close");
    return this.child.exitCode;
  }

  stop(): void {
    if (this.child.exitCode === null) this.child.kill();
  }
}

/** The gate in TypeScript, from a place where it is a module. */
async function typescript(who: Person): Promise<(action: string, args: object, act: (args: unknown) => Promise<unknown>) => Promise<unknown>> {
  process.env.COUNTERSIGN_URL = who.server.url;
  process.env.COUNTERSIGN_KEY = await keyFor(who, "mailer");
  const folder = test.info().outputDir;
  mkdirSync(folder, { recursive: true });
  const copy = join(folder, "gate.ts");
  copyFileSync(join(gates, "gate.ts"), copy);
  return (await import(pathToFileURL(copy).href)).gated;
}

/** Makes a key for an agent, without the page for it. */
async function keyFor(who: Person, name: string): Promise<string> {
  const made = await who.page.request.post(`${who.server.url}/api/auth/keys`, {
    data: { name, kind: "agent" },
    headers: { origin: who.server.url },
  });
  expect(made.status(), await made.text()).toBe(201);
  return (await made.json()).secret;
}

/** Opens the question of the agent from the inbox, as soon as it is there. */
async function openQuestion(who: Person): Promise<void> {
  await expect(async () => {
    await who.open("/inbox");
    await expect(who.page.getByText("wants to run “send_email”")).toBeVisible({ timeout: 500 });
  }).toPass();
  await who.page.getByRole("link", { name: /send_email/ }).first().click();
  await who.waitsFor("Action");
}

for (const [language, command, ...rest] of [
  ["shell", "sh", join(gates, "gate.sh")],
  ["Python", "python3", join(gates, "gate.py")],
]) {
  test(`an agent in ${language} pauses, is allowed with an edit, and goes on with the edited arguments`, async ({ mara }) => {
    const agent = Agent.start(mara, await keyFor(mara, "mailer"), command, ...rest);
    try {
      await openQuestion(mara);
      await expect(mara.page.getByText("the agent does it itself")).toBeVisible();
      await expect(mara.page.getByText("Approval").first()).toBeVisible();
      await mara.edit();
      await mara.field("to").fill("otto@example.org");
      await mara.button("Allow with changes").first().click();
      await mara.ended("Completed");
      expect(await agent.ended(), agent.output).toBe(0);
      expect(agent.output).toMatch(/"to": ?"otto@example.org"/);
      await expect(mara.history).toContainText("mailer says that “send_email” is done.");
    } finally {
      agent.stop();
    }
  });
}

for (const [language, command, gate] of [
  ["shell", "sh", "gate.sh"],
  ["Python", "python3", "gate.py"],
]) {
  test(`an agent in ${language} that waits goes on when the server was killed and is back`, async ({ mara, server }) => {
    const agent = Agent.start(mara, await keyFor(mara, "mailer"), command, join(gates, gate));
    try {
      await openQuestion(mara);
      await server.kill("SIGKILL");
      await expect.poll(() => agent.output, "it heard that nobody answers").not.toBe("");
      await server.start();
      await openQuestion(mara);
      await mara.approve();
      await mara.ended("Completed");
      expect(await agent.ended(), agent.output).toBe(0);
      expect(agent.output).toContain("Sending an e-mail");
    } finally {
      agent.stop();
    }
  });
}

test("an agent in TypeScript that waits goes on when the server was killed and is back", async ({ mara, server }) => {
  const gated = await typescript(mara);
  const acted = gated("send_email", { to: "ana@example.org" }, async (args) => ({ sent: args }));
  await openQuestion(mara);
  await server.kill("SIGKILL");
  await server.start();
  await openQuestion(mara);
  await mara.approve();
  expect(await acted).toEqual({ sent: { to: "ana@example.org" } });
  await mara.ended("Completed");
});

test("an agent in TypeScript that is refused hears why and does not act", async ({ mara }) => {
  const gated = await typescript(mara);
  let acted = false;
  const outcome = gated("send_email", { to: "ana@example.org" }, async () => (acted = true)).catch(String);
  await openQuestion(mara);
  await mara.reject("Not without Otto.");
  await mara.ended("Rejected");
  expect(await outcome).toContain("Not allowed: Not without Otto.");
  expect(acted).toBe(false);
});

test("an agent in TypeScript acts with what was allowed", async ({ mara }) => {
  const gated = await typescript(mara);
  const acted = gated("send_email", { to: "ana@example.org", copies: 2 }, async (args) => ({ sent: args }));
  await openQuestion(mara);
  await mara.approve();
  expect(await acted).toEqual({ sent: { to: "ana@example.org", copies: 2 } });
  await mara.ended("Completed");
});

test("a person answers in words, and the agent does not act", async ({ mara }) => {
  const agent = Agent.start(mara, await keyFor(mara, "mailer"), "sh", join(gates, "gate.sh"));
  try {
    await openQuestion(mara);
    await mara.page.locator("#respond > summary").click();
    const words = mara.page.getByLabel("What do you answer?");
    await words.fill("Ask Otto first.");
    await mara.page.reload();
    await mara.alive();
    await expect(words, "what was typed is there, and open").toBeVisible();
    await expect(words).toHaveValue("Ask Otto first.");
    await mara.button("Send the answer").click();
    await mara.ended("Completed");
    expect(await agent.ended()).toBe(1);
    expect(agent.output).toContain("Not allowed: Ask Otto first.");
  } finally {
    agent.stop();
  }
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("an action is allowed with an edit in plain forms", async ({ mara }) => {
    const agent = Agent.start(mara, await keyFor(mara, "mailer"), "sh", join(gates, "gate.sh"));
    try {
      await openQuestion(mara);
      await mara.edit();
      await mara.field("subject").fill("Hello Otto");
      await mara.button("Allow with changes").first().click();
      expect(await agent.ended(), agent.output).toBe(0);
      expect(agent.output).toContain("Hello Otto");
    } finally {
      agent.stop();
    }
  });
});
