//! One message of a thread.

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use crate::{
    api::{
        threads::{MessageRole, ThreadEntry},
        tickets::TicketState,
    },
    components::{Badge, HiddenCharText, TimeAgo},
    run::{FileRow, record},
};

/// Who said it and when, the words, the files, and what became of the ticket that it asks about.
pub fn entry(of: ThreadEntry, now: RwSignal<DateTime<Utc>>) -> AnyView {
    let run = of.run.filter(|_| of.role != MessageRole::User);
    let run = run.map(|run| view! { <a href=format!("/runs/{run}")>"Run"</a> });
    let asks = of.asks.map(|asks| {
        let badge = view! {
            <Badge checkpoint=asks.checkpoint.name()>{asks.checkpoint.title()}</Badge>
        };
        let closed = (asks.state != TicketState::Open)
            .then(|| record(asks.ticket, asks.checkpoint, asks.state, asks.draft));
        (badge, closed)
    });
    let (badge, closed) = asks.unzip();
    let files = of.files.into_iter().map(|file| view! { <FileRow file is_used=false /> });
    let files = files.collect_view();
    let files = (!files.is_empty()).then(|| view! { <ul class="files">{files}</ul> });

    view! {
        <li class="message" data-role=of.role.name()>
            <p class="message-head">
                <strong><HiddenCharText text=of.author /></strong>
                {badge}
                <TimeAgo at=of.at now />
                {run}
            </p>
            <div class="message-text"><HiddenCharText text=of.text /></div>
            {files}
            {closed}
        </li>
    }
    .into_any()
}
