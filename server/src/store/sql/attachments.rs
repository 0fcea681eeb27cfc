//! Records of uploads and results.

pub(in crate::store) const ADD: &str = "
    INSERT INTO hitl_attachments (
        attachment_id, owner, session_id, uploaded_by, digest, name, media_type, size, made_by,
        created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

macro_rules! select_attachments {
    ($rest:literal) => {
        concat!(
            "SELECT attachment_id, owner, session_id, uploaded_by, digest, name, media_type, size,
                made_by, created_at
            FROM hitl_attachments WHERE ",
            $rest
        )
    };
}

pub(in crate::store) const GET: &str = select_attachments!("attachment_id = $1");

pub(in crate::store) const OF_SESSION: &str = select_attachments!(
    "owner = $1 AND session_id = $2 ORDER BY created_at DESC, attachment_id DESC"
);

/// What runs made isn't an upload.
pub(in crate::store) const UPLOADED_SINCE: &str = "
    SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) AS total FROM hitl_attachments
    WHERE uploaded_by = $1 AND created_at >= $2 AND made_by IS NULL";
