-- Why: what happened (append-only, and the source of everything pushed to clients), what is still to
-- be done (the outbox, written in the transaction that calls for it), and what was tried (attempts).

-- Events are written without a feed number, because numbers given by writers are not committed in their
-- order: a reader would pass over those that come late. A numberer gives committed events their
-- numbers afterwards, in the order of `event_id`, which within a run is the order of its commits.
CREATE TABLE hitl_step_events (
    event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- The place in the feed; empty until it has one.
    number bigint UNIQUE,
    run_id uuid NOT NULL REFERENCES hitl_runs (run_id),
    session_id text NOT NULL,
    -- Counts within the run, from 1.
    sequence bigint NOT NULL,
    kind text NOT NULL,
    step text NOT NULL,
    status text NOT NULL,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    message text NOT NULL,
    metadata text NOT NULL,
    UNIQUE (run_id, sequence)
);

CREATE INDEX hitl_step_events_unnumbered ON hitl_step_events (event_id) WHERE number IS NULL;

-- The last number given, in one row: who numbers holds its lock, and no number is used twice.
CREATE TABLE hitl_feed_head (
    number bigint NOT NULL
);

INSERT INTO hitl_feed_head VALUES (0);

-- Tells the processes apart that share this database.
CREATE SEQUENCE hitl_instances;

CREATE TABLE hitl_effects (
    effect_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id uuid NOT NULL REFERENCES hitl_runs (run_id),
    kind text NOT NULL,
    -- The whole effect.
    effect text NOT NULL,
    created_at timestamptz NOT NULL,
    -- Empty for an effect that is ready at once.
    not_before timestamptz,
    -- Empty until it is claimed.
    lease uuid,
    lease_until timestamptz,
    claims bigint NOT NULL
);

CREATE INDEX hitl_effects_of_run ON hitl_effects (run_id);

-- Attempts to call a provider: in `sending` the request may have left.
CREATE TABLE hitl_attempts (
    run_id uuid NOT NULL REFERENCES hitl_runs (run_id),
    attempt bigint NOT NULL,
    idempotency_key text NOT NULL UNIQUE,
    digest text NOT NULL,
    warrant text NOT NULL,
    phase text NOT NULL CHECK (phase IN ('ready', 'sending', 'answered', 'failed', 'unknown')),
    prepared_at timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz,
    message text,
    PRIMARY KEY (run_id, attempt)
);

-- A caller's keys, kept in the transaction of what they were used for.
CREATE TABLE hitl_idempotency_keys (
    scope text NOT NULL,
    key text NOT NULL,
    request text NOT NULL,
    answer uuid NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (scope, key)
);
