-- Why: a run is one document (`state`), a ticket is one document (`context`), and everything that a
-- list, an index or a reader with a database client looks at stands beside it as a column.
-- Columns that lists read stand before the documents, so that a list never touches the long ones.
-- Times are microseconds since 1970 in UTC; ids are hyphenated UUIDs; documents are JSON text.

CREATE TABLE hitl_runs (
    run_id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    status TEXT NOT NULL,
    current_step TEXT NOT NULL,
    end_reason TEXT,
    -- The account that started the run; `user_id` is the client's own label.
    owner TEXT NOT NULL,
    owner_name TEXT NOT NULL,
    user_id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    agent TEXT NOT NULL,
    provider_name TEXT NOT NULL,
    -- The beginning of the prompt, for lists.
    prompt TEXT NOT NULL,
    -- Reserved for runs that start runs.
    parent_run_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    -- The open ticket's deadline.
    expires_at INTEGER,
    -- When the run next wants to look at the time.
    wakes_at INTEGER,
    total_execution_time_ms INTEGER NOT NULL,
    human_review_time_ms INTEGER NOT NULL,
    provider_execution_time_ms INTEGER NOT NULL,
    -- The whole run; the columns around it are written from it.
    state TEXT NOT NULL,
    original_input TEXT NOT NULL,
    hitl_config TEXT NOT NULL,
    -- Reserved for what the provider can do.
    capabilities TEXT,
    suggested_payload TEXT,
    validation_issues TEXT,
    validation_summary TEXT,
    raw_response TEXT,
    processed_response TEXT,
    final_result TEXT,
    pending_actions TEXT,
    checkpoint_context TEXT,
    last_approval TEXT,
    human_edits TEXT,
    form_data TEXT,
    conversation_history TEXT
) STRICT;

-- One run of a session is active at a time; the others queue.
CREATE UNIQUE INDEX hitl_runs_active ON hitl_runs (owner, session_id)
    WHERE status IN ('running', 'awaiting_human');
CREATE INDEX hitl_runs_queued ON hitl_runs (owner, session_id, created_at, run_id)
    WHERE status = 'queued';
CREATE INDEX hitl_runs_newest ON hitl_runs (created_at, run_id);
CREATE INDEX hitl_runs_of_status ON hitl_runs (status, created_at, run_id);
CREATE INDEX hitl_runs_of_session ON hitl_runs (session_id, status, created_at, run_id);
CREATE INDEX hitl_runs_wake ON hitl_runs (wakes_at, run_id) WHERE wakes_at IS NOT NULL;

CREATE TABLE hitl_pending_approvals (
    approval_id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    run_id TEXT NOT NULL REFERENCES hitl_runs (run_id),
    status TEXT NOT NULL CHECK (status IN ('pending', 'decided', 'expired', 'cancelled')),
    checkpoint_type TEXT NOT NULL,
    -- Sorts open tickets: overdue ones, then by deadline, then by age.
    queue_key TEXT NOT NULL,
    user_id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    agent TEXT NOT NULL,
    provider_name TEXT NOT NULL,
    owner_name TEXT NOT NULL,
    prompt TEXT NOT NULL,
    message TEXT NOT NULL,
    blocking INTEGER NOT NULL,
    overdue INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    auto_approve_at INTEGER,
    closed_at INTEGER,
    closed_reason TEXT,
    proposal_digest TEXT NOT NULL,
    policy TEXT NOT NULL,
    policy_version INTEGER NOT NULL,
    allowed_actions TEXT NOT NULL,
    -- The whole ticket.
    context TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX hitl_pending_approvals_open ON hitl_pending_approvals (queue_key)
    WHERE status = 'pending';
CREATE INDEX hitl_pending_approvals_of_run
    ON hitl_pending_approvals (run_id, created_at, approval_id);

-- Every decision, for good. The primary key is the second guard against two of one ticket.
CREATE TABLE hitl_approvals (
    approval_id TEXT NOT NULL PRIMARY KEY REFERENCES hitl_pending_approvals (approval_id),
    run_id TEXT NOT NULL REFERENCES hitl_runs (run_id),
    action TEXT NOT NULL,
    -- Who: a person's account, or empty for the policy.
    by_person TEXT,
    by_name TEXT NOT NULL,
    via TEXT NOT NULL,
    at INTEGER NOT NULL,
    reason TEXT,
    proposed_digest TEXT NOT NULL,
    decided_digest TEXT NOT NULL,
    -- What was proposed, what changed (RFC 6902), and what was decided.
    original TEXT NOT NULL,
    patch TEXT NOT NULL,
    final TEXT NOT NULL,
    -- The whole decision.
    record TEXT NOT NULL
) STRICT;

CREATE INDEX hitl_approvals_of_run ON hitl_approvals (run_id);

-- Who opened which ticket, when first, and how long they looked at it in all.
CREATE TABLE hitl_ticket_views (
    approval_id TEXT NOT NULL REFERENCES hitl_pending_approvals (approval_id),
    person_id TEXT NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    dwell_ms INTEGER NOT NULL,
    PRIMARY KEY (approval_id, person_id)
) STRICT, WITHOUT ROWID;

-- What a reviewer typed and didn't get through with; gone when they decide.
CREATE TABLE hitl_drafts (
    approval_id TEXT NOT NULL REFERENCES hitl_pending_approvals (approval_id),
    person_id TEXT NOT NULL,
    text TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (approval_id, person_id)
) STRICT, WITHOUT ROWID;
