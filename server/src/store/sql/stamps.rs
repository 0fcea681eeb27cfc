//! Stamps of runs, and secrets that instances share.

pub(in crate::store) const OF_RUN: &str = "
    SELECT version, updated_at FROM hitl_runs WHERE run_id = $1";

pub(in crate::store) const OF_TICKET: &str = "
    SELECT r.version, r.updated_at FROM hitl_pending_approvals t
    JOIN hitl_runs r ON r.run_id = t.run_id WHERE t.approval_id = $1";

/// Gives the secret that is kept, be it `$2` or one from before.
pub(in crate::store) const KEEP_SECRET: &str = "
    INSERT INTO hitl_shared_secrets (name, secret) VALUES ($1, $2)
    ON CONFLICT (name) DO UPDATE SET name = excluded.name
    RETURNING secret";
