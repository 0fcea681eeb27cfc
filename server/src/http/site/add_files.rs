//! Adds files to the session of a run that waits for one.

use app::api::port::AttachTo;
use axum::{extract::State, response::Redirect};
use domain::id::RunId;

use super::{Posted, Sender, code, see};
use crate::http::{Doors, PathId, upload};

/// `POST /runs/{run}/files`
pub(super) async fn add(
    State(doors): State<Doors>,
    Sender(caller): Sender,
    PathId(run): PathId<RunId>,
    Posted(mut form): Posted,
) -> Redirect {
    let page = format!("/runs/{run}");
    let back = |notice: &str| see(&page, &[("notice", notice)]);
    let mut count = 0;
    loop {
        let field = match form.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => return see(&page, &[]),
            Err(error) => return back(code(&upload::broken(error).0)),
        };
        // A file input without a choice sends a file without a name.
        if field.name() != Some("file") || field.file_name().is_none_or(str::is_empty) {
            continue;
        }
        // The page says that those before it are there.
        if count == upload::MOST_FILES {
            return back(code(&upload::too_many_files()));
        }
        count += 1;
        let added =
            upload::attach(doors.runs.as_ref(), &caller, AttachTo::Run(run), field, None).await;
        if let Err(error) = added {
            return back(code(&error));
        }
    }
}
