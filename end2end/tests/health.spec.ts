import { expect, test } from "../fixtures";
import { MARA, Person } from "../person";

test("the server says that it is alive", async ({ request }) => {
  const answer = await request.get("/healthz");
  expect(answer.status()).toBe(200);
});

test("a killed server starts again on the same data", async ({ request, server, page }) => {
  const first = await server.welcome();
  await server.kill("SIGKILL");
  await expect(request.get("/healthz")).rejects.toThrow();
  await server.start();
  expect((await request.get("/healthz")).status()).toBe(200);
  const second = await server.welcome();
  expect(second, "each start makes a fresh link").not.toBe(first);

  await new Person(page, server).join(second, MARA);
  await server.kill("SIGTERM");
  await server.start();
  expect(await server.firstSignIn(), "an admin has an account, so nobody else gets in by the console").toBeUndefined();
});
