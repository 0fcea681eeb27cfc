//! Accounts, sessions and one-time links.

pub(in crate::store) const ADD_PERSON: &str = "
    INSERT INTO hitl_people (
        person_id, name, email, role, password, disabled, created_at, last_seen_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

macro_rules! select_people {
    ($rest:literal) => {
        concat!(
            "SELECT person_id, name, email, role, password, disabled, created_at, last_seen_at
            FROM hitl_people ",
            $rest
        )
    };
}

pub(in crate::store) const PERSON: &str = select_people!("WHERE person_id = $1");
pub(in crate::store) const PERSON_BY_EMAIL: &str = select_people!("WHERE email = $1");
pub(in crate::store) const PEOPLE: &str = select_people!("ORDER BY name, person_id");

/// `$7`: the account stays an admin who can sign in. If it doesn't, another one has to be there,
/// unless there was none before.
pub(in crate::store) const UPDATE_PERSON: &str = "
    UPDATE hitl_people SET name = $2, email = $3, role = $4, password = $5, disabled = $6
    WHERE person_id = $1 AND (
        $7
        OR EXISTS (
            SELECT 1 FROM hitl_people
            WHERE role = 'admin' AND password IS NOT NULL AND NOT CAST(disabled AS BOOLEAN)
                AND person_id <> $1)
        OR NOT EXISTS (
            SELECT 1 FROM hitl_people
            WHERE role = 'admin' AND password IS NOT NULL AND NOT CAST(disabled AS BOOLEAN)))
    RETURNING person_id";

pub(in crate::store) const ADD_SESSION: &str = "
    INSERT INTO hitl_sessions (hash, person_id, created_at, last_used_at, expires_at)
    VALUES ($1, $2, $3, $4, $5)";

/// Sessions that are over need no record.
pub(in crate::store) const FORGET_SESSIONS: &str = "
    DELETE FROM hitl_sessions WHERE expires_at <= $1";

pub(in crate::store) const SESSION: &str = "
    SELECT person_id, created_at, last_used_at, expires_at FROM hitl_sessions WHERE hash = $1";

/// As [`SESSION`], with the columns of the account.
pub(in crate::store) const SIGNED_IN: &str = "
    SELECT p.person_id, p.name, p.email, p.role, p.password, p.disabled, p.created_at,
        p.last_seen_at, s.created_at AS began_at, s.last_used_at, s.expires_at
    FROM hitl_sessions s JOIN hitl_people p ON p.person_id = s.person_id WHERE s.hash = $1";

pub(in crate::store) const TOUCH_SESSION: &str = "
    UPDATE hitl_sessions SET last_used_at = $2 WHERE hash = $1";

pub(in crate::store) const SAW_HOLDER: &str = "
    UPDATE hitl_people SET last_seen_at = $2
    WHERE person_id = (SELECT person_id FROM hitl_sessions WHERE hash = $1)";

pub(in crate::store) const END_SESSION: &str = "
    DELETE FROM hitl_sessions WHERE hash = $1";

pub(in crate::store) const END_SESSIONS: &str = "
    DELETE FROM hitl_sessions WHERE person_id = $1";

pub(in crate::store) const END_LINKS: &str = "
    DELETE FROM hitl_links WHERE person_id = $1";

pub(in crate::store) const ADD_LINK: &str = "
    INSERT INTO hitl_links (hash, person_id, created_at, last_used_at, expires_at)
    VALUES ($1, $2, $3, $4, $5)";

pub(in crate::store) const LINK: &str = "
    SELECT person_id, created_at, last_used_at, expires_at FROM hitl_links WHERE hash = $1";

/// `$3`: now.
pub(in crate::store) const USE_LINK: &str = "
    DELETE FROM hitl_links WHERE hash = $1 AND person_id = $2 AND expires_at > $3
    RETURNING person_id";

pub(in crate::store) const ACCEPT: &str = "
    UPDATE hitl_people SET name = $2, email = $3, password = $4
    WHERE person_id = $1 AND NOT CAST(disabled AS BOOLEAN)
    RETURNING person_id";
