-- Why: no agent may flood people with questions, and each is called back when its question is closed.

-- What an agent started within the last hour; what is older goes with the next start.
CREATE TABLE hitl_agent_starts (
    agent_id uuid NOT NULL REFERENCES hitl_agents (agent_id),
    at timestamptz NOT NULL,
    run_id uuid NOT NULL,
    PRIMARY KEY (agent_id, at, run_id)
);

-- What this installation signs with: made once, and the same for all its instances.
CREATE TABLE hitl_secrets (
    name text NOT NULL PRIMARY KEY,
    secret text NOT NULL,
    created_at timestamptz NOT NULL
);
