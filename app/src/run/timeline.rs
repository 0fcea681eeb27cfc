//! The history of a run: what happened, who did it, and what proves it.

use domain::audit::EntryKind;
use leptos::prelude::*;

use super::words;
use crate::{
    api::runs::TimelineEntry,
    components::{HiddenCharText, absolute, machine},
};

/// Oldest first.
#[component]
pub fn Timeline(entries: Vec<TimelineEntry>) -> impl IntoView {
    let count = entries.len();
    view! {
        <details class="panel disclosure" id="history" open=true>
            <summary>
                <h2>"History"</h2>
                " "
                <span class="count">{count}</span>
            </summary>
            <ol class="timeline">{entries.into_iter().map(entry).collect_view()}</ol>
        </details>
    }
    .into_any()
}

fn entry(entry: TimelineEntry) -> impl IntoView {
    view! {
        <li class="event" data-kind=kind(entry.kind)>
            <span class="event-dot"></span>
            <p class="event-what">
                <strong>
                    <HiddenCharText text=entry.message/>
                </strong>
                " by "
                <HiddenCharText text=entry.actor/>
            </p>
            <time class="event-time" datetime=machine(entry.at) title=absolute(entry.at)>
                {words::clock(entry.at)}
            </time>
            {(!entry.facts.is_empty())
                .then(|| {
                    let each = |(name, value): (String, String)| {
                        let long = value.chars().count() > 24;
                        let short = if long { words::shorten(&value, 12) } else { value.clone() };
                        view! {
                            <span title=words::visible(&value)>
                                <HiddenCharText text=name/>
                                " "
                                <code>
                                    <HiddenCharText text=short/>
                                </code>
                                " "
                            </span>
                        }
                    };
                    view! {
                        <p class="event-note">{entry.facts.into_iter().map(each).collect_view()}</p>
                    }
                })}
        </li>
    }
    .into_any()
}

const fn kind(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Started => "asked",
        EntryKind::PolicyPassed | EntryKind::TicketDecided => "approved",
        EntryKind::Prepared | EntryKind::TicketChanged | EntryKind::PauseRequested => "edited",
        EntryKind::TicketOpened => "waiting",
        EntryKind::TicketExpired => "expired",
        EntryKind::CallPrepared | EntryKind::CallStarted => "sent",
        EntryKind::CallAnswered => "succeeded",
        EntryKind::CallFailed => "failed",
        EntryKind::TicketClosed | EntryKind::Ended => "ended",
    }
}
