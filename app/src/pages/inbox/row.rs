//! One open ticket: why it stopped, what was asked, since when, until when.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::id::TicketId;
use leptos::prelude::*;

use crate::{
    api::runs::InboxItem,
    components::{Badge, HiddenCharText, TimeAgo, absolute, machine, span},
};

/// A link to the run.
#[component]
pub fn InboxRow(
    item: InboxItem,
    /// The server's time.
    now: RwSignal<DateTime<Utc>>,
    /// Tickets that were closed since the list was read, and how.
    gone: RwSignal<BTreeMap<TicketId, String>>,
) -> impl IntoView {
    let ticket = item.ticket;
    let closed = Memo::new(move |_| gone.with(|gone| gone.get(&ticket).cloned()));
    let address = format!("/runs/{}", item.run);
    let (deadline, overdue) = (item.expires_at, item.overdue);
    let urgency = move || match deadline {
        _ if overdue => Some("overdue"),
        Some(at) if at <= now.get() => Some("overdue"),
        Some(at) if at <= now.get() + TimeDelta::hours(1) => Some("soon"),
        _ => None,
    };
    let by = if item.agent.is_empty() { item.owner_name } else { item.agent };
    let to_fix = (item.blocking > 0).then(|| format!("{} to fix", item.blocking));

    view! {
        <li class="row" data-due=urgency data-gone=move || closed.with(|how| how.as_ref().map(|_| ""))>
            <a class="row-link" href=address data-ticket=ticket.to_string()>
                <span class="row-badge">
                    <Badge checkpoint=item.checkpoint.name()>{item.checkpoint.title()}</Badge>
                </span>
                <span class="row-title"><HiddenCharText text=item.prompt /></span>
                <span class="row-meta">
                    <span><HiddenCharText text=item.message /></span>
                    <span>{item.provider}</span>
                    <span><HiddenCharText text=by /></span>
                    {to_fix.map(|text| view! { <span class="row-issues">{text}</span> })}
                </span>
                <span class="row-age">
                    <span class="visually-hidden">"asked "</span>
                    <TimeAgo at=item.created_at now />
                </span>
                <span class="row-due">
                    {move || match closed.get() {
                        Some(how) => view! { <HiddenCharText text=how /> }.into_any(),
                        None if overdue => "overdue".into_any(),
                        None => due(item.auto_approve_at, item.expires_at, now),
                    }}
                </span>
            </a>
        </li>
    }
}

fn due(
    approved: Option<DateTime<Utc>>,
    deadline: Option<DateTime<Utc>>,
    now: RwSignal<DateTime<Utc>>,
) -> AnyView {
    let Some(at) = approved.or(deadline) else { return "no deadline".into_any() };
    let left = move || (at - now.get()).num_seconds();
    let words = move || match (approved.is_some(), left()) {
        (true, left) => format!("approved by the policy in {}", span(left)),
        (false, left) if left <= 0 => format!("overdue by {}", span(-left)),
        (false, left) => format!("due in {}", span(left)),
    };
    view! { <time datetime=machine(at) title=absolute(at)>{words}</time> }.into_any()
}
