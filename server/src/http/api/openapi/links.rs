//! Where an answer leads: which of its values is a parameter of which other call.

use utoipa::openapi::{RefOr, link::Link, path::Operation};

/// The call, the status of its answer, a parameter of other calls, where the answer has its value, and those calls.
type Lead = (&'static str, &'static str, &'static str, &'static str, &'static [&'static str]);

const OF_RUN: &[&str] = &[
    "get_run_by_run_status",
    "get_run_by_run_state",
    "get_runs_by_run_state",
    "post_run_by_run_approve",
    "post_run_by_run_pause",
    "post_run_by_run_resume",
    "delete_run_by_run",
];
const OF_APPROVAL: &[&str] = &[
    "get_approvals_by_approval",
    "post_approvals_by_approval_seen",
    "post_approvals_by_approval_hold",
    "get_approvals_by_approval_draft",
    "put_approvals_by_approval_draft",
    "delete_approvals_by_approval_draft",
];
const OF_SESSION: &[&str] = &[
    "get_sessions_by_session_active",
    "get_sessions_by_session_messages",
    "get_sessions_by_session_history",
];
const OF_PERSON: &[&str] = &[
    "put_auth_people_by_person_role",
    "put_auth_people_by_person_disabled",
    "post_auth_people_by_person_reset",
];

const LEADS: &[Lead] = &[
    ("post_run", "202", "run", "/run_id", OF_RUN),
    ("post_run", "202", "job", "/job_id", &["get_jobs_by_job"]),
    ("post_teams_run", "202", "run", "/run_id", OF_RUN),
    ("get_runs", "200", "run", "/runs/0/run_id", OF_RUN),
    ("get_runs", "200", "session", "/runs/0/session_id", OF_SESSION),
    ("get_approvals_pending", "200", "approval", "/approvals/0/approval_id", OF_APPROVAL),
    ("get_approvals_pending", "200", "run", "/approvals/0/run_id", OF_RUN),
    ("post_approvals", "201", "approval", "/approval_id", OF_APPROVAL),
    ("post_approvals", "201", "approval", "/approval_id", &["post_approvals_by_approval_outcome"]),
    ("post_approvals", "201", "run", "/run_id", OF_RUN),
    (
        "post_attachments",
        "201",
        "attachment",
        "/id",
        &["get_attachments_by_attachment", "get_attachments_by_attachment_preview"],
    ),
    ("post_auth_keys", "201", "key", "/key/id", &["delete_auth_keys_by_key"]),
    ("post_auth_people", "201", "person", "/person_id", OF_PERSON),
];

/// Writes down where the answers of a call lead.
pub(super) fn add(name: &str, operation: &mut Operation) {
    for (from, status, parameter, place, calls) in LEADS {
        if *from != name {
            continue;
        }
        let Some(RefOr::T(response)) = operation.responses.responses.get_mut(*status) else {
            continue;
        };
        for call in *calls {
            let value = format!("$response.body#{place}");
            let link = Link::builder().operation_id(*call).parameter(*parameter, value).build();
            response.links.insert((*call).to_owned(), RefOr::T(link));
        }
    }
}

/// The description as text, with the names that links have in OpenAPI: their own way of writing them is Rust's.
pub(super) fn named(text: &str) -> String {
    text.replace("\"operation_id\":", "\"operationId\":")
}
