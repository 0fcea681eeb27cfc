-- Why: no agent may flood people with questions, and each is called back when its question is closed.

-- What an agent started within the last hour; what is older goes with the next start.
CREATE TABLE hitl_agent_starts (
    agent_id TEXT NOT NULL REFERENCES hitl_agents (agent_id),
    at INTEGER NOT NULL,
    run_id TEXT NOT NULL,
    PRIMARY KEY (agent_id, at, run_id)
) STRICT;

-- What this installation signs with: made once, and the same for all its instances.
CREATE TABLE hitl_secrets (
    name TEXT NOT NULL PRIMARY KEY,
    secret TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
