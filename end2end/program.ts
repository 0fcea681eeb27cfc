// What a program does, without pages, at the door that a person's own programs have.
import { expect } from "@playwright/test";
import type { Person } from "./person";

/** Starts a run of the scripted provider as a program of this person's would; says where it is. */
export async function start(who: Person, session: string, hitl_config: object, original_input?: object): Promise<string> {
  const run_input = { prompt: "say hello", user_email: "", user_id: "", agent_email: "", session_id: session, message_type: "user" };
  const answer = await who.page.request.post(`${who.server.url}/api/hitl/run`, {
    headers: { origin: who.server.url },
    data: { run_input, provider: "scripted", hitl_config, original_input },
  });
  expect(answer.status(), await answer.text()).toBe(202);
  return `/runs/${(await answer.json()).run_id}`;
}

/** The policy approves after so long. */
export const counting = (seconds: number) => ({
  policy: "auto_with_thresholds",
  auto_approve_after_seconds: seconds,
  review_thresholds: { payload_changes_max: 0, confidence_min: 1 },
});

/** Pauses a run that is at work. */
export async function pause(who: Person, run: string): Promise<void> {
  const id = run.split("/").pop();
  const headers = { origin: who.server.url };
  const answer = await who.page.request.post(`${who.server.url}/api/hitl/run/${id}/pause`, { headers });
  expect(answer.status(), await answer.text()).toBe(200);
}

/** Asks as an agent with a key of its own. */
export async function asks(who: Person, question: object): Promise<void> {
  const headers = { origin: who.server.url };
  const made = await who.page.request.post(`${who.server.url}/api/auth/keys`, { data: { name: "mailer", kind: "agent" }, headers });
  const { secret } = await made.json();
  const asked = await fetch(`${who.server.url}/api/hitl/approvals`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify(question),
  });
  expect(asked.status).toBe(201);
}
