//! Taking away what is old. `$1` is the run, where nothing else is said.

pub(in crate::store) const ENDED_BEFORE: &str = "
    SELECT run_id FROM hitl_runs
    WHERE status IN ('completed', 'failed', 'cancelled') AND created_at < $1 AND updated_at < $1
    LIMIT $2";

/// `$2`: now.
pub(in crate::store) const KEEP_DECISIONS: &str = "
    INSERT INTO hitl_kept_decisions (
        approval_id, run_id, checkpoint_type, provider_name, action, by_person, by_name, via, at,
        proposed_digest, decided_digest, removed_at)
    SELECT d.approval_id, d.run_id, t.checkpoint_type, t.provider_name, d.action, d.by_person,
        d.by_name, d.via, d.at, d.proposed_digest, d.decided_digest, $2
    FROM hitl_approvals d JOIN hitl_pending_approvals t ON t.approval_id = d.approval_id
    WHERE d.run_id = $1";

/// Everything that refers to a run, and in this order to each other.
pub(in crate::store) const REMOVE_PARTS: [&str; 9] = [
    "DELETE FROM hitl_ticket_views WHERE approval_id IN
        (SELECT approval_id FROM hitl_pending_approvals WHERE run_id = $1)",
    "DELETE FROM hitl_drafts WHERE approval_id IN
        (SELECT approval_id FROM hitl_pending_approvals WHERE run_id = $1)",
    "DELETE FROM hitl_messages WHERE run_id = $1 OR approval_id IN
        (SELECT approval_id FROM hitl_pending_approvals WHERE run_id = $1)",
    "DELETE FROM hitl_threads
    WHERE (owner, session_id) IN (SELECT owner, session_id FROM hitl_runs WHERE run_id = $1)
        AND NOT EXISTS (
            SELECT 1 FROM hitl_messages m
            WHERE m.session_id = hitl_threads.session_id AND m.owner = hitl_threads.owner)",
    "DELETE FROM hitl_approvals WHERE run_id = $1",
    "DELETE FROM hitl_pending_approvals WHERE run_id = $1",
    "DELETE FROM hitl_step_events WHERE run_id = $1",
    "DELETE FROM hitl_effects WHERE run_id = $1",
    "DELETE FROM hitl_attempts WHERE run_id = $1",
];

/// Gives no row if the run isn't over.
pub(in crate::store) const REMOVE_RUN: &str = "
    DELETE FROM hitl_runs
    WHERE run_id = $1 AND status IN ('completed', 'failed', 'cancelled')
    RETURNING run_id";

/// Sessions without a run in which somebody said something. `$1`: before when, `$2`: how many.
pub(in crate::store) const OLD_TALKS: &str = "
    SELECT DISTINCT m.owner, m.session_id FROM hitl_messages m
    WHERE m.run_id IS NULL AND m.approval_id IS NULL AND m.created_at < $1
        AND NOT EXISTS (
            SELECT 1 FROM hitl_runs r WHERE r.owner = m.owner AND r.session_id = m.session_id)
    LIMIT $2";

/// `$1`: the owner, `$2`: the session, `$3`: before when. A run may have begun since.
pub(in crate::store) const REMOVE_TALK: &str = "
    DELETE FROM hitl_messages
    WHERE owner = $1 AND session_id = $2 AND created_at < $3
        AND run_id IS NULL AND approval_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM hitl_runs r WHERE r.owner = $1 AND r.session_id = $2)
    RETURNING message_id";

/// As [`REMOVE_TALK`]; a thread in which somebody speaks meanwhile stays.
pub(in crate::store) const REMOVE_THREAD: &str = "
    DELETE FROM hitl_threads
    WHERE owner = $1 AND session_id = $2 AND last_at < $3
        AND NOT EXISTS (SELECT 1 FROM hitl_messages m WHERE m.owner = $1 AND m.session_id = $2)";

/// `$1`: before when, `$2`: how many.
pub(in crate::store) const REMOVE_ATTACHMENTS: &str = "
    DELETE FROM hitl_attachments WHERE attachment_id IN (
        SELECT a.attachment_id FROM hitl_attachments a
        WHERE a.created_at < $1 AND NOT EXISTS (
            SELECT 1 FROM hitl_runs r
            WHERE r.owner = a.owner AND r.session_id = a.session_id
                AND r.status IN ('queued', 'running', 'awaiting_human'))
        ORDER BY a.created_at, a.attachment_id LIMIT $2)
    RETURNING attachment_id";

/// `$1`: the content's digest.
pub(in crate::store) const ATTACHED: &str = "
    SELECT attachment_id FROM hitl_attachments WHERE digest = $1 LIMIT 1";

/// `$1`: before when, `$2`: how many.
pub(in crate::store) const OLD_KEYS: &str = "
    SELECT scope, key FROM hitl_idempotency_keys WHERE created_at < $1 LIMIT $2";

pub(in crate::store) const FORGET_KEY: &str = "
    DELETE FROM hitl_idempotency_keys WHERE scope = $1 AND key = $2";

pub(in crate::store) const UNSETTLED: &str = "
    SELECT MAX(restored_at) AS restored_at FROM hitl_restores WHERE settled_at IS NULL";

/// Nobody is called back by a restored instance: it was done before, or who asks is told. What is still open lost its
/// callback when its run was told of the restore.
pub(in crate::store) const CALL_NOBODY_BACK: &str = "
    DELETE FROM hitl_effects WHERE kind = 'call_back'";

/// `$1`: now.
pub(in crate::store) const SETTLE: &str = "
    UPDATE hitl_restores SET settled_at = $1 WHERE settled_at IS NULL";
