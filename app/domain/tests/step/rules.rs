//! One rule of a run each.

use chrono::TimeDelta;
use domain::{
    audit::EntryKind,
    checkpoint::{CheckpointType, Subject},
    decision::{Action, Answer},
    effect::Effect,
    event::{Event, Failure},
    issue::Issue,
    policy::{HitlConfig, OnTimeout, PolicyKind},
    run::{Response, proposal_digest},
    state::{EndReason, Phase, RunState, Status, Warrant},
    step::{Closing, Refusal, wakes_at},
};

use crate::bench::*;

fn auto() -> HitlConfig {
    config(PolicyKind::Auto)
}

fn timed(seconds: u32) -> HitlConfig {
    HitlConfig { timeout_seconds: seconds, ..auto() }
}

fn end(bench: &Bench) -> EndReason {
    let RunState::Ended(ending) = &bench.run.state else { panic!("{:?}", bench.run.state) };
    ending.reason
}

fn message(bench: &Bench) -> &str {
    let RunState::Ended(ending) = &bench.run.state else { panic!("{:?}", bench.run.state) };
    &ending.message
}

fn phase(bench: &Bench) -> Phase {
    let RunState::Calling(call) = &bench.run.state else { panic!("{:?}", bench.run.state) };
    call.phase
}

fn kinds(bench: &Bench) -> Vec<EntryKind> {
    bench.last.entries.iter().map(|entry| entry.kind).collect()
}

// Working time

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

// Tickets

#[test]
fn an_answer_to_a_closed_ticket_is_refused_as_such_even_after_the_end() {
    let bench = Bench::new(require_human()).prepared(draft());
    let late = bench.decision(Answer::Approve);
    let mut bench = bench.answer(reject());

    let refusal = bench.try_do(Event::Decided(Box::new(late.clone()))).unwrap_err();

    assert_eq!(refusal, Refusal::NotOpen(late.ticket));
    let held = Event::Held { ticket: late.ticket, by: ada() };
    assert_eq!(bench.try_do(held).unwrap_err(), Refusal::NotOpen(late.ticket));
}

#[test]
fn the_second_of_two_same_decisions_is_refused() {
    let bench = Bench::new(require_human()).prepared(draft());
    let twice = Event::Decided(Box::new(bench.decision(Answer::Approve)));
    let mut bench = bench.then(twice.clone());

    assert_eq!(bench.try_do(twice).unwrap_err(), Refusal::NotOpen(ticket_id(1)));
}

#[test]
fn a_decision_at_the_deadline_is_late() {
    let mut bench = Bench::new(deadline(60, OnTimeout::Fail)).prepared(draft()).after(59);
    let expires = bench.ticket().expires_at.unwrap();

    assert_eq!(bench.refusal(Answer::Approve), Refusal::Expired(expires));
    assert_eq!(bench.now, expires);
}

#[test]
fn an_escalated_ticket_has_no_deadline_and_can_be_decided() {
    let bench = Bench::new(deadline(60, OnTimeout::Escalate)).prepared(draft());
    let seen = bench.decision(Answer::Approve);
    let mut bench = bench.tick_after(61);
    assert!(bench.ticket().overdue);
    assert_eq!((bench.ticket().expires_at, wakes_at(&bench.run)), (None, None));

    assert_eq!(bench.try_do(Event::Decided(Box::new(seen))).unwrap_err(), Refusal::Stale);
    let bench = bench.approve();

    assert_eq!(bench.checkpoint(), CheckpointType::PayloadReview);
}

#[test]
fn an_unknown_outcome_is_never_closed_by_its_deadline() {
    let config = HitlConfig { approval_timeout_seconds: Some(60), ..auto() };
    let bench = Bench::calling(config).failed(unknown(false)).tick_after(61);

    assert_eq!(bench.checkpoint(), CheckpointType::UnknownOutcome);
    assert!(bench.ticket().overdue);
}

#[test]
fn a_rejection_needs_a_reason_at_every_ticket() {
    let open = [
        Bench::new(require_human()).prepared(draft()),
        Bench::new(auto()).prepared(incomplete()),
        Bench::new(require_human()).prepared(draft()).approve(),
        Bench::calling(auto()).failed(invalid()),
        Bench::calling(auto()).failed(unknown(false)),
        Bench::calling(require_human()).answered(),
    ];
    for mut bench in open {
        let empty = Answer::Reject { reason: " \n".to_owned() };
        assert_eq!(bench.refusal(empty), Refusal::ReasonMissing);
    }
}

#[test]
fn a_rejection_ends_the_run_as_rejected_also_after_a_failed_call() {
    let bench = Bench::calling(auto()).failed(invalid()).answer(reject());

    assert_eq!((end(&bench), bench.run.state.status()), (EndReason::Rejected, Status::Cancelled));
}

#[test]
fn what_is_missing_can_not_be_approved_away() {
    let mut bench = Bench::new(countdown()).prepared(incomplete());
    assert_eq!(bench.checkpoint(), CheckpointType::FormRequirements);
    assert_eq!(bench.ticket().auto_approve_at, None);

    assert!(matches!(bench.refusal(Answer::Approve), Refusal::NotAllowed { .. }));
    let mut still = edited("{}");
    still.issues = vec![Issue::error("/width", "is missing")];
    assert!(matches!(bench.refusal(Answer::Respond(still)), Refusal::Invalid(_)));
}

#[test]
fn information_that_is_no_object_is_refused() {
    let mut bench = Bench::new(require_human()).prepared(draft());

    let refusal = bench.refusal(Answer::Edit(edited("[1]")));

    assert!(matches!(refusal, Refusal::Invalid(_)), "{refusal:?}");
}

#[test]
fn a_decision_on_something_else_than_what_is_proposed_is_stale() {
    let mut bench = Bench::new(require_human()).prepared(draft());
    let mut other = bench.decision(Answer::Approve);
    other.digest = Some(proposal_digest(Subject::Information, "image", "{}"));
    other.version = None;

    let refusal = bench.try_do(Event::Decided(Box::new(other))).unwrap_err();

    assert_eq!(refusal, Refusal::Stale);
}

#[test]
fn a_ticket_with_a_blocking_issue_is_approved_by_nobody() {
    let mut bench = Bench::new(countdown()).prepared(unsure());
    let RunState::AwaitingHuman(open) = &mut bench.run.state else { panic!() };
    open.ticket.issues = vec![Issue::error("/width", "is missing")];

    assert!(matches!(bench.refusal(Answer::Approve), Refusal::Invalid(_)));
    let bench = bench.tick_after(60);

    assert_eq!(bench.checkpoint(), CheckpointType::InformationReview);
    assert_eq!(bench.ticket().auto_approve_at, None);
}

#[test]
fn what_is_missing_is_asked_for_until_it_is_there() {
    let form = edited(r#"{"operation":"crop","width":1}"#);
    let bench = Bench::new(auto()).prepared(incomplete()).answer(Answer::Respond(form));

    assert_eq!(bench.prepared(incomplete()).checkpoint(), CheckpointType::FormRequirements);
}

#[test]
fn a_value_that_is_given_twice_is_known_once() {
    let form = |width: u32| edited(&format!(r#"{{"operation":"crop","width":{width}}}"#));
    let bench = Bench::new(auto()).prepared(incomplete()).answer(Answer::Respond(form(1)));
    let bench = bench.prepared(incomplete()).answer(Answer::Respond(form(2)));

    let given: Vec<_> = bench.run.given.iter().map(|known| known.value.as_str()).collect();
    assert_eq!(given, ["2"]);
}

// The countdown

#[test]
fn a_countdown_that_somebody_stopped_approves_nothing() {
    let bench = Bench::new(countdown()).prepared(unsure());
    let ticket = bench.ticket().id;

    let bench = bench.then(Event::Held { ticket, by: ada() }).tick_after(3600);

    assert_eq!(bench.ticket().id, ticket);
}

#[test]
fn a_countdown_never_stands_in_for_the_human_that_a_safety_flag_demands() {
    let flagged = domain::run::Draft { flags: vec!["pii".to_owned()], ..draft() };
    let bench = Bench::new(countdown()).prepared(flagged);

    assert_eq!(bench.ticket().auto_approve_at, None);

    let answer = Response { flags: vec!["nsfw".to_owned()], ..response() };
    let bench = Bench::calling(countdown())
        .then(Event::Answered { attempt: 1, response: Box::new(answer) });
    assert_eq!(bench.ticket().auto_approve_at, None);
}

#[test]
fn a_countdown_that_runs_out_is_recorded_as_the_policys_decision() {
    let bench = Bench::new(countdown()).prepared(unsure()).tick_after(10);

    let record = bench.run.last_decision.as_ref().unwrap();
    assert_eq!((record.action, record.by.name()), (Action::Approve, "the policy"));
    let entry = &bench.last.entries[0];
    assert_eq!(entry.kind, EntryKind::TicketDecided);
    assert_eq!(entry.facts["policy"], "auto_with_thresholds");
    assert_eq!(entry.facts["policy_version"], "1");
}

#[test]
fn a_deadline_before_the_countdown_wins_when_both_have_passed() {
    let config = HitlConfig { approval_timeout_seconds: Some(20), ..countdown() };
    let bench = Bench::new(config).prepared(unsure()).tick_after(3600);

    assert_eq!(end(&bench), EndReason::Expired);
}

// Edits

#[test]
fn an_edit_that_changes_no_value_keeps_the_proposed_bytes() {
    let bench = Bench::new(require_human()).prepared(draft()).approve();
    let proposed = bench.ticket().proposal.clone();
    let same = r#"{ "width": 300, "operation": "crop" }"#;

    let bench = bench.answer(Answer::Edit(edited(same)));

    let record = bench.run.last_decision.as_ref().unwrap();
    assert_eq!((record.decided, record.changes.len()), (proposed.digest, 0));
    assert_eq!(bench.run.payload_digest(), Some(proposed.digest));
    assert!(bench.run.edits.is_empty());
}

#[test]
fn an_edit_of_an_answer_that_is_no_readable_json_is_kept() {
    let strange = Response { text: r#"{"a":1,"a":2}"#.to_owned(), ..response() };
    let bench = Bench::calling(require_human())
        .then(Event::Answered { attempt: 1, response: Box::new(strange) });

    let bench = bench.answer(Answer::Edit(edited(r#"{"a":3}"#)));

    assert_eq!(bench.run.response.as_ref().unwrap().text, r#"{"a":3}"#);
    assert_eq!(bench.run.edits.len(), 1);
    let record = bench.run.last_decision.as_ref().unwrap();
    assert_eq!(record.decided, proposal_digest(Subject::Response, "image", r#"{"a":3}"#));
}

// Calls

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

// Pausing

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

// The record

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
