//! Working time, calls, pauses and the record.

use chrono::TimeDelta;
use domain::{
    audit::{Entry, EntryKind},
    checkpoint::CheckpointType,
    decision::Answer,
    effect::Effect,
    event::{Event, Failure},
    issue::Issue,
    policy::HitlConfig,
    run::Draft,
    state::{EndReason, Phase, RunState, Status, Warrant},
    step::{At, Closing, Outcome, Refusal, start, step, wakes_at},
};

use crate::bench::*;

#[test]
fn a_call_that_outlasts_the_working_time_is_stopped_and_the_run_expires() {
    let bench = Bench::calling(timed(5));
    assert!(wakes_at(&bench.run).is_some());

    let bench = bench.tick_after(60);

    assert_eq!(end(&bench), EndReason::Expired);
    assert!(bench.last.effects.contains(&Effect::StopCall { attempt: 1 }));
    assert!(message(&bench).contains("may still have happened"), "{}", message(&bench));
}

#[test]
fn a_call_does_not_start_once_the_working_time_is_used_up() {
    let bench = Bench::new(timed(5)).after(8).prepared(draft());
    assert_eq!(phase(&bench), Phase::Ready);

    let bench = bench.started();

    assert_eq!(end(&bench), EndReason::Expired);
    assert!(!kinds(&bench).contains(&EntryKind::CallStarted));
}

/// What the record says of the call that the policy let pass with these warnings.
fn record_with(warnings: &[&str]) -> String {
    let issues = warnings.iter().map(|text| Issue::warning("", *text)).collect();
    let bench = Bench::new(auto()).prepared(Draft { issues, ..draft() });
    let passed = |entry: &&Entry| entry.kind == EntryKind::PolicyPassed;
    bench.last.entries.iter().rfind(passed).unwrap().message.clone()
}

#[test]
fn a_policy_that_asks_nobody_leaves_the_warnings_in_the_record() {
    let passed = "Payload review passed by the policy “auto”";
    assert_eq!(record_with(&[]), passed);
    assert_eq!(
        record_with(&["Not understood: “nicer”.", "is odd"]),
        format!("{passed} with warnings: Not understood: “nicer”; is odd")
    );
}

#[test]
fn many_or_long_warnings_leave_a_short_record() {
    let many = record_with(&["a", "b", "c", "d", "e"]);
    assert!(many.ends_with(" with warnings: a; b; c; and 2 more"), "{many}");
    let long = record_with(&["ä".repeat(1000).as_str()]);
    assert!(long.chars().count() < 400 && long.ends_with('…'), "{long}");
}

#[test]
fn waiting_for_people_uses_no_working_time() {
    let config = HitlConfig { timeout_seconds: 10, ..require_human() };
    let bench = Bench::new(config).prepared(draft()).after(100_000).approve();
    let bench = bench.after(100_000).then(Event::Tick).approve().started();

    assert_eq!(phase(&bench), Phase::Sending);
    assert_eq!(bench.run.timing.waiting_ms, 200_003_000);
}

#[test]
fn a_wake_up_that_finds_nothing_to_do_leaves_the_run_as_it_was() {
    let bench = Bench::new(require_human()).prepared(draft());
    let before = bench.run.clone();

    let bench = bench.tick_after(5);

    assert_eq!(bench.run, before);
}

#[test]
fn asking_for_another_answer_approves_exactly_the_payload_that_is_sent_again() {
    let bench = Bench::calling(require_human()).answered();
    let ticket = bench.ticket().id;

    let bench = bench.answer(Answer::Retry);

    let RunState::Calling(call) = &bench.run.state else { panic!() };
    let record = bench.run.last_decision.as_ref().unwrap();
    assert_eq!(call.warrant, Warrant::Decision(ticket));
    assert_eq!(record.decided, call.digest);
    let Some(Closing::Decided { decided_text, .. }) = bench.last.closed.map(|c| c.how) else {
        panic!()
    };
    assert_eq!(decided_text, PAYLOAD);
}

#[test]
fn tries_of_the_servers_own_are_bounded_and_their_pauses_too() {
    let busy = |after| Failure::Busy { message: "busy".to_owned(), retry_after_seconds: after };
    for (after, pauses) in [(None, [2, 4]), (Some(0), [1, 1]), (Some(u32::MAX), [60, 60])] {
        let mut bench = Bench::calling(auto());
        for pause in pauses {
            bench = bench.failed(busy(after));
            let until = bench.now + TimeDelta::seconds(pause);
            assert!(matches!(bench.last.effects[..],
                [Effect::Call { not_before: Some(at), .. }] if at == until));
            bench = bench.started();
        }
        assert_eq!(bench.failed(busy(after)).checkpoint(), CheckpointType::ErrorRecovery);
    }
}

#[test]
fn an_unknown_call_is_repeated_only_where_that_is_safe_and_only_twice() {
    let asked = Bench::calling(auto()).lost(false);
    assert_eq!(asked.checkpoint(), CheckpointType::UnknownOutcome);

    let bench = Bench::calling(auto()).lost(true).started().failed(unknown(true)).started();
    assert_eq!((bench.run.attempts, phase(&bench)), (3, Phase::Sending));
    assert_eq!(bench.lost(true).checkpoint(), CheckpointType::UnknownOutcome);
}

#[test]
fn a_call_of_unknown_outcome_is_not_repeated_once_somebody_asked_for_a_pause() {
    let bench = Bench::calling(auto()).pause().lost(true);

    assert_eq!(bench.checkpoint(), CheckpointType::UnknownOutcome);
}

#[test]
fn a_late_answer_settles_an_unknown_outcome() {
    let bench = Bench::calling(auto()).lost(false).answered();

    assert_eq!(end(&bench), EndReason::Done);
    assert!(matches!(bench.last.closed.as_ref().unwrap().how, Closing::Cancelled { .. }));
    assert_eq!(kinds(&bench)[0], EntryKind::TicketClosed);
}

#[test]
fn the_late_answer_of_an_older_attempt_settles_nothing() {
    let mut bench = Bench::calling(auto()).lost(true).started().lost(false);
    let late = Event::Answered { attempt: 1, response: Box::new(response()) };

    assert_eq!(bench.try_do(late).unwrap_err(), Refusal::Outdated);
}

#[test]
fn a_pause_before_the_call_resumes_with_a_call_of_the_same_payload() {
    let bench = Bench::new(auto()).prepared(draft()).pause().started();
    assert_eq!(bench.checkpoint(), CheckpointType::ManualPause);
    let ticket = bench.ticket().clone();

    let bench = bench.approve();

    let RunState::Calling(call) = &bench.run.state else { panic!() };
    assert_eq!((call.attempt, &call.warrant), (2, &Warrant::Decision(ticket.id)));
    assert_eq!(call.digest, ticket.proposal.digest);
    assert_eq!(phase(&bench.started()), Phase::Sending);
}

#[test]
fn a_ticket_that_opens_anyway_satisfies_a_request_to_pause() {
    let bench = Bench::calling(auto()).pause().failed(invalid());
    assert_eq!(bench.run.pause_requested, None);

    let bench = bench.answer(Answer::Retry).started();

    assert_eq!(phase(&bench), Phase::Sending);
}

#[test]
fn a_pause_before_a_review_is_followed_by_the_review() {
    let bench = Bench::new(require_human()).pause().prepared(draft());
    assert_eq!(bench.checkpoint(), CheckpointType::ManualPause);

    assert_eq!(bench.approve().checkpoint(), CheckpointType::InformationReview);
}

#[test]
fn a_ticket_that_is_withdrawn_leaves_an_entry() {
    let bench = Bench::new(require_human()).prepared(draft()).cancel();

    assert_eq!(kinds(&bench), [EntryKind::TicketClosed, EntryKind::Ended]);
}

#[test]
fn the_turn_of_a_queued_run_leaves_an_entry() {
    let bench = Bench::queued(auto()).then(Event::TurnCame);

    assert_eq!(bench.last.entries.len(), 1);
    assert_eq!(bench.last.entries[0].status, Status::Running);
}

#[test]
fn an_entry_says_where_the_run_is_once_the_step_is_done() {
    let bench = Bench::new(require_human()).prepared(draft());
    let text = r#"{"operation":"crop","width":200}"#;

    let bench = bench.answer(Answer::Edit(edited(text)));

    assert_eq!(bench.run.state.status(), Status::Running);
    assert_eq!(bench.last.entries.last().unwrap().status, Status::Running);
}

#[test]
fn cancelling_an_unknown_outcome_says_that_the_call_may_have_happened() {
    for bench in [
        Bench::calling(auto()).cancel(),
        Bench::calling(auto()).lost(false).cancel(),
        Bench::calling(auto()).lost(false).answer(Answer::Cancel),
    ] {
        assert_eq!(end(&bench), EndReason::Cancelled);
        assert!(message(&bench).contains("may still have happened"), "{}", message(&bench));
    }
}

#[test]
fn two_steps_taken_as_one_end_where_they_end_one_after_the_other() {
    let (run, at) = (run(require_human()), At { now: noon(), fresh: ticket_id(7) });
    let begun = start(run, false, at);
    let prepared = Event::Prepared { round: 1, draft: Box::new(draft()) };
    let asks = step(&begun.run, prepared, at).unwrap();
    let entries = begun.entries.len() + asks.entries.len();

    let both = Outcome { effects: Vec::new(), ..begun }.then(asks.clone());

    assert_eq!((&both.run, &both.opened), (&asks.run, &asks.opened));
    assert_eq!((both.entries.len(), both.effects.as_slice()), (entries, &[][..]));
    // Nobody ever saw it running.
    assert!(both.entries.iter().all(|entry| entry.status == Status::AwaitingHuman));
}
