-- Why: who may sign in. Sessions and one-time links are stored under the SHA-256 of their secret, so
-- that a copy of the database opens no door.

CREATE TABLE hitl_people (
    person_id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    -- Lower case.
    email TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('viewer', 'reviewer', 'admin')),
    -- Argon2id in PHC format; empty until it was set.
    password TEXT,
    disabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER
) STRICT;

CREATE TABLE hitl_sessions (
    hash TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES hitl_people (person_id),
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX hitl_sessions_of_person ON hitl_sessions (person_id);

CREATE TABLE hitl_links (
    hash TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES hitl_people (person_id),
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX hitl_links_of_person ON hitl_links (person_id);
