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

/// What is said before it is too late.
struct Warnings {
    quarter: &'static str,
    last: &'static str,
    /// When fewer seconds are left, `last` is said.
    last_call: i64,
}

const TO_DECIDE: Warnings = Warnings {
    quarter: "A quarter of the time is left to decide.",
    last: "Less than 2 minutes are left to decide.",
    last_call: LAST_CALL,
};
const TO_STOP: Warnings = Warnings {
    quarter: "A quarter of the time is left until the policy approves this.",
    last: "The policy approves this in less than a minute.",
    last_call: 60,
};

impl Warnings {
    /// Said twice (WCAG 2.2, 2.2.1), whatever else the clock shows; in seconds.
    const fn at(&self, left: i64, whole: i64) -> &'static str {
        match left {
            ..=0 => "",
            left if left < self.last_call => self.last,
            left if left < whole / 4 => self.quarter,
            _ => "",
        }
    }
}

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
            <span class="visually-hidden" role="status">
                {move || TO_STOP.at(left.get(), whole)}
            </span>
            {stops
                .then(|| {
                    let run = desk.run;
                    let press = Press::new(desk, HoldCountdown { run, ticket }, "held");
                    let posts = vec![("run", run.to_string()), ("ticket", ticket.to_string())];
                    view! {
                        <PressForm press posts>
                            <button
                                class="button"
                                data-size="small"
                                data-state=move || press.sends().then_some("sending")
                                aria-disabled=move || press.sends().then_some("true")
                            >
                                {move || if press.sends() { "Stopping…" } else { "Stop the countdown" }}
                            </button>
                        </PressForm>
                    }
                })}
            <progress
                class="progress"
                aria-label="Time until the policy approves this"
                max=whole.to_string()
                value=move || (whole - left.get()).to_string()
            ></progress>
        </div>
    }
    .into_any()
}

/// What is said of a deadline that is over.
const PASSED: &str = "the deadline has passed";

/// "closes in 4 min", beside the checkpoint's name.
#[component]
pub fn Deadline(desk: Desk, ticket: Ticket) -> impl IntoView {
    if ticket.overdue {
        return Some(deadline(|| Some("overdue"), PASSED.into_any()));
    }
    let opened = ticket.created_at;
    ticket.expires_at.map(|at| {
        let left = Memo::new(move |_| (at - desk.now.get()).num_seconds());
        let whole = (at - opened).num_seconds();
        let warning = move || TO_DECIDE.at(left.get(), whole);
        let due = move || match left.get() {
            left if left <= 0 => Some("overdue"),
            left if left < SOON_SECONDS => Some("soon"),
            _ => None,
        };
        let words = move || match left.get() {
            left if left <= 0 => PASSED.to_owned(),
            left if left < LAST_CALL => format!("closes in {}", span(left)),
            left => format!("closes in {}", span(left - left % 60)),
        };
        let time = view! {
            <time datetime=machine(at) title=absolute(at)>
                {words}
            </time>
            <span class="visually-hidden" role="status">{warning}</span>
        };
        deadline(due, time.into_any())
    })
}

fn deadline(due: impl Fn() -> Option<&'static str> + Send + 'static, words: AnyView) -> AnyView {
    view! {
        <span class="deadline" data-due=due>
            <Icon name=IconName::Clock/>
            {words}
        </span>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_approval_by_the_policy_is_said_at_a_quarter_and_in_the_last_minute() {
        const QUARTER: &str = "A quarter of the time is left until the policy approves this.";
        const LAST: &str = "The policy approves this in less than a minute.";
        for (left, whole, said) in [
            (1200, 1200, ""),
            (300, 1200, ""),
            (299, 1200, QUARTER),
            (60, 1200, QUARTER),
            (59, 1200, LAST),
            (1, 1200, LAST),
            (0, 1200, ""),
            // Where all of it is less than a minute.
            (10, 10, LAST),
        ] {
            assert_eq!(TO_STOP.at(left, whole), said, "{left} of {whole}");
        }
    }

    #[test]
    fn a_deadline_is_said_at_a_quarter_and_at_two_minutes() {
        const QUARTER: &str = "A quarter of the time is left to decide.";
        const LAST: &str = "Less than 2 minutes are left to decide.";
        for (left, whole, said) in [
            (3600, 3600, ""),
            (900, 3600, ""),
            (899, 3600, QUARTER),
            (120, 3600, QUARTER),
            (119, 3600, LAST),
            (1, 3600, LAST),
            (0, 3600, ""),
            (-5, 3600, ""),
            // Where a quarter is less than two minutes.
            (121, 240, ""),
            (119, 240, LAST),
        ] {
            assert_eq!(TO_DECIDE.at(left, whole), said, "{left} of {whole}");
        }
    }
}
