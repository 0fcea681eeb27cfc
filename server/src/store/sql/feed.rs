//! History and the feed.

/// Counts within the run by itself. `$1`: the run.
pub(in crate::store) const APPEND: &str = "
    INSERT INTO hitl_step_events (
        run_id, session_id, sequence, kind, step, status, at, actor, message, metadata)
    VALUES (
        $1, $2,
        (SELECT COALESCE(MAX(sequence), 0) + 1 FROM hitl_step_events WHERE run_id = $1),
        $3, $4, $5, $6, $7, $8, $9)";

macro_rules! select_events {
    ($rest:literal) => {
        concat!(
            "SELECT COALESCE(number, 0) AS number, run_id, session_id, sequence, kind, step, status, at, actor, message,
                metadata
            FROM hitl_step_events AS event WHERE ",
            $rest
        )
    };
}

pub(in crate::store) const HISTORY: &str = select_events!("run_id = $1 ORDER BY sequence");

pub(in crate::store) const FEED: &str =
    select_events!("event.number > $1 ORDER BY event.number LIMIT $2");
