//! Effects and attempts.

/// `$6` to `$8`: its lease, until when, and how often it was claimed.
pub(in crate::store) const ADD: &str = "
    INSERT INTO hitl_effects (
        run_id, kind, effect, created_at, not_before, lease, lease_until, claims)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    RETURNING effect_id";

pub(in crate::store) const RENEW: &str = "
    UPDATE hitl_effects SET lease_until = $3 WHERE effect_id = $1 AND lease = $2
    RETURNING effect_id";

/// Gives the lease back. `$3`: until when nobody takes it, `$4`: how often it counts as claimed.
pub(in crate::store) const PUT_OFF: &str = "
    UPDATE hitl_effects SET lease = NULL, lease_until = NULL, not_before = $3, claims = $4
    WHERE effect_id = $1 AND lease = $2";

/// Whoever lost the lease deletes nothing.
pub(in crate::store) const FINISH: &str = "
    DELETE FROM hitl_effects WHERE effect_id = $1 AND lease = $2 RETURNING effect_id";

/// As [`FINISH`], unless a run of the session `$4` of `$3` is queued.
pub(in crate::store) const FINISH_UNLESS_QUEUED: &str = "
    DELETE FROM hitl_effects WHERE effect_id = $1 AND lease = $2 AND NOT EXISTS (
        SELECT 1 FROM hitl_runs WHERE owner = $3 AND session_id = $4 AND status = 'queued')
    RETURNING effect_id";

/// When the first effect becomes ready, or its lease ends.
pub(in crate::store) const NEXT_READY: &str = "
    SELECT MIN(CASE WHEN lease IS NULL THEN COALESCE(not_before, created_at) ELSE lease_until END)
        AS ready_at
    FROM hitl_effects";

/// `$6` is the key that a provider gets: the same for the same attempt, whoever sends it. `$7` and `$8`: its phase,
/// and when it was started if it is `sending` at once.
pub(in crate::store) const PREPARE_ATTEMPT: &str = "
    INSERT INTO hitl_attempts (
        run_id, attempt, digest, warrant, prepared_at, idempotency_key, phase, started_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

pub(in crate::store) const START_ATTEMPT: &str = "
    UPDATE hitl_attempts SET phase = 'sending', started_at = $3
    WHERE run_id = $1 AND attempt = $2";

/// An answer that comes late settles what was unknown.
pub(in crate::store) const END_ATTEMPT: &str = "
    UPDATE hitl_attempts SET phase = $3, finished_at = $4, message = $5
    WHERE run_id = $1 AND attempt = $2";
