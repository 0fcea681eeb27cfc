// What every spec imports: `test` with a real server of its own, which is the base of every relative address.
import { test as base, expect, type TestInfo } from "@playwright/test";
import { JONAS, MARA, Person } from "./person";
import { Server } from "./server";

export { expect };
export type { Server };

export interface ServerOptions {
  /** More environment for the server: `test.use({ serverEnv: { … } })`. */
  serverEnv: Record<string, string>;
}

export interface Stage {
  server: Server;
  /** The first person of the server, an admin, signed in. */
  mara: Person;
  /** A reviewer in another browser, signed in. */
  jonas: Person;
  /** Somebody in a browser of their own, not signed in. */
  somebody: () => Promise<Person>;
}

export const test = base.extend<ServerOptions & Stage>({
  serverEnv: [{}, { option: true }],
  server: ({ serverEnv }, use, info) => withServer(info, serverEnv, use),
  mara: async ({ page, server, javaScriptEnabled }, use) => {
    const mara = new Person(page, server, javaScriptEnabled);
    await mara.join(await server.welcome(), MARA);
    await use(mara);
    expect(mara.broken, "no page broke").toEqual([]);
  },
  somebody: async ({ browser, server, javaScriptEnabled }, use) => {
    const people: Person[] = [];
    await use(async () => {
      const context = await browser.newContext();
      people.push(new Person(await context.newPage(), server, javaScriptEnabled));
      return people.at(-1)!;
    });
    await Promise.all(people.map(({ page }) => page.context().close()));
    expect(people.flatMap(({ broken }) => broken), "no page broke").toEqual([]);
  },
  jonas: async ({ mara, somebody }, use) => {
    const jonas = await somebody();
    await jonas.join(await mara.invite(JONAS, "reviewer"), JONAS);
    await use(jonas);
  },
  baseURL: async ({ server }, use) => use(server.url),
});

/** A server that runs as long as it is used; its log is shown if the story fails. */
export async function withServer(
  info: TestInfo,
  env: Record<string, string>,
  use: (server: Server) => Promise<void>,
): Promise<void> {
  const server = await Server.prepare(env);
  const last = () => server.killNow();
  process.once("exit", last);
  try {
    await server.start();
    await use(server);
  } finally {
    process.off("exit", last);
    try {
      await server.remove();
    } finally {
      if (info.status !== info.expectedStatus) {
        console.log(`--- log of the server in "${info.title}"\n${tail(server.log)}---`);
        await info.attach("server log", { body: server.log, contentType: "text/plain" });
      }
    }
  }
}

function tail(log: string): string {
  return log.split("\n").slice(-200).join("\n");
}
