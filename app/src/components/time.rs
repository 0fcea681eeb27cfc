//! Points in time, the same on the server and in the browser: absolute in UTC, relative to a `now` that is given.
use chrono::{DateTime, SubsecRound as _, Utc};
use leptos::prelude::*;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// `2026-03-03 14:02:00 UTC`
pub fn absolute(at: DateTime<Utc>) -> String {
    at.trunc_subsecs(0).to_string()
}

/// A length of time in at most two units, rounded down: `1 min 42 s`, `3 h 5 min`, `2 days`.
pub fn span(seconds: i64) -> String {
    let s = seconds.max(0);
    match s {
        _ if s < MINUTE => format!("{s} s"),
        _ if s < 10 * MINUTE && s % MINUTE != 0 => format!("{} min {} s", s / MINUTE, s % MINUTE),
        _ if s < HOUR => format!("{} min", s / MINUTE),
        _ if s < 10 * HOUR && s % HOUR >= MINUTE => {
            format!("{} h {} min", s / HOUR, s % HOUR / MINUTE)
        }
        _ if s < DAY => format!("{} h", s / HOUR),
        _ if s < 2 * DAY => "1 day".to_owned(),
        _ => format!("{} days", s / DAY),
    }
}

/// `4 min ago`, `in 6 min`, `just now`; from 30 days on the date. Rounded down, so that a deadline is never later than
/// it reads.
pub fn ago(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let seconds = (at - now).num_seconds();
    let length = match seconds.abs() {
        s if s >= 30 * DAY => return at.date_naive().to_string(),
        s if s < MINUTE && seconds <= 0 => return "just now".to_owned(),
        s if s < MINUTE => format!("{s} s"),
        s if s < HOUR => format!("{} min", s / MINUTE),
        s if s < DAY => format!("{} h", s / HOUR),
        s => span(s),
    };
    if seconds > 0 { format!("in {length}") } else { format!("{length} ago") }
}

/// The absolute time, readable and machine-readable.
#[component]
pub fn Time(at: DateTime<Utc>) -> impl IntoView {
    view! { <time datetime=machine(at)>{absolute(at)}</time> }
}

/// The time relative to `now`, with the absolute one as its title. `now` is the server's, sent with the page: a page that
/// is hydrated must be given the same one.
#[component]
pub fn TimeAgo(at: DateTime<Utc>, #[prop(into)] now: Signal<DateTime<Utc>>) -> impl IntoView {
    view! { <time datetime=machine(at) title=absolute(at)>{move || ago(at, now.get())}</time> }
}

/// `2026-03-03T14:02:00Z`
pub fn machine(at: DateTime<Utc>) -> String {
    format!("{}T{}Z", at.date_naive(), at.trunc_subsecs(0).time())
}

/// `14:02:00 UTC`
pub fn clock(at: DateTime<Utc>) -> String {
    format!("{} UTC", at.trunc_subsecs(0).time())
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::components::markup::Markup as _;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a valid time")
    }

    #[test]
    fn relative_times_round_down_in_both_directions() {
        let now = at("2026-03-03T14:00:00Z");
        for (time, words) in [
            ("2026-03-03T14:00:00Z", "just now"),
            ("2026-03-03T13:59:01Z", "just now"),
            ("2026-03-03T13:58:01Z", "1 min ago"),
            ("2026-03-03T11:00:01Z", "2 h ago"),
            ("2026-03-02T14:00:00Z", "1 day ago"),
            ("2026-02-20T14:00:00Z", "11 days ago"),
            ("2026-01-20T14:00:00Z", "2026-01-20"),
            ("2026-03-03T14:00:42Z", "in 42 s"),
            ("2026-03-03T14:06:59Z", "in 6 min"),
            ("2026-03-04T13:59:59Z", "in 23 h"),
        ] {
            assert_eq!(ago(at(time), now), words, "{time}");
        }
    }

    #[test]
    fn a_span_has_at_most_two_units() {
        for (seconds, words) in [
            (-5, "0 s"),
            (59, "59 s"),
            (102, "1 min 42 s"),
            (120, "2 min"),
            (3599, "59 min"),
            (11_100, "3 h 5 min"),
            (172_800, "2 days"),
        ] {
            assert_eq!(span(seconds), words);
        }
    }

    #[test]
    fn the_absolute_time_is_always_there() {
        let owner = Owner::new();
        owner.with(|| {
            let html =
                view! { <TimeAgo at=at("2026-03-03T13:56:00Z") now=at("2026-03-03T14:00:00Z")/> }
                    .markup();
            assert!(html.contains(r#"datetime="2026-03-03T13:56:00Z""#), "{html}");
            assert!(html.contains(r#"title="2026-03-03 13:56:00 UTC""#), "{html}");
            assert!(html.contains("4 min ago"), "{html}");
        });
    }
}
