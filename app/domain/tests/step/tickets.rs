//! Tickets: who may answer what, when, and what the countdown may do.

use domain::{
    audit::EntryKind,
    checkpoint::{CheckpointType, Subject},
    decision::{Action, Answer, Edited},
    digest::Digest,
    event::Event,
    id::AttachmentId,
    information::FileRef,
    issue::Issue,
    policy::{HitlConfig, OnTimeout},
    run::{Draft, Response, proposal_digest},
    state::{EndReason, Phase, RunState, Status},
    step::{Refusal, wakes_at},
};

use crate::bench::*;

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
fn a_ticket_that_is_about_to_be_escalated_can_be_decided_meanwhile() {
    let bench = Bench::new(deadline(60, OnTimeout::Escalate)).prepared(draft()).after(3600);
    assert_eq!(bench.approve().checkpoint(), CheckpointType::PayloadReview);

    let config = HitlConfig { approval_timeout_seconds: Some(60), ..auto() };
    let bench = Bench::calling(config).lost(false).after(3600).answer(Answer::Retry);
    assert_eq!(phase(&bench), Phase::Ready);
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

#[test]
fn an_edit_that_changes_no_value_keeps_the_proposed_bytes() {
    let bench = Bench::new(require_human()).prepared(draft()).approve();
    let proposed = bench.ticket().proposal.clone();
    let same = r#"{ "width": 300, "operation": "crop" }"#;

    let bench = bench.answer(Answer::Edit(edited(same)));

    let record = bench.run.last_decision.as_ref().unwrap();
    assert_eq!((record.decided, record.changes.len()), (proposed.digest, 0));
    assert_eq!(record.action, Action::Approve, "kept as what it is");
    assert_eq!(bench.run.payload_digest(), Some(proposed.digest));
    assert!(bench.run.edits.is_empty());
}

#[test]
fn an_edit_of_an_answer_that_is_no_readable_json_is_kept() {
    let strange = Response { text: r#"{"a":1,"a":2}"#.to_owned(), ..response() };
    let bench = Bench::calling(require_human())
        .then(Event::Answered { attempt: 1, response: Box::new(strange) });

    let bench = bench.answer(Answer::Edit(edited(r#"{"a":3}"#)));

    let response = bench.run.response.as_ref().unwrap();
    assert_eq!((response.text.as_str(), response.result()), (r#"{"a":1,"a":2}"#, r#"{"a":3}"#));
    assert_eq!(bench.run.edits.len(), 1);
    let record = bench.run.last_decision.as_ref().unwrap();
    assert_eq!(record.decided, proposal_digest(Subject::Response, "image", r#"{"a":3}"#));
}

#[test]
fn an_edited_answer_is_the_result_and_the_providers_own_stays_provable() {
    let bench = Bench::calling(require_human())
        .then(Event::Answered { attempt: 1, response: Box::new(response()) });
    const EDITED: &str = r#"{"image":"sha256:2"}"#;

    let bench = bench.answer(Answer::Edit(edited(EDITED)));

    let response = bench.run.response.as_ref().unwrap();
    assert_eq!((response.text.as_str(), response.result()), (ANSWER, EDITED));
    let digest = |text: &str| proposal_digest(Subject::Response, "image", text);
    let edit = &bench.run.edits[0];
    assert_eq!((edit.before, edit.after), (digest(&response.text), digest(response.result())));
}

#[test]
fn a_result_that_a_person_enters_is_the_result_and_no_answer_of_the_providers() {
    let bench = Bench::calling(auto()).lost(false).answer(Answer::Respond(edited(ANSWER)));

    let response = bench.run.response.as_ref().unwrap();
    assert_eq!((response.answered(), response.result()), (None, ANSWER));
    let record = bench.run.last_decision.as_ref().unwrap();
    assert_eq!(record.decided, proposal_digest(Subject::Response, "image", ANSWER));
    assert_eq!(end(&bench), EndReason::Done);
}

#[test]
fn an_accepted_answer_is_the_providers_own() {
    let bench = Bench::calling(require_human())
        .then(Event::Answered { attempt: 1, response: Box::new(response()) });

    let bench = bench.answer(Answer::Approve);

    let response = bench.run.response.as_ref().unwrap();
    assert_eq!((response.result(), &response.accepted), (ANSWER, &None));
}

#[test]
fn an_edit_that_changes_nothing_stays_an_edit_where_approving_is_not_allowed() {
    let bench = Bench::calling(require_human()).failed(invalid());
    assert_eq!(bench.checkpoint(), CheckpointType::ErrorRecovery);

    let bench = bench.answer(Answer::Edit(edited(PAYLOAD)));

    assert_eq!(bench.run.last_decision.as_ref().unwrap().action, Action::Edit);
}

fn file(name: &str) -> FileRef {
    FileRef {
        id: AttachmentId::from_uuid(uuid::Uuid::from_u128(9)),
        digest: Digest::of(name.as_bytes()),
        name: name.to_owned(),
        media_type: "image/png".to_owned(),
        size: 3,
    }
}

#[test]
fn the_files_and_the_cost_of_a_call_follow_an_edit_of_its_payload() {
    let before = Draft { files: vec![file("old.png")], cost: Some(1.0), ..draft() };
    let at_review = Bench::new(require_human()).prepared(before.clone()).approve();
    let at_recovery = Bench::new(auto()).prepared(before).started().failed(invalid());
    assert_eq!(
        (at_review.checkpoint(), at_recovery.checkpoint()),
        (CheckpointType::PayloadReview, CheckpointType::ErrorRecovery)
    );
    let text = r#"{"operation":"crop","width":200}"#;
    for bench in [at_review, at_recovery] {
        let after = Edited { files: vec![file("new.png")], cost: Some(2.5), ..edited(text) };
        let bench = bench.answer(Answer::Edit(after));

        assert_eq!(phase(&bench), Phase::Ready);
        let draft = bench.run.draft.as_ref().unwrap();
        assert_eq!((draft.payload.as_str(), draft.cost), (text, Some(2.5)));
        assert_eq!(draft.files, [file("new.png")]);
        // Without files and free of charge is an edit as well.
        let bench = bench.started().failed(invalid()).answer(Answer::Edit(edited(PAYLOAD)));
        let draft = bench.run.draft.as_ref().unwrap();
        assert_eq!((draft.files.len(), draft.cost), (0, None));
    }
}
