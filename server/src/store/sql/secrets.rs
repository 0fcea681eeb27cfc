//! Secrets of this installation.

pub(in crate::store) const SECRET: &str = "SELECT secret FROM hitl_secrets WHERE name = $1";

/// Does nothing where there is one: whoever came first made it.
pub(in crate::store) const ADD_SECRET: &str = "
    INSERT INTO hitl_secrets (name, secret, created_at) VALUES ($1, $2, $3)
    ON CONFLICT (name) DO NOTHING";
