-- Why: programs that act for somebody. A key is stored under the SHA-256 of its secret, so that a copy
-- of the database opens no door. An agent is an account that outlives its keys: what it started stays
-- its own when its key is replaced.

CREATE TABLE hitl_agents (
    agent_id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE hitl_keys (
    key_id TEXT NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    -- How the secret begins, so that people know it again.
    hint TEXT NOT NULL,
    name TEXT NOT NULL,
    -- In whose name it acts: one of the two.
    person_id TEXT REFERENCES hitl_people (person_id),
    agent_id TEXT REFERENCES hitl_agents (agent_id),
    read_only INTEGER NOT NULL,
    made_by TEXT NOT NULL REFERENCES hitl_people (person_id),
    created_at INTEGER NOT NULL,
    -- Empty for never.
    expires_at INTEGER,
    last_used_at INTEGER,
    revoked_at INTEGER,
    CHECK ((person_id IS NULL) <> (agent_id IS NULL))
) STRICT;

CREATE INDEX hitl_keys_newest ON hitl_keys (created_at, key_id);
CREATE INDEX hitl_keys_of_person ON hitl_keys (person_id, created_at, key_id);
