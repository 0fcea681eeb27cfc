//! Figures for operators.

pub(in crate::store) const TICKETS: &str = "
    SELECT checkpoint_type, COUNT(*) AS total, MIN(created_at) AS oldest
    FROM hitl_pending_approvals WHERE status = 'pending' GROUP BY checkpoint_type";

pub(in crate::store) const EFFECTS: &str = "
    SELECT COUNT(*) AS total, MIN(COALESCE(not_before, created_at)) AS oldest FROM hitl_effects";
