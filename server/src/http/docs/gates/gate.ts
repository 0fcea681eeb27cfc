// A human gate: asks, waits, acts with exactly what was allowed, and says what became of it.
export async function gated<T>(action: string, args: object, act: (args: any) => Promise<T>): Promise<T> {
  const api = async (path: string, body?: unknown, prefer = "wait=0") => {
    const headers = { authorization: `Bearer ${process.env.COUNTERSIGN_KEY}`, "content-type": "application/json", prefer };
    const request = { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body) } as RequestInit;
    const answer = await fetch(`${process.env.COUNTERSIGN_URL}/api/hitl/approvals${path}`, request);
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  };
  let ticket = await api("", { action, arguments: args });
  const later = (error: unknown) => new Promise<any>((wake) => setTimeout(wake, 1000, ticket, console.error(`${error}`)));
  // Tries again while the server restarts or can't be reached.
  while (ticket.status === "pending") ticket = await api(`/${ticket.approval_id}`, undefined, "wait=60").catch(later);
  if (!ticket.final_arguments) throw new Error(`Not allowed: ${ticket.reason}`);
  const result = await act(ticket.final_arguments); // Here the agent acts.
  await api(`/${ticket.approval_id}/outcome`, { status: "completed", result });
  return result;
}
