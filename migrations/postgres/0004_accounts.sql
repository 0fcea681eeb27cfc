-- Why: who may sign in. Sessions and one-time links are stored under the SHA-256 of their secret, so
-- that a copy of the database opens no door.

CREATE TABLE hitl_people (
    person_id uuid NOT NULL PRIMARY KEY,
    name text COLLATE "C" NOT NULL,
    -- Lower case.
    email text NOT NULL UNIQUE,
    role text NOT NULL CHECK (role IN ('viewer', 'reviewer', 'admin')),
    -- Argon2id in PHC format; empty until it was set.
    password text,
    disabled boolean NOT NULL,
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz
);

CREATE TABLE hitl_sessions (
    hash text NOT NULL PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES hitl_people (person_id),
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE INDEX hitl_sessions_of_person ON hitl_sessions (person_id);

CREATE TABLE hitl_links (
    hash text NOT NULL PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES hitl_people (person_id),
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE INDEX hitl_links_of_person ON hitl_links (person_id);
