//! What agents started. `$1` is the agent.

/// `$2`: what was started before counts no longer.
pub(in crate::store) const FORGET_STARTS: &str = "
    DELETE FROM hitl_agent_starts WHERE agent_id = $1 AND at <= $2";

/// `$2`: when, `$3`: the run, `$4`: how many there may be. Gives no row if there are as many.
pub(in crate::store) const START: &str = "
    INSERT INTO hitl_agent_starts (agent_id, at, run_id)
    SELECT $1, $2, $3
    WHERE (SELECT COUNT(*) FROM hitl_agent_starts WHERE agent_id = $1) < $4
    RETURNING run_id";

pub(in crate::store) const OLDEST_START: &str = "
    SELECT MIN(at) AS at FROM hitl_agent_starts WHERE agent_id = $1";

/// `$2`: how many there may be. Gives no row if there are as many.
pub(in crate::store) const ROOM: &str = "
    SELECT 1 AS one
    WHERE (
        SELECT COUNT(*) FROM hitl_runs
        WHERE owner = $1 AND status IN ('running', 'awaiting_human')
            AND (status = 'awaiting_human' OR provider_name <> 'external'))
        + (SELECT COUNT(*) FROM hitl_runs WHERE owner = $1 AND status = 'queued') < $2";
