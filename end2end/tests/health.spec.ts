import { expect, test } from "../fixtures";

test("the server says that it is alive", async ({ request }) => {
  const answer = await request.get("/healthz");
  expect(answer.status()).toBe(200);
});

test("a killed server starts again on the same data", async ({ request, server }) => {
  const link = await server.welcome();
  await server.kill("SIGKILL");
  await expect(request.get("/healthz")).rejects.toThrow();
  await server.start();
  expect((await request.get("/healthz")).status()).toBe(200);
  expect(await server.welcome(), "the link is printed once, at the very first start").toBe(link);
});
