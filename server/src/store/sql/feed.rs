//! History and the feed.

/// Counts within the run by itself. `$1`: the run.
pub(in crate::store) const APPEND: &str = "
    INSERT INTO hitl_step_events (
        run_id, session_id, sequence, kind, step, status, at, actor, message, metadata)
    VALUES (
        $1, $2,
        (SELECT COALESCE(MAX(sequence), 0) + 1 FROM hitl_step_events WHERE run_id = $1),
        $3, $4, $5, $6, $7, $8, $9)
    RETURNING COALESCE(number, 0) AS number";

/// Gives a message its place.
pub(in crate::store) const APPEND_SAID: &str = "
    INSERT INTO hitl_step_events (session_id, at, message_id) VALUES ($1, $2, $3)
    RETURNING COALESCE(number, 0) AS number";

/// Whether a statement adds to the feed.
pub(in crate::store) fn appends(statement: &str) -> bool {
    statement == APPEND || statement == APPEND_SAID
}

pub(in crate::store) const HISTORY: &str = "
    SELECT COALESCE(number, 0) AS number, run_id, session_id, sequence, kind, step, status, at,
        actor, message, metadata
    FROM hitl_step_events WHERE run_id = $1 ORDER BY sequence";

pub(in crate::store) const FEED: &str = "
    SELECT event.number, event.session_id, event.sequence, event.kind, event.step, event.status,
        event.at, event.actor, event.message, event.metadata, event.message_id,
        COALESCE(event.run_id, said.run_id) AS run_id, COALESCE(run.owner, said.owner) AS owner,
        said.approval_id, said.role, said.author, said.text, said.props, said.attachments,
        said.created_at
    FROM hitl_step_events AS event
    LEFT JOIN hitl_runs AS run ON run.run_id = event.run_id
    LEFT JOIN hitl_messages AS said ON said.message_id = event.message_id
    WHERE event.number > $1 ORDER BY event.number LIMIT $2";

pub(in crate::store) const FEED_END: &str = "
    SELECT COALESCE(MAX(number), 0) AS number FROM hitl_step_events";
