//! A ticket that was closed: it stays on the page, and says what was decided, by whom and when.

use domain::{
    checkpoint::CheckpointType,
    decision::{Action, DecisionRecord, Via},
    id::TicketId,
};
use leptos::prelude::*;

use super::{
    payload_diff::{ChangeList, summary},
    words,
};
use crate::{
    api::tickets::{Draft, Edits, TicketState, TicketView},
    components::{Banner, BannerKind, HiddenCharText},
};

/// The acknowledged record of one ticket, with what the reader had typed and didn't get through with.
#[component]
pub fn TicketRecord(view: TicketView) -> impl IntoView {
    record(view.ticket.id, view.ticket.checkpoint, view.state, view.draft)
}

/// As [`TicketRecord`], where no more is known of the ticket.
pub fn record(
    ticket: TicketId,
    checkpoint: CheckpointType,
    state: TicketState,
    draft: Option<Draft>,
) -> AnyView {
    let checkpoint = checkpoint.title();
    let typed = draft.map(|draft| view! { <Unsent draft/> });
    let shown = match state {
        TicketState::Open => ().into_any(),
        TicketState::Decided(record) => decided(checkpoint, record).into_any(),
        TicketState::Expired { at } => view! {
            <Banner kind=BannerKind::Expired quiet=true title=format!("{checkpoint}: time ran out")>
                <p>{format!("The deadline was {}. It was not approved.", words::clock(at))}</p>
            </Banner>
        }
        .into_any(),
        TicketState::Cancelled { reason } => view! {
            <Banner kind=BannerKind::Info title=format!("{checkpoint}: withdrawn")>
                <p>
                    <HiddenCharText text=reason/>
                    " Nobody has to decide it."
                </p>
            </Banner>
        }
        .into_any(),
    };
    view! {
        <div class="record" data-record=ticket.to_string()>
            {shown}
            {typed}
        </div>
    }
    .into_any()
}

fn decided(checkpoint: &str, record: DecisionRecord) -> impl IntoView {
    let title = format!("{checkpoint}: {}", record.action.past());
    let kind = match record.action {
        Action::Reject | Action::Cancel => BannerKind::Info,
        _ => BannerKind::Saved,
    };
    let door = match record.via {
        Via::Browser => "in the browser".to_owned(),
        Via::Api => "through the API".to_owned(),
        Via::Policy => "by its rule".to_owned(),
        Via::Key(name) => format!("with the key “{name}”"),
    };
    let name = record.by.name().to_owned();
    let changes = record.changes;
    view! {
        <Banner kind=kind quiet=true title=title>
            <p>
                "By "
                <HiddenCharText text=name/>
                {format!(", {}, {door}.", words::clock(record.at))}
                {record
                    .reason
                    .map(|text| view! { " Reason: “" <HiddenCharText text/> "”" })}
            </p>
            {(!changes.is_empty())
                .then(|| {
                    view! {
                        <details class="disclosure">
                            <summary>{summary(&changes)}</summary>
                            <div class="disclosure-body">
                                <ChangeList changes/>
                            </div>
                        </details>
                    }
                })}
            <p class="digest">
                "sha256 "
                <code title=record.decided.to_string()>{record.decided.short()}</code>
            </p>
        </Banner>
    }
    .into_any()
}

/// What was typed over a ticket that somebody else closed.
#[component]
fn Unsent(draft: Draft) -> impl IntoView {
    let typed = match draft.edits {
        Edits::None => Vec::new(),
        Edits::Document(text) | Edits::Merge(text) => vec![("document".to_owned(), text)],
        Edits::Form(texts) => texts.into_iter().filter(|(_, text)| !text.is_empty()).collect(),
    };
    let reason = Some(draft.reason).filter(|reason| !reason.is_empty());
    let typed = typed.into_iter().chain(reason.map(|reason| ("reason".to_owned(), reason)));
    let each = |(name, text): (String, String)| {
        view! {
            <div>
                <dt>
                    <HiddenCharText text=name/>
                </dt>
                <dd>
                    <HiddenCharText text/>
                </dd>
            </div>
        }
    };
    let rows: Vec<_> = typed.map(each).collect();
    (!rows.is_empty()).then(|| {
        view! {
            <details class="panel disclosure" open=true>
                <summary>"What you typed, kept for you"</summary>
                <div class="disclosure-body">
                    <p class="hint">"None of this was counted."</p>
                    <dl class="facts">{rows}</dl>
                </div>
            </details>
        }
    })
}
