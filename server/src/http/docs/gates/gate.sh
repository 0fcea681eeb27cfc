#!/bin/sh
# A human gate: asks, waits, acts with exactly what was allowed, and says what became of it. Needs curl and jq.
set -eu
approvals="$COUNTERSIGN_URL/api/hitl/approvals"
api() { curl -fsS -H "Authorization: Bearer $COUNTERSIGN_KEY" -H "Content-Type: application/json" "$@"; }
id=$(api "$approvals" -d '{"action": "send_email", "arguments": {"to": "ana@example.org", "subject": "Hello"}}' | jq -r .approval_id)
status=pending
while [ "$status" = pending ]; do # Tries again while the server restarts or can't be reached.
  answer=$(api -m 90 --retry 600 --retry-delay 1 --retry-all-errors -H "Prefer: wait=60" "$approvals/$id"); status=$(printf %s "$answer" | jq -r .status)
done
arguments=$(printf %s "$answer" | jq -c .final_arguments)
if [ "$arguments" = null ]; then printf %s "$answer" | jq -r '"Not allowed: \(.reason)"' >&2; exit 1; fi
echo "Sending an e-mail: $arguments" # Here the agent acts.
api -o /dev/null "$approvals/$id/outcome" -d '{"status": "completed", "result": "sent"}'
