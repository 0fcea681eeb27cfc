-- Why: what is too old is taken away, what was decided stays provable, and a restored instance knows that it is one.

-- Decisions of runs that were taken away: who decided what, when, as digests. What was proposed and decided, and every
-- word that people wrote, is gone with the run.
CREATE TABLE hitl_kept_decisions (
    approval_id uuid NOT NULL PRIMARY KEY,
    run_id uuid NOT NULL,
    checkpoint_type text NOT NULL,
    provider_name text NOT NULL,
    action text NOT NULL,
    by_person uuid,
    by_name text NOT NULL,
    via text NOT NULL,
    at timestamptz NOT NULL,
    proposed_digest text NOT NULL,
    decided_digest text NOT NULL,
    removed_at timestamptz NOT NULL
);

-- Each restore from a backup; until it is settled, nothing that was on its way may go on by itself.
CREATE TABLE hitl_restores (
    restored_at timestamptz NOT NULL PRIMARY KEY,
    -- When the backup was made.
    taken_at timestamptz NOT NULL,
    settled_at timestamptz
);

CREATE INDEX hitl_attachments_of_content ON hitl_attachments (digest);
CREATE INDEX hitl_attachments_oldest ON hitl_attachments (created_at, attachment_id);
-- A run that goes takes its messages along.
CREATE INDEX hitl_messages_of_run ON hitl_messages (run_id);
CREATE INDEX hitl_messages_of_ticket ON hitl_messages (approval_id);
