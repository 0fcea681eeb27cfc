-- Why: sessions are listed by when something was last said in them. A session belongs to the account whose runs are
-- in it: the same name of somebody else's is another session.

CREATE TABLE hitl_threads (
    owner uuid NOT NULL,
    session_id text NOT NULL,
    -- That of its first message; sorts sessions of one moment.
    thread_id uuid NOT NULL,
    last_at timestamptz NOT NULL,
    PRIMARY KEY (owner, session_id)
);

CREATE INDEX hitl_threads_newest ON hitl_threads (last_at, thread_id);

INSERT INTO hitl_threads (owner, session_id, thread_id, last_at)
SELECT owner, session_id, MIN(message_id::text)::uuid, MAX(created_at) FROM hitl_messages GROUP BY owner, session_id;
