-- Why: what happened (append-only, and the source of everything pushed to clients), what is still to
-- be done (the outbox, written in the transaction that calls for it), and what was tried (attempts).

-- There is one writer, so numbers are given in the order of commits and a rolled-back number is given
-- again: a reader that follows `number` misses nothing. AUTOINCREMENT keeps a number from ever being
-- used twice.
CREATE TABLE hitl_step_events (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id TEXT NOT NULL REFERENCES hitl_runs (run_id),
    session_id TEXT NOT NULL,
    -- Counts within the run, from 1.
    sequence INTEGER NOT NULL,
    kind TEXT NOT NULL,
    step TEXT NOT NULL,
    status TEXT NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    message TEXT NOT NULL,
    metadata TEXT NOT NULL,
    UNIQUE (run_id, sequence)
) STRICT;

CREATE TABLE hitl_effects (
    effect_id INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id TEXT NOT NULL REFERENCES hitl_runs (run_id),
    kind TEXT NOT NULL,
    -- The whole effect.
    effect TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- Empty for an effect that is ready at once.
    not_before INTEGER,
    -- Empty until it is claimed.
    lease TEXT,
    lease_until INTEGER,
    claims INTEGER NOT NULL
) STRICT;

CREATE INDEX hitl_effects_of_run ON hitl_effects (run_id);

-- Attempts to call a provider: in `sending` the request may have left.
CREATE TABLE hitl_attempts (
    run_id TEXT NOT NULL REFERENCES hitl_runs (run_id),
    attempt INTEGER NOT NULL,
    idempotency_key TEXT NOT NULL UNIQUE,
    digest TEXT NOT NULL,
    warrant TEXT NOT NULL,
    phase TEXT NOT NULL CHECK (phase IN ('ready', 'sending', 'answered', 'failed', 'unknown')),
    prepared_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    message TEXT,
    PRIMARY KEY (run_id, attempt)
) STRICT, WITHOUT ROWID;

-- A caller's keys, kept in the transaction of what they were used for.
CREATE TABLE hitl_idempotency_keys (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    request TEXT NOT NULL,
    answer TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;
