-- Why: what is too old is taken away, what was decided stays provable, and a restored instance knows that it is one.

-- Decisions of runs that were taken away: who decided what, when, as digests. What was proposed and decided, and every
-- word that people wrote, is gone with the run.
CREATE TABLE hitl_kept_decisions (
    approval_id TEXT NOT NULL PRIMARY KEY,
    run_id TEXT NOT NULL,
    checkpoint_type TEXT NOT NULL,
    provider_name TEXT NOT NULL,
    action TEXT NOT NULL,
    by_person TEXT,
    by_name TEXT NOT NULL,
    via TEXT NOT NULL,
    at INTEGER NOT NULL,
    proposed_digest TEXT NOT NULL,
    decided_digest TEXT NOT NULL,
    removed_at INTEGER NOT NULL
) STRICT;

-- Each restore from a backup; until it is settled, nothing that was on its way may go on by itself.
CREATE TABLE hitl_restores (
    restored_at INTEGER NOT NULL PRIMARY KEY,
    -- When the backup was made.
    taken_at INTEGER NOT NULL,
    settled_at INTEGER
) STRICT;

CREATE INDEX hitl_attachments_of_content ON hitl_attachments (digest);
CREATE INDEX hitl_attachments_oldest ON hitl_attachments (created_at, attachment_id);
-- A run that goes takes its messages along.
CREATE INDEX hitl_messages_of_run ON hitl_messages (run_id);
CREATE INDEX hitl_messages_of_ticket ON hitl_messages (approval_id);
