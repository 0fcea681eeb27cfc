"""A human gate: asks, waits, acts with exactly what was allowed, and says what became of it."""
import json, os, sys, time, urllib.request

def api(path, body=None, **headers):
    headers |= {"Authorization": "Bearer " + os.environ["COUNTERSIGN_KEY"], "Content-Type": "application/json"}
    url = os.environ["COUNTERSIGN_URL"] + "/api/hitl/approvals" + path
    return json.load(urllib.request.urlopen(urllib.request.Request(url, body and json.dumps(body).encode(), headers), timeout=90))

ticket = api("", {"action": "send_email", "arguments": {"to": "ana@example.org", "subject": "Hello"}})
while ticket["status"] == "pending":
    try:
        ticket = api("/" + ticket["approval_id"], Prefer="wait=60")
    except OSError as error:  # Tries again while the server restarts or can't be reached.
        print(error, file=sys.stderr)
        time.sleep(1)
if ticket["final_arguments"] is None:
    sys.exit(f"Not allowed: {ticket['reason']}")
print("Sending an e-mail:", json.dumps(ticket["final_arguments"]))  # Here the agent acts.
api("/" + ticket["approval_id"] + "/outcome", {"status": "completed", "result": "sent"})
