-- Why: records of files. The bytes are elsewhere, under their digest; a name is a label for people.

CREATE TABLE hitl_attachments (
    attachment_id TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    session_id TEXT NOT NULL,
    uploaded_by TEXT NOT NULL,
    digest TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    -- The run that made it; empty for uploads.
    made_by TEXT,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX hitl_attachments_of_session
    ON hitl_attachments (owner, session_id, created_at, attachment_id);
CREATE INDEX hitl_attachments_uploaded ON hitl_attachments (uploaded_by, created_at, size)
    WHERE made_by IS NULL;

-- What people and agents said in a session.
CREATE TABLE hitl_messages (
    message_id TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    session_id TEXT NOT NULL,
    run_id TEXT REFERENCES hitl_runs (run_id),
    author TEXT NOT NULL,
    text TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX hitl_messages_of_session
    ON hitl_messages (owner, session_id, created_at, message_id);
