//! Time that runs out: the automatic approval, and the deadline of a ticket.

use chrono::{DateTime, Utc};
use domain::{checkpoint::Ticket, id::TicketId};
use leptos::prelude::*;

use super::{Desk, Press, PressForm};
use crate::{
    api::actions::HoldCountdown,
    components::{Icon, IconName, absolute, machine, span},
};

/// How long before a deadline it is said loudly.
const SOON_SECONDS: i64 = 600;
const LAST_CALL: i64 = 120;

/// The countdown to the approval by the policy, with the button that stops it.
#[component]
pub fn Countdown(
    desk: Desk,
    ticket: TicketId,
    at: DateTime<Utc>,
    opened: DateTime<Utc>,
    /// The caller may stop it.
    stops: bool,
) -> impl IntoView {
    let left = Memo::new(move |_| (at - desk.now.get()).num_seconds().max(0));
    let whole = (at - opened).num_seconds().max(1);
    view! {
        <div class="countdown" data-state="running">
            <Icon name=IconName::Clock/>
            <p>
                "The policy approves this in "
                <time class="countdown-left" datetime=move || format!("PT{}S", left.get())>
                    {move || span(left.get())}
                </time>
                ", unless somebody decides."
            </p>
            {stops
                .then(|| {
                    let run = desk.run;
                    let press = Press::new(desk, HoldCountdown { run, ticket }, "held");
                    let posts = vec![("run", run.to_string()), ("ticket", ticket.to_string())];
                    view! {
                        <PressForm press posts>
                            <button class="button" data-size="small">"Stop the countdown"</button>
                        </PressForm>
                    }
                })}
            <progress class="progress" max=whole.to_string() value=move || (whole - left.get()).to_string()>
            </progress>
        </div>
    }
    .into_any()
}

/// "closes in 4 min", beside the checkpoint's name.
#[component]
pub fn Deadline(desk: Desk, ticket: Ticket) -> impl IntoView {
    let (overdue, opened) = (ticket.overdue, ticket.created_at);
    ticket.expires_at.map(|at| {
        let left = Memo::new(move |_| (at - desk.now.get()).num_seconds());
        let quarter = (at - opened).num_seconds() / 4;
        // Said twice before it is too late (WCAG 2.2, 2.2.1), whatever else the clock shows.
        let warning = move || match left.get() {
            1..LAST_CALL => "Less than 2 minutes are left to decide.",
            left if (1..quarter).contains(&left) => "A quarter of the time is left to decide.",
            _ => "",
        };
        let due = move || match left.get() {
            _ if overdue => Some("overdue"),
            left if left <= 0 => Some("overdue"),
            left if left < SOON_SECONDS => Some("soon"),
            _ => None,
        };
        let words = move || match left.get() {
            left if left <= 0 => "the deadline has passed".to_owned(),
            left if left < LAST_CALL => format!("closes in {}", span(left)),
            left => format!("closes in {}", span(left - left % 60)),
        };
        view! {
            <span class="deadline" data-due=due>
                <Icon name=IconName::Clock/>
                <time datetime=machine(at) title=absolute(at)>
                    {words}
                </time>
                <span class="visually-hidden" role="status">{warning}</span>
            </span>
        }
    })
}
