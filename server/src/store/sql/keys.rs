//! Keys and agents.

/// Does nothing where the name is known.
pub(in crate::store) const ADD_AGENT: &str = "
    INSERT INTO hitl_agents (agent_id, name, created_at) VALUES ($1, $2, $3)
    ON CONFLICT (name) DO NOTHING";

pub(in crate::store) const AGENT: &str = "
    SELECT agent_id, name, created_at FROM hitl_agents WHERE name = $1";

pub(in crate::store) const ADD_KEY: &str = "
    INSERT INTO hitl_keys (
        key_id, hash, hint, name, person_id, agent_id, read_only, made_by, created_at, expires_at,
        last_used_at, revoked_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

macro_rules! select_keys {
    ($rest:literal) => {
        concat!(
            "SELECT key_id, hash, hint, name, person_id, agent_id, read_only, made_by, created_at,
                expires_at, last_used_at, revoked_at
            FROM hitl_keys ",
            $rest
        )
    };
}

pub(in crate::store) const KEY: &str = select_keys!("WHERE hash = $1");

/// `$1`: how many.
pub(in crate::store) const KEYS: &str =
    select_keys!("ORDER BY revoked_at IS NOT NULL, created_at DESC, key_id DESC LIMIT $1");

/// As [`KEYS`], and `$2`: whose.
pub(in crate::store) const KEYS_OF: &str = select_keys!(
    "WHERE person_id = $2
    ORDER BY revoked_at IS NOT NULL, created_at DESC, key_id DESC LIMIT $1"
);

pub(in crate::store) const TOUCH_KEY: &str = "
    UPDATE hitl_keys SET last_used_at = $2 WHERE key_id = $1";

pub(in crate::store) const REVOKE_KEY: &str = "
    UPDATE hitl_keys SET revoked_at = COALESCE(revoked_at, $2) WHERE key_id = $1
    RETURNING key_id";

/// As [`REVOKE_KEY`], and `$3`: whose.
pub(in crate::store) const REVOKE_KEY_OF: &str = "
    UPDATE hitl_keys SET revoked_at = COALESCE(revoked_at, $2) WHERE key_id = $1 AND person_id = $3
    RETURNING key_id";
