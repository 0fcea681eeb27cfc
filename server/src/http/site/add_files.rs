//! Adds files to the session of a run that waits for one.

use app::api::port::AttachTo;
use axum::{
    extract::{Multipart, Path, State},
    response::Redirect,
};
use domain::id::RunId;

use super::{Sender, code, see};
use crate::http::{Doors, Problem, upload};

/// `POST /runs/{run}/files`
pub(super) async fn add(
    State(doors): State<Doors>,
    Sender(caller): Sender,
    Path(run): Path<RunId>,
    mut form: Multipart,
) -> Result<Redirect, Problem> {
    let page = format!("/runs/{run}");
    while let Some(field) = form.next_field().await.map_err(upload::broken)? {
        // A file input without a choice sends a file without a name.
        if field.name() != Some("file") || field.file_name().is_none_or(str::is_empty) {
            continue;
        }
        let added =
            upload::attach(doors.runs.as_ref(), &caller, AttachTo::Run(run), field, None).await;
        if let Err(error) = added {
            return Ok(see(&page, &[("notice", code(&error))]));
        }
    }
    Ok(see(&page, &[]))
}
