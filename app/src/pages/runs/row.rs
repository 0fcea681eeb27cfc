//! One run in the list.

use domain::state::{EndReason, Status, Step};
use leptos::prelude::*;

use crate::{
    api::runs::RunSummary,
    components::{Badge, HiddenCharText, TimeAgo},
};

#[component]
pub fn Row(run: RunSummary, now: chrono::DateTime<chrono::Utc>) -> impl IntoView {
    let by = if run.agent.is_empty() { run.owner_name } else { run.agent };

    view! {
        <tr>
            <th scope="row">
                <a href=format!("/runs/{}", run.id)><HiddenCharText text=run.prompt /></a>
                <span class="cell-sub"><HiddenCharText text=by /></span>
            </th>
            <td data-label="Status">
                <Badge state=run.status.name()>{status_words(run.status, run.end_reason)}</Badge>
            </td>
            <td data-label="Step">{step_words(run.step)}</td>
            <td data-label="Provider">{run.provider}</td>
            <td class="quiet" data-label="Asked"><TimeAgo at=run.created_at now /></td>
        </tr>
    }
}

/// A run's status for people. A timeout is called so.
fn status_words(status: Status, reason: Option<EndReason>) -> &'static str {
    match (status, reason) {
        (_, Some(EndReason::Rejected)) => "Rejected",
        (_, Some(EndReason::Expired)) => "Expired",
        (Status::Queued, _) => "Queued",
        (Status::Running, _) => "Running",
        (Status::AwaitingHuman, _) => "Waits for a person",
        (Status::Completed, _) => "Completed",
        (Status::Failed, _) => "Failed",
        (Status::Cancelled, _) => "Cancelled",
    }
}

fn step_words(step: Step) -> &'static str {
    match step {
        Step::Created => "Created",
        Step::InformationReview => "Information review",
        Step::PayloadReview => "Payload review",
        Step::ApiCall => "API call",
        Step::ResponseReview => "Response review",
        Step::Completed | Step::Failed | Step::Cancelled => "–",
    }
}
