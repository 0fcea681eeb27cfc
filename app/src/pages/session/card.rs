//! The open ticket of the session, to be decided where it is asked.

use leptos::prelude::*;

use super::OpenSession;
use crate::{
    api::runs::RunView,
    components::Badge,
    run::{Deadline, Desk, NoticePlace, ValidationCard},
};

/// The same card as on the run's page.
#[component]
pub fn Card(
    /// With an open ticket.
    run: RunView,
    decides: bool,
    open: OpenSession,
) -> impl IntoView {
    let ticket = run.ticket.clone()?;
    let id = run.summary.id;
    let OpenSession { notice, locked, reload, .. } = open;
    let desk = Desk { notice, locked, reload, ..Desk::new(run, None) };
    live(desk);
    let asked = ticket.ticket.clone();
    let checkpoint = asked.checkpoint;

    Some(view! {
        <section class="thread-card" aria-labelledby="card-title">
            <header class="page-kicker">
                <h2 id="card-title">"Waits for a person"</h2>
                <Badge checkpoint=checkpoint.name()>{checkpoint.title()}</Badge>
                <Deadline desk ticket=asked />
                <a href=format!("/runs/{id}")>"Open the run"</a>
            </header>
            <NoticePlace desk />
            <ValidationCard desk view=ticket decides asked_view=None>
                ""
            </ValidationCard>
        </section>
    })
}

#[cfg(not(feature = "hydrate"))]
fn live(_: Desk) {}

#[cfg(feature = "hydrate")]
fn live(desk: Desk) {
    use crate::run::live as part;

    Effect::new(move |_| desk.alive.set(true));
    part::tick(desk);
    part::watch_ticket(desk);
    part::stand_in(desk);
    part::answers(desk);
}
