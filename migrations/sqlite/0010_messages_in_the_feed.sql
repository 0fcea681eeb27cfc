-- Why: what is said in a session is told to whoever follows it, so it has a place in the feed like what happens to
-- a run. An event is one of the two.
CREATE TABLE hitl_events_of_both (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id TEXT REFERENCES hitl_runs (run_id),
    session_id TEXT NOT NULL,
    -- Counts within the run, from 1.
    sequence INTEGER,
    kind TEXT,
    step TEXT,
    status TEXT,
    at INTEGER NOT NULL,
    actor TEXT,
    message TEXT,
    metadata TEXT,
    message_id TEXT UNIQUE REFERENCES hitl_messages (message_id) ON DELETE CASCADE,
    UNIQUE (run_id, sequence),
    CHECK ((run_id IS NULL) = (message_id IS NOT NULL))
) STRICT;

-- No number is used twice, not even one whose event is gone.
INSERT INTO sqlite_sequence (name, seq)
SELECT 'hitl_events_of_both', seq FROM sqlite_sequence WHERE name = 'hitl_step_events';

INSERT INTO hitl_events_of_both (
    number, run_id, session_id, sequence, kind, step, status, at, actor, message, metadata)
SELECT number, run_id, session_id, sequence, kind, step, status, at, actor, message, metadata
FROM hitl_step_events;

DROP TABLE hitl_step_events;
ALTER TABLE hitl_events_of_both RENAME TO hitl_step_events;
