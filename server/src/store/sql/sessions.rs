//! Threads and histories of sessions.

pub(in crate::store) const ADD_MESSAGE: &str = "
    INSERT INTO hitl_messages (
        message_id, owner, session_id, run_id, approval_id, role, author, text, props,
        attachments, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

/// `$1` to `$4`: owner, session, a message and its time.
pub(in crate::store) const TOUCH_THREAD: &str = "
    INSERT INTO hitl_threads (owner, session_id, thread_id, last_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (owner, session_id) DO UPDATE SET last_at = excluded.last_at
    WHERE hitl_threads.last_at < excluded.last_at";

/// What a list of sessions shows. Its title is what was said first of what is still there.
macro_rules! select_threads {
    ($rest:literal) => {
        concat!(
            "SELECT t.owner, t.session_id, t.thread_id, t.last_at,
                COALESCE(p.name, a.name, '') AS owner_name,
                COALESCE((
                    SELECT SUBSTR(m.text, 1, 200) FROM hitl_messages m
                    WHERE m.session_id = t.session_id AND m.owner = t.owner
                    ORDER BY m.created_at, m.message_id LIMIT 1), '') AS title,
                (SELECT COUNT(*) FROM hitl_runs r
                    JOIN hitl_pending_approvals w ON w.run_id = r.run_id AND w.status = 'pending'
                    WHERE r.session_id = t.session_id AND r.owner = t.owner
                        AND r.status = 'awaiting_human') AS waiting
            FROM hitl_threads t
            LEFT JOIN hitl_people p ON p.person_id = t.owner
            LEFT JOIN hitl_agents a ON a.agent_id = t.owner WHERE ",
            $rest
        )
    };
}

/// `$1`, `$2`: the place in the list after which the page begins; `$3`: how many; `$4`: whose, or nothing for
/// everybody's.
pub(in crate::store) const THREADS: &str = select_threads!(
    "($4 IS NULL OR t.owner = $4) AND (t.last_at, t.thread_id) < ($1, $2)
    ORDER BY t.last_at DESC, t.thread_id DESC LIMIT $3"
);

/// `$1`: whose, or nothing for everybody's.
pub(in crate::store) const COUNT_THREADS: &str = "
    SELECT COUNT(*) AS total FROM hitl_threads WHERE ($1 IS NULL OR owner = $1)";

/// As [`THREADS`], and `$5`: the pattern that the session's name or one of its messages must match.
pub(in crate::store) const THREADS_WITH: &str = select_threads!(
    "($4 IS NULL OR t.owner = $4) AND (t.last_at, t.thread_id) < ($1, $2)
        AND (LOWER(t.session_id) LIKE LOWER($5) ESCAPE '\\' OR EXISTS (
            SELECT 1 FROM hitl_messages m
            WHERE m.session_id = t.session_id AND m.owner = t.owner
                AND LOWER(m.text) LIKE LOWER($5) ESCAPE '\\'))
    ORDER BY t.last_at DESC, t.thread_id DESC LIMIT $3"
);

/// `$1`: whose, or nothing for everybody's; `$2` as `$5` of [`THREADS_WITH`].
pub(in crate::store) const COUNT_THREADS_WITH: &str = "
    SELECT COUNT(*) AS total FROM hitl_threads t
    WHERE ($1 IS NULL OR t.owner = $1)
        AND (LOWER(t.session_id) LIKE LOWER($2) ESCAPE '\\' OR EXISTS (
            SELECT 1 FROM hitl_messages m
            WHERE m.session_id = t.session_id AND m.owner = t.owner
                AND LOWER(m.text) LIKE LOWER($2) ESCAPE '\\'))";

/// `$1`: the owner; `$2`: the session.
pub(in crate::store) const THREAD: &str = select_threads!("t.owner = $1 AND t.session_id = $2");

/// The newest first. `$1`, `$2`: the place before which the page ends; `$3`: how many; `$4`: the session; `$5`: its
/// owner.
pub(in crate::store) const MESSAGES_BEFORE: &str = "
    SELECT message_id, owner, session_id, run_id, approval_id, role, author, text, props,
        attachments, created_at
    FROM hitl_messages
    WHERE session_id = $4 AND owner = $5 AND (created_at, message_id) < ($1, $2)
    ORDER BY created_at DESC, message_id DESC LIMIT $3";

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
