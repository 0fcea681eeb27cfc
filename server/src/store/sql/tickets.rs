//! Tickets, decisions, and who looked at what.

/// `$1` to `$22`: see `ticket_columns::ticket_values`.
pub(in crate::store) const OPEN: &str = "
    INSERT INTO hitl_pending_approvals (
        approval_id, version, queue_key, blocking, overdue, expires_at, auto_approve_at, context,
        run_id, checkpoint_type, user_id, session_id, agent, provider_name, owner_name, prompt,
        message, created_at, proposal_digest, policy, policy_version, allowed_actions, status)
    VALUES (
        $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
        $21, $22, 'pending')";

/// `$1` to `$8` as in [`OPEN`]; `$9`: the version before.
pub(in crate::store) const CHANGE: &str = "
    UPDATE hitl_pending_approvals
    SET version = $2, queue_key = $3, blocking = $4, overdue = $5, expires_at = $6,
        auto_approve_at = $7, context = $8
    WHERE approval_id = $1 AND COALESCE(status, '') = 'pending' AND version = $9
    RETURNING approval_id";

/// Closes a ticket whatever its deadline: what the policy or the server itself does. The status is asked for in a way
/// that keeps PostgreSQL, which plans once and for a small table, from walking through the index of open tickets.
pub(in crate::store) const CLOSE: &str = "
    UPDATE hitl_pending_approvals SET status = $3, closed_at = $4, closed_reason = $5
    WHERE approval_id = $1 AND version = $2 AND COALESCE(status, '') = 'pending'
    RETURNING approval_id";

pub(in crate::store) const DECIDE: &str = "
    INSERT INTO hitl_approvals (
        approval_id, run_id, action, by_person, by_name, via, at, reason, proposed_digest,
        decided_digest, original, patch, final, record)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";

/// A ticket that is still open at a version.
pub(in crate::store) const STILL_OPEN: &str = "
    SELECT approval_id FROM hitl_pending_approvals
    WHERE approval_id = $1 AND version = $2 AND status = 'pending'";

macro_rules! select_tickets {
    ($rest:literal) => {
        concat!(
            "SELECT t.run_id, t.session_id, t.context, t.status, t.closed_at, t.closed_reason,
                d.record
            FROM hitl_pending_approvals t
            LEFT JOIN hitl_approvals d ON d.approval_id = t.approval_id WHERE ",
            $rest
        )
    };
}

pub(in crate::store) const TICKET: &str = select_tickets!("t.approval_id = $1");

pub(in crate::store) const TICKETS_OF: &str =
    select_tickets!("t.run_id = $1 ORDER BY t.created_at, t.approval_id");

/// What is asked in a session since `$3`. `$1`: its owner; `$2`: the session.
pub(in crate::store) const TICKETS_OF_THREAD: &str = select_tickets!(
    "t.approval_id IN (
        SELECT m.approval_id FROM hitl_messages m
        WHERE m.owner = $1 AND m.session_id = $2 AND m.created_at >= $3 AND m.role = 'checkpoint')"
);

/// The columns that a list shows.
macro_rules! select_open {
    ($rest:literal) => {
        concat!(
            "SELECT approval_id, run_id, session_id, user_id, checkpoint_type, message, prompt,
                provider_name, agent, owner_name, blocking, created_at, expires_at,
                auto_approve_at, overdue, queue_key
            FROM hitl_pending_approvals WHERE status = 'pending' AND queue_key > $1",
            $rest,
            " ORDER BY queue_key LIMIT $2"
        )
    };
}

/// `$1`: the key after which the page begins; `$2`: how many.
pub(in crate::store) const OPEN_TICKETS: &str = select_open!("");

/// As [`OPEN_TICKETS`], and `$3` to `$7`: session, user, agent, checkpoint and owner, nothing for all.
pub(in crate::store) const OPEN_TICKETS_OF: &str = select_open!(
    " AND ($3 IS NULL OR session_id = $3) AND ($4 IS NULL OR user_id = $4)
        AND ($5 IS NULL OR agent = $5) AND ($6 IS NULL OR checkpoint_type = $6)
        AND ($7 IS NULL OR run_id IN (
            SELECT run_id FROM hitl_runs
            WHERE owner = $7 AND status IN ('running', 'awaiting_human')))"
);

/// `$1` to `$5`: session, user, agent, checkpoint and owner, nothing for all.
pub(in crate::store) const COUNT_OPEN_OF: &str = "
    SELECT COUNT(*) AS total FROM hitl_pending_approvals
    WHERE status = 'pending' AND ($1 IS NULL OR session_id = $1) AND ($2 IS NULL OR user_id = $2)
        AND ($3 IS NULL OR agent = $3) AND ($4 IS NULL OR checkpoint_type = $4)
        AND ($5 IS NULL OR run_id IN (
            SELECT run_id FROM hitl_runs
            WHERE owner = $5 AND status IN ('running', 'awaiting_human')))";

pub(in crate::store) const COUNT_OPEN: &str = "
    SELECT COUNT(*) AS total FROM hitl_pending_approvals WHERE status = 'pending'";

/// Does nothing for a ticket that isn't there.
pub(in crate::store) const SEEN: &str = "
    INSERT INTO hitl_ticket_views (approval_id, person_id, first_at, last_at, dwell_ms)
    SELECT approval_id, $2, $3, $3, $4 FROM hitl_pending_approvals WHERE approval_id = $1
    ON CONFLICT (approval_id, person_id) DO UPDATE
    SET last_at = excluded.last_at, dwell_ms = hitl_ticket_views.dwell_ms + excluded.dwell_ms";

pub(in crate::store) const SAVE_DRAFT: &str = "
    INSERT INTO hitl_drafts (approval_id, person_id, text, saved_at)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (approval_id, person_id) DO UPDATE
    SET text = excluded.text, saved_at = excluded.saved_at";

pub(in crate::store) const DROP_DRAFT: &str =
    "DELETE FROM hitl_drafts WHERE approval_id = $1 AND person_id = $2";

pub(in crate::store) const DRAFT: &str =
    "SELECT text FROM hitl_drafts WHERE approval_id = $1 AND person_id = $2";
