-- Why: what is said in a session is told to whoever follows it, so it has a place in the feed like what happens to
-- a run. An event is one of the two.
ALTER TABLE hitl_step_events
    ALTER COLUMN run_id DROP NOT NULL,
    ALTER COLUMN sequence DROP NOT NULL,
    ALTER COLUMN kind DROP NOT NULL,
    ALTER COLUMN step DROP NOT NULL,
    ALTER COLUMN status DROP NOT NULL,
    ALTER COLUMN actor DROP NOT NULL,
    ALTER COLUMN message DROP NOT NULL,
    ALTER COLUMN metadata DROP NOT NULL,
    ADD COLUMN message_id uuid UNIQUE REFERENCES hitl_messages (message_id) ON DELETE CASCADE,
    ADD CONSTRAINT hitl_step_events_of_one CHECK ((run_id IS NULL) = (message_id IS NOT NULL));
