-- Why: records of files. The bytes are elsewhere, under their digest; a name is a label for people.

CREATE TABLE hitl_attachments (
    attachment_id uuid NOT NULL PRIMARY KEY,
    owner uuid NOT NULL,
    session_id text NOT NULL,
    uploaded_by uuid NOT NULL,
    digest text NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    -- The run that made it; empty for uploads.
    made_by uuid,
    created_at timestamptz NOT NULL
);

CREATE INDEX hitl_attachments_of_session
    ON hitl_attachments (owner, session_id, created_at, attachment_id);
CREATE INDEX hitl_attachments_uploaded ON hitl_attachments (uploaded_by, created_at, size)
    WHERE made_by IS NULL;

-- What people and agents said in a session.
CREATE TABLE hitl_messages (
    message_id uuid NOT NULL PRIMARY KEY,
    owner uuid NOT NULL,
    session_id text NOT NULL,
    run_id uuid REFERENCES hitl_runs (run_id),
    author text NOT NULL,
    text text NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE INDEX hitl_messages_of_session
    ON hitl_messages (owner, session_id, created_at, message_id);
