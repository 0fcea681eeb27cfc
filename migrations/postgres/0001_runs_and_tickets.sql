-- Why: a run is one document (`state`), a ticket is one document (`context`), and everything that a
-- list, an index or a reader with a database client looks at stands beside it as a column.
-- Documents are text and never jsonb, which would change what was approved.

CREATE TABLE hitl_runs (
    run_id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    status text NOT NULL,
    current_step text NOT NULL,
    end_reason text,
    -- The account that started the run; `user_id` is the client's own label.
    owner uuid NOT NULL,
    owner_name text NOT NULL,
    user_id text NOT NULL,
    session_id text NOT NULL,
    agent text NOT NULL,
    provider_name text NOT NULL,
    -- The beginning of the prompt, for lists.
    prompt text NOT NULL,
    -- Reserved for runs that start runs.
    parent_run_id uuid,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- The open ticket's deadline.
    expires_at timestamptz,
    -- When the run next wants to look at the time.
    wakes_at timestamptz,
    total_execution_time_ms bigint NOT NULL,
    human_review_time_ms bigint NOT NULL,
    provider_execution_time_ms bigint NOT NULL,
    -- The whole run; the columns around it are written from it.
    state text NOT NULL,
    original_input text NOT NULL,
    hitl_config text NOT NULL,
    -- Reserved for what the provider can do.
    capabilities text,
    suggested_payload text,
    validation_issues text,
    validation_summary text,
    raw_response text,
    processed_response text,
    final_result text,
    pending_actions text,
    checkpoint_context text,
    last_approval text,
    human_edits text,
    form_data text,
    conversation_history text
);

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
    approval_id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    run_id uuid NOT NULL REFERENCES hitl_runs (run_id),
    status text NOT NULL CHECK (status IN ('pending', 'decided', 'expired', 'cancelled')),
    checkpoint_type text NOT NULL,
    -- Sorts open tickets: overdue ones, then by deadline, then by age.
    -- By bytes, as every reader of the list sorts it.
    queue_key text COLLATE "C" NOT NULL,
    user_id text NOT NULL,
    session_id text NOT NULL,
    agent text NOT NULL,
    provider_name text NOT NULL,
    owner_name text NOT NULL,
    prompt text NOT NULL,
    message text NOT NULL,
    blocking bigint NOT NULL,
    overdue boolean NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    auto_approve_at timestamptz,
    closed_at timestamptz,
    closed_reason text,
    proposal_digest text NOT NULL,
    policy text NOT NULL,
    policy_version bigint NOT NULL,
    allowed_actions text NOT NULL,
    -- The whole ticket.
    context text NOT NULL
);

CREATE UNIQUE INDEX hitl_pending_approvals_open ON hitl_pending_approvals (queue_key)
    WHERE status = 'pending';
CREATE INDEX hitl_pending_approvals_of_run
    ON hitl_pending_approvals (run_id, created_at, approval_id);

-- Every decision, for good. The primary key is the second guard against two of one ticket.
CREATE TABLE hitl_approvals (
    approval_id uuid NOT NULL PRIMARY KEY REFERENCES hitl_pending_approvals (approval_id),
    run_id uuid NOT NULL REFERENCES hitl_runs (run_id),
    action text NOT NULL,
    -- Who: a person's account, or empty for the policy.
    by_person uuid,
    by_name text NOT NULL,
    via text NOT NULL,
    at timestamptz NOT NULL,
    reason text,
    proposed_digest text NOT NULL,
    decided_digest text NOT NULL,
    -- What was proposed, what changed (RFC 6902), and what was decided.
    original text NOT NULL,
    patch text NOT NULL,
    final text NOT NULL,
    -- The whole decision.
    record text NOT NULL
);

CREATE INDEX hitl_approvals_of_run ON hitl_approvals (run_id);

-- Who opened which ticket, when first, and how long they looked at it in all.
CREATE TABLE hitl_ticket_views (
    approval_id uuid NOT NULL REFERENCES hitl_pending_approvals (approval_id),
    person_id uuid NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    dwell_ms bigint NOT NULL,
    PRIMARY KEY (approval_id, person_id)
);

-- What a reviewer typed and didn't get through with; gone when they decide.
CREATE TABLE hitl_drafts (
    approval_id uuid NOT NULL REFERENCES hitl_pending_approvals (approval_id),
    person_id uuid NOT NULL,
    text text NOT NULL,
    saved_at timestamptz NOT NULL,
    PRIMARY KEY (approval_id, person_id)
);
