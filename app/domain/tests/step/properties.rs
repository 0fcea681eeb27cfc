//! What holds in every life of a run.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    audit::{Entry, EntryKind},
    checkpoint::CheckpointType,
    decision::{Action, Actor},
    digest::Digest,
    effect::Effect,
    event::Event,
    issue::blocking,
    policy::{OnTimeout, PolicyKind},
    run::Run,
    state::{EndReason, RunState, Warrant},
    step::{At, Closing, step, wakes_at},
};
use proptest::{prelude::*, test_runner::RngAlgorithm};

use crate::{
    bench::{noon, ticket_id},
    walk::walks,
};

proptest! {
    #![proptest_config(quick())]

    #[test]
    fn no_call_without_a_recorded_decision_or_policy_hit_for_exactly_that_payload(life in walks()) {
        let mut entries: Vec<&Entry> = Vec::new();
        for outcome in life.outcomes() {
            entries.extend(&outcome.entries);
            for effect in &outcome.effects {
                let Effect::Call { attempt, digest, .. } = effect else { continue };
                let RunState::Calling(call) = &outcome.run.state else { panic!("not calling") };
                prop_assert_eq!((call.attempt, call.digest), (*attempt, *digest));
                prop_assert_eq!(outcome.run.payload_digest(), Some(*digest));
                prop_assert!(entries.iter().any(|entry| warrants(entry, &call.warrant, *digest)));
                prop_assert_eq!(blocking(&outcome.run.draft.as_ref().unwrap().issues), 0);
            }
        }
    }

    #[test]
    fn what_is_called_stays_what_was_approved(life in walks()) {
        for outcome in life.outcomes() {
            if let RunState::Calling(call) = &outcome.run.state {
                prop_assert_eq!(Some(call.digest), outcome.run.payload_digest());
            }
        }
    }

    #[test]
    fn over_is_over(life in walks()) {
        for taken in life.taken.iter().filter(|taken| taken.before.state.is_over()) {
            if let Ok(outcome) = &taken.result {
                prop_assert_eq!(&taken.event, &Event::Tick);
                prop_assert_eq!(&outcome.run, &taken.before);
                prop_assert!(outcome.entries.is_empty() && outcome.effects.is_empty());
            }
        }
    }

    #[test]
    fn every_pause_has_one_ticket_that_is_closed_once_or_open_still(life in walks()) {
        let mut open = None;
        let mut all = BTreeSet::new();
        for outcome in life.outcomes() {
            if let Some(closed) = &outcome.closed {
                let was_open = open.take();
                prop_assert_eq!(Some(&closed.ticket), was_open.as_ref());
            }
            if let Some(changed) = &outcome.changed {
                let before = open.replace(changed.clone()).expect("only an open one changes");
                prop_assert_eq!((before.id, before.version + 1), (changed.id, changed.version));
                prop_assert_eq!(&before.proposal, &changed.proposal);
            }
            if let Some(opened) = &outcome.opened {
                prop_assert!(all.insert(opened.id));
                prop_assert_eq!(open.replace(opened.clone()), None);
            }
            prop_assert_eq!(outcome.run.state.ticket(), open.as_ref());
        }
    }

    #[test]
    fn attempts_increase_and_each_is_started_at_most_once(life in walks()) {
        let (mut prepared, mut started) = (0, BTreeSet::new());
        for outcome in life.outcomes() {
            for effect in &outcome.effects {
                let Effect::Call { attempt, .. } = effect else { continue };
                prop_assert!(*attempt > prepared);
                prepared = *attempt;
            }
            for entry in outcome.entries.iter().filter(|e| e.kind == EntryKind::CallStarted) {
                prop_assert!(started.insert(entry.facts["attempt"].clone()));
            }
        }
    }

    #[test]
    fn the_server_tries_at_most_three_times_in_a_row_by_itself(life in walks()) {
        let mut tries: BTreeMap<String, u32> = BTreeMap::new();
        for outcome in life.outcomes() {
            let RunState::Calling(call) = &outcome.run.state else { continue };
            prop_assert!((1..=3).contains(&call.automatic));
            if outcome.effects.iter().any(|effect| matches!(effect, Effect::Call { .. }))
                && let Warrant::Decision(ticket) = &call.warrant
            {
                *tries.entry(ticket.to_string()).or_default() += 1;
            }
        }
        prop_assert!(tries.values().all(|count| *count <= 3), "{:?}", tries);
    }

    #[test]
    fn nothing_is_approved_after_its_deadline_and_a_timeout_is_no_rejection(life in walks()) {
        for taken in &life.taken {
            let Ok(outcome) = &taken.result else { continue };
            if let Some(closed) = &outcome.closed
                && matches!(closed.how, Closing::Decided { .. })
                && closed.ticket.expires_at.is_some_and(|deadline| deadline <= taken.now)
            {
                prop_assert!(taken.before.config.on_timeout == OnTimeout::Escalate
                    || closed.ticket.checkpoint == CheckpointType::UnknownOutcome);
            }
            if let RunState::Ended(ending) = &outcome.run.state {
                let rejected = outcome.run.last_decision.as_ref()
                    .is_some_and(|record| record.action == Action::Reject);
                prop_assert!(ending.reason != EndReason::Rejected || rejected);
            }
        }
    }

    #[test]
    fn the_policy_decides_only_harmless_reviews_whose_countdown_ran_out(life in walks()) {
        for taken in &life.taken {
            let Some(closed) = taken.result.as_ref().ok().and_then(|o| o.closed.as_ref()) else {
                continue;
            };
            let Closing::Decided { record, .. } = &closed.how else { continue };
            if record.by != Actor::Policy {
                continue;
            }
            let ticket = &closed.ticket;
            prop_assert_eq!(&taken.event, &Event::Tick);
            prop_assert_eq!(record.action, Action::Approve);
            prop_assert_eq!(ticket.policy, PolicyKind::AutoWithThresholds);
            prop_assert!(ticket.checkpoint.is_review() && ticket.blocking() == 0);
            prop_assert!(ticket.auto_approve_at.is_some_and(|at| at <= taken.now));
            prop_assert!(!ticket.reasons.iter().any(|reason| reason.contains("flag")));
        }
    }

    #[test]
    fn a_wake_up_is_always_legal_and_never_calls_for_itself_again(life in walks()) {
        let now = life.ended_at();
        for outcome in life.outcomes() {
            let mut run = outcome.run.clone();
            let settled = (0..4).find(|_| {
                let next = tick(&run, now);
                std::mem::replace(&mut run, next) == run
            });
            prop_assert!(settled.is_some(), "never settles: {:?}", run.state);
            prop_assert!(wakes_at(&run).is_none_or(|at| at > now), "wakes for nothing");
        }
    }

    #[test]
    fn a_run_left_alone_comes_to_rest(life in walks()) {
        let mut run = life.last().clone();
        let mut now = life.ended_at();
        for _ in 0..20 {
            let Some(at) = wakes_at(&run) else { return Ok(()) };
            now = now.max(at);
            run = tick(&run, now);
        }
        prop_assert!(false, "still waking: {:?}", run.state);
    }

    #[test]
    fn an_event_that_changes_nothing_leaves_no_trace_and_each_change_leaves_an_entry(life in walks()) {
        for taken in &life.taken {
            let Ok(outcome) = &taken.result else { continue };
            let moved = outcome.run != taken.before
                || outcome.closed.is_some() || outcome.opened.is_some()
                || outcome.changed.is_some() || !outcome.effects.is_empty();
            prop_assert_eq!(moved, !outcome.entries.is_empty());
            for entry in &outcome.entries {
                prop_assert_eq!((entry.status, entry.at), (outcome.run.state.status(), taken.now));
            }
        }
    }

    #[test]
    fn the_times_of_a_run_add_up_to_its_life(life in walks()) {
        let mut begun = None;
        for outcome in life.outcomes() {
            let run = &outcome.run;
            let known = run.timing.working_ms + run.timing.waiting_ms + run.timing.calling_ms;
            if begun.is_none() && !matches!(run.state, RunState::Queued) {
                begun = Some(run.updated_at);
            }
            let until = match &run.state {
                RunState::Ended(ending) => ending.at,
                state => state.since().unwrap_or_else(noon),
            };
            // A run that was cancelled in the queue never began.
            let whole = begun.map_or(0, |begun| (until - begun).num_milliseconds());
            prop_assert_eq!(known, whole);
        }
    }

    #[test]
    fn what_is_about_another_attempt_or_round_changes_nothing(life in walks()) {
        for taken in &life.taken {
            let outdated = match &taken.event {
                Event::Prepared { round, .. } | Event::PrepareFailed { round, .. } => {
                    *round != taken.before.rounds
                }
                Event::CallStarted { attempt }
                | Event::CallLost { attempt, .. }
                | Event::Answered { attempt, .. }
                | Event::CallFailed { attempt, .. } => *attempt != taken.before.attempts,
                _ => false,
            };
            prop_assert!(!outdated || taken.result.is_err());
        }
    }

    #[test]
    fn a_pause_is_due_only_while_something_is_under_way(life in walks()) {
        for outcome in life.outcomes() {
            let under_way = matches!(
                outcome.run.state, RunState::Preparing { .. } | RunState::Calling(_));
            prop_assert!(outcome.run.pause_requested.is_none() || under_way);
        }
    }

    #[test]
    fn a_stored_run_is_read_back_as_it_was(life in walks()) {
        for outcome in life.outcomes() {
            let text = serde_json::to_string(&outcome.run).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Run>(&text).unwrap(), &outcome.run);
        }
    }
}

#[test]
fn walks_reach_every_checkpoint_and_every_end() {
    use proptest::{
        strategy::ValueTree,
        test_runner::{TestRng, TestRunner},
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::XorShift);
    let mut runner = TestRunner::new_with_rng(quick(), rng);
    let mut seen = BTreeSet::new();
    for _ in 0..2000 {
        let life = walks().new_tree(&mut runner).unwrap().current();
        for outcome in life.outcomes() {
            seen.extend(outcome.opened.iter().map(|ticket| ticket.checkpoint.name()));
            if let RunState::Ended(ending) = &outcome.run.state {
                seen.insert(ending.reason.name());
            }
            if outcome.changed.as_ref().is_some_and(|ticket| ticket.overdue) {
                seen.insert("overdue");
            }
            if outcome.run.last_decision.as_ref().is_some_and(|d| d.by == Actor::Policy) {
                seen.insert("countdown");
            }
        }
    }
    let all = CheckpointType::ALL
        .map(CheckpointType::name)
        .into_iter()
        .chain(EndReason::ALL.iter().map(|reason| reason.name()))
        .chain(["overdue", "countdown"]);
    // An action is asked by its agent, not on the way of a run: `actions` walks it.
    let all = all.filter(|name| *name != CheckpointType::Action.name());
    let missing: Vec<_> = all.filter(|name| !seen.contains(name)).collect();
    assert!(missing.is_empty(), "never reached: {missing:?}");
}

fn quick() -> ProptestConfig {
    // Several times as fast as the default, where nothing is optimised.
    let rng_algorithm = RngAlgorithm::XorShift;
    ProptestConfig { cases: 256, failure_persistence: None, rng_algorithm, ..Default::default() }
}

fn tick(run: &Run, now: chrono::DateTime<chrono::Utc>) -> Run {
    let at = At { now: now.max(run.updated_at), fresh: ticket_id(1_000_000) };
    step(run, Event::Tick, at).unwrap().run
}

fn warrants(entry: &Entry, warrant: &Warrant, digest: Digest) -> bool {
    let fact = |name: &str| entry.facts.get(name).map(String::as_str);
    let digest = digest.to_string();
    match (warrant, entry.kind) {
        (Warrant::Decision(ticket), EntryKind::TicketDecided) => {
            fact("ticket") == Some(&ticket.to_string())
                && fact("decided") == Some(&digest)
                && matches!(fact("action"), Some("approve" | "edit" | "retry"))
        }
        (Warrant::Policy { name, version }, EntryKind::PolicyPassed) => {
            fact("checkpoint") == Some("payload_review")
                && fact("digest") == Some(&digest)
                && fact("policy") == Some(name)
                && fact("policy_version") == Some(&version.to_string())
        }
        _ => false,
    }
}
