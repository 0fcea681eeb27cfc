-- Why: the thread of a session is shown as it was said, with who said it, what it belongs to and its files;
-- and a request that is sent again under its key gets the very answer it got before.

-- The answer as JSON text; empty for keys from before this column.
ALTER TABLE hitl_idempotency_keys ADD COLUMN reply text NOT NULL DEFAULT '';

-- Nothing wrote to this table yet.
DROP TABLE hitl_messages;

CREATE TABLE hitl_messages (
    message_id uuid NOT NULL PRIMARY KEY,
    -- Whose session it is.
    owner uuid NOT NULL,
    session_id text NOT NULL,
    run_id uuid REFERENCES hitl_runs (run_id),
    -- The ticket that it asks about or answers.
    approval_id uuid REFERENCES hitl_pending_approvals (approval_id),
    role text NOT NULL CHECK (role IN ('user', 'assistant', 'system', 'checkpoint')),
    -- The name to show.
    author text NOT NULL,
    text text NOT NULL,
    -- A JSON object.
    props text NOT NULL,
    -- A JSON list of ids.
    attachments text NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE INDEX hitl_messages_of_session ON hitl_messages (session_id, created_at, message_id);
