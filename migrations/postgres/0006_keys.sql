-- Why: programs that act for somebody. A key is stored under the SHA-256 of its secret, so that a copy
-- of the database opens no door. An agent is an account that outlives its keys: what it started stays
-- its own when its key is replaced.

CREATE TABLE hitl_agents (
    agent_id uuid NOT NULL PRIMARY KEY,
    name text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL
);

CREATE TABLE hitl_keys (
    key_id uuid NOT NULL PRIMARY KEY,
    hash text NOT NULL UNIQUE,
    -- How the secret begins, so that people know it again.
    hint text NOT NULL,
    name text NOT NULL,
    -- In whose name it acts: one of the two.
    person_id uuid REFERENCES hitl_people (person_id),
    agent_id uuid REFERENCES hitl_agents (agent_id),
    read_only boolean NOT NULL,
    made_by uuid NOT NULL REFERENCES hitl_people (person_id),
    created_at timestamptz NOT NULL,
    -- Empty for never.
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    CHECK ((person_id IS NULL) <> (agent_id IS NULL))
);

CREATE INDEX hitl_keys_newest ON hitl_keys (created_at, key_id);
CREATE INDEX hitl_keys_of_person ON hitl_keys (person_id, created_at, key_id);
