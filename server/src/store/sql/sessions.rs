//! Threads and histories of sessions.

pub(in crate::store) const ADD_MESSAGE: &str = "
    INSERT INTO hitl_messages (
        message_id, owner, session_id, run_id, approval_id, role, author, text, props,
        attachments, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

/// `$1`, `$2`: the place after which the page begins; `$3`: how many; `$4`: the session; `$5`: its
/// owner, or nothing for all.
pub(in crate::store) const MESSAGES: &str = "
    SELECT message_id, owner, session_id, run_id, approval_id, role, author, text, props,
        attachments, created_at
    FROM hitl_messages
    WHERE session_id = $4 AND ($5 IS NULL OR owner = $5) AND (created_at, message_id) > ($1, $2)
    ORDER BY created_at, message_id LIMIT $3";

pub(in crate::store) const COUNT_MESSAGES: &str = "
    SELECT COUNT(*) AS total FROM hitl_messages
    WHERE session_id = $1 AND ($2 IS NULL OR owner = $2)";

/// As [`MESSAGES`].
pub(in crate::store) const DECISIONS: &str = "
    SELECT d.run_id, d.at, d.record, t.checkpoint_type
    FROM hitl_runs r
    JOIN hitl_approvals d ON d.run_id = r.run_id
    JOIN hitl_pending_approvals t ON t.approval_id = d.approval_id
    WHERE r.session_id = $4 AND ($5 IS NULL OR r.owner = $5) AND (d.at, d.approval_id) > ($1, $2)
    ORDER BY d.at, d.approval_id LIMIT $3";

pub(in crate::store) const COUNT_DECISIONS: &str = "
    SELECT COUNT(*) AS total
    FROM hitl_runs r
    JOIN hitl_approvals d ON d.run_id = r.run_id
    WHERE r.session_id = $1 AND ($2 IS NULL OR r.owner = $2)";
