//! Runs and idempotency keys.

/// `$1` to `$34`: see `columns::run_values`.
pub(in crate::store) const INSERT_RUN: &str = "
    INSERT INTO hitl_runs (
        run_id, status, current_step, end_reason, owner, owner_name, user_id, session_id,
        agent, provider_name, prompt, created_at, updated_at, expires_at, wakes_at,
        total_execution_time_ms, human_review_time_ms, provider_execution_time_ms, state,
        original_input, hitl_config, suggested_payload, validation_issues,
        validation_summary, raw_response, processed_response, final_result, pending_actions,
        checkpoint_context, last_approval, human_edits, form_data, conversation_history,
        capabilities, version)
    VALUES (
        $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
        $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33,
        $34, 1)
    RETURNING version";

/// As [`INSERT_RUN`], and `$35`: the version that the change was made from.
pub(in crate::store) const UPDATE_RUN: &str = "
    UPDATE hitl_runs SET version = version + 1,
        status = $2, current_step = $3, end_reason = $4, owner = $5, owner_name = $6,
        user_id = $7, session_id = $8, agent = $9, provider_name = $10, prompt = $11,
        created_at = $12, updated_at = $13, expires_at = $14, wakes_at = $15,
        total_execution_time_ms = $16, human_review_time_ms = $17,
        provider_execution_time_ms = $18, state = $19, original_input = $20, hitl_config =
        $21, suggested_payload = $22, validation_issues = $23, validation_summary = $24,
        raw_response = $25, processed_response = $26, final_result = $27, pending_actions =
        $28, checkpoint_context = $29, last_approval = $30, human_edits = $31, form_data =
        $32, conversation_history = $33, capabilities = $34
    WHERE run_id = $1 AND version = $35
    RETURNING version";

pub(in crate::store) const LOAD_RUN: &str = "
    SELECT state, version FROM hitl_runs WHERE run_id = $1";

/// The columns that a list shows.
macro_rules! select_rows {
    ($rest:literal) => {
        concat!(
            "SELECT run_id, session_id, owner, owner_name, user_id, agent, provider_name, prompt,
                status, current_step, end_reason, created_at, updated_at
            FROM hitl_runs WHERE ",
            $rest
        )
    };
}

/// `$1`, `$2`: the place in the list after which the page begins; `$3`: how many.
pub(in crate::store) const RUNS: &str = select_rows!(
    "(created_at, run_id) < ($1, $2)
    ORDER BY created_at DESC, run_id DESC LIMIT $3"
);

/// As [`RUNS`], and `$4`: the status.
pub(in crate::store) const RUNS_OF_STATUS: &str = select_rows!(
    "status = $4 AND (created_at, run_id) < ($1, $2)
    ORDER BY created_at DESC, run_id DESC LIMIT $3"
);

/// As [`RUNS`], and `$4`: the status, `$5`: the session.
pub(in crate::store) const RUNS_OF_SESSION_AND_STATUS: &str = select_rows!(
    "status = $4 AND session_id = $5 AND (created_at, run_id) < ($1, $2)
    ORDER BY created_at DESC, run_id DESC LIMIT $3"
);

/// As [`RUNS`], and `$4`: the status; `$5` to `$8`: session, owner, user and agent, nothing for all.
pub(in crate::store) const RUNS_OF_MORE: &str = select_rows!(
    "status = $4 AND ($5 IS NULL OR session_id = $5) AND ($6 IS NULL OR owner = $6)
        AND ($7 IS NULL OR user_id = $7) AND ($8 IS NULL OR agent = $8)
        AND (created_at, run_id) < ($1, $2)
    ORDER BY created_at DESC, run_id DESC LIMIT $3"
);

pub(in crate::store) const COUNT_RUNS: &str = "
    SELECT COUNT(*) AS total FROM hitl_runs";

pub(in crate::store) const COUNT_OF_STATUS: &str = "
    SELECT COUNT(*) AS total FROM hitl_runs WHERE status = $1";

pub(in crate::store) const COUNT_OF_SESSION_AND_STATUS: &str = "
    SELECT COUNT(*) AS total FROM hitl_runs WHERE status = $1 AND session_id = $2";

/// `$1`: the status; `$2` to `$5`: session, owner, user and agent, nothing for all.
pub(in crate::store) const COUNT_OF_MORE: &str = "
    SELECT COUNT(*) AS total FROM hitl_runs
    WHERE status = $1 AND ($2 IS NULL OR session_id = $2) AND ($3 IS NULL OR owner = $3)
        AND ($4 IS NULL OR user_id = $4) AND ($5 IS NULL OR agent = $5)";

pub(in crate::store) const NEXT_QUEUED: &str = "
    SELECT run_id FROM hitl_runs
    WHERE owner = $1 AND session_id = $2 AND status = 'queued'
    ORDER BY created_at, run_id LIMIT 1";

pub(in crate::store) const DUE: &str = "
    SELECT run_id FROM hitl_runs WHERE wakes_at <= $1 ORDER BY wakes_at, run_id LIMIT $2";

pub(in crate::store) const NEXT_WAKE: &str = "
    SELECT MIN(wakes_at) AS wakes_at FROM hitl_runs WHERE wakes_at IS NOT NULL";

pub(in crate::store) const READY: &str = "SELECT 1 AS one FROM hitl_runs LIMIT 1";

/// Gives no row if the key is known already.
pub(in crate::store) const USE_KEY: &str = "
    INSERT INTO hitl_idempotency_keys (scope, key, request, answer, created_at, reply)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (scope, key) DO NOTHING
    RETURNING scope";

pub(in crate::store) const USED_KEY: &str = "
    SELECT request, answer, reply FROM hitl_idempotency_keys WHERE scope = $1 AND key = $2";
