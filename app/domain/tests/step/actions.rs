//! An agent's own action: asked, decided on exact arguments, reported once.

use domain::{
    access::CallerKind,
    action::ActionRequest,
    audit::EntryKind,
    checkpoint::CheckpointType,
    decision::{Action, Actor, Answer, Decision, Edited, Via},
    effect::Effect,
    event::Event,
    issue::Issue,
    policy::{HitlConfig, PolicyKind},
    run::{Draft, Response, Run},
    state::{EndReason, RunState, Status, Step},
    step::{At, Outcome, Refusal, ask, step},
};
use proptest::prelude::*;

use crate::bench::{ada, config, noon, require_human, run, ticket_id};

const ARGUMENTS: &str = r#"{"to":"a@b.example","amount":1.10}"#;
const EDITED: &str = r#"{"to":"a@b.example","amount":2.00}"#;

fn action(callback: Option<&str>) -> ActionRequest {
    let callback = callback.map(str::to_owned);
    ActionRequest { name: "pay".to_owned(), context: None, schema: None, callback }
}

pub fn asking(config: HitlConfig, issues: Vec<Issue>) -> Run {
    let action = action(None);
    let draft = Draft {
        information: Vec::new(),
        payload: ARGUMENTS.to_owned(),
        files: Vec::new(),
        issues,
        confidence: 1.0,
        payload_changes: 0,
        cost: None,
        flags: Vec::new(),
    };
    Run {
        owner_name: "mailer".to_owned(),
        owner_kind: CallerKind::Agent,
        action: Some(action),
        draft: Some(draft),
        ..run(config)
    }
}

pub fn at(second: i64) -> At {
    At { now: noon() + chrono::TimeDelta::seconds(second), fresh: ticket_id(7) }
}

pub fn decide(answer: Answer, note: Option<&str>) -> Event {
    Event::Decided(Box::new(Decision {
        ticket: ticket_id(7),
        version: Some(1),
        digest: None,
        answer,
        note: note.map(str::to_owned),
        by: ada(),
        via: Via::Browser,
    }))
}

fn edited(text: &str) -> Edited {
    Edited { text: text.to_owned(), ..Edited::default() }
}

pub fn report(succeeded: bool) -> Event {
    let response = Response {
        text: "{\"id\":7}".to_owned(),
        accepted: None,
        files: Vec::new(),
        summary: "mailer says that it is done.".to_owned(),
        quality: None,
        flags: Vec::new(),
        took_ms: 3,
    };
    let by = Actor::Agent { id: run(require_human()).owner, name: "mailer".to_owned() };
    Event::Reported { by, succeeded, response: Box::new(response) }
}

fn told(outcome: &Outcome) -> Vec<EntryKind> {
    outcome.entries.iter().map(|entry| entry.kind).collect()
}

#[test]
fn an_action_is_asked_allowed_with_an_edit_and_reported_once() {
    use EntryKind as K;

    let asked = ask(asking(require_human(), Vec::new()), at(0));
    let ticket = asked.opened.clone().unwrap();
    assert_eq!(told(&asked), [K::Started, K::TicketOpened]);
    assert_eq!(asked.entries[0].actor.name(), "mailer");
    assert_eq!(
        (ticket.checkpoint, ticket.proposal.text.as_str()),
        (CheckpointType::Action, ARGUMENTS)
    );
    assert_eq!(
        (asked.run.state.status(), asked.run.state.step()),
        (Status::AwaitingHuman, Step::PayloadReview)
    );

    let allowed = step(&asked.run, decide(Answer::Edit(edited(EDITED)), None), at(5)).unwrap();
    assert_eq!(told(&allowed), [K::TicketDecided, K::CallPrepared, K::CallStarted]);
    assert_eq!(
        (allowed.run.state.status(), allowed.run.state.step()),
        (Status::Running, Step::ApiCall)
    );
    assert_eq!(allowed.run.draft.as_ref().unwrap().payload, EDITED);
    let record = allowed.run.last_decision.clone().unwrap();
    assert_eq!(record.decided, allowed.run.payload_digest().unwrap());
    assert_ne!(record.decided, record.proposed);
    assert!(allowed.effects.is_empty(), "the server calls nothing");

    let done = step(&allowed.run, report(true), at(9)).unwrap();
    assert_eq!(told(&done), [K::CallAnswered, K::Ended]);
    assert_eq!(done.entries[0].actor.name(), "mailer");
    assert_eq!(done.run.state.status(), Status::Completed);
    let again = step(&done.run, report(true), at(10)).unwrap_err();
    assert_eq!(again, Refusal::Ended(EndReason::Done));
}

#[test]
fn a_failed_action_fails_the_run() {
    let asked = ask(asking(require_human(), Vec::new()), at(0)).run;
    let allowed = step(&asked, decide(Answer::Approve, None), at(1)).unwrap().run;
    assert_eq!(allowed.draft.as_ref().unwrap().payload, ARGUMENTS, "to the byte");

    let failed = step(&allowed, report(false), at(2)).unwrap();

    assert_eq!(told(&failed), [EntryKind::CallFailed, EntryKind::Ended]);
    assert_eq!(failed.run.state.status(), Status::Failed);
}

#[test]
fn without_a_yes_there_is_nothing_to_report() {
    let asked = ask(asking(require_human(), Vec::new()), at(0)).run;
    assert_eq!(
        step(&asked, report(true), at(1)).unwrap_err(),
        Refusal::WrongState(Status::AwaitingHuman)
    );
    let no = Answer::Reject { reason: "Too much.".to_owned() };
    let ended = step(&asked, decide(no, None), at(1)).unwrap().run;
    assert_eq!(step(&ended, report(true), at(2)).unwrap_err(), Refusal::Ended(EndReason::Rejected));
}

#[test]
fn an_answer_in_words_ends_the_run_without_the_action() {
    let asked = ask(asking(require_human(), Vec::new()), at(0)).run;
    let silent = decide(Answer::Respond(edited(ARGUMENTS)), Some(" "));
    assert_eq!(step(&asked, silent, at(1)).unwrap_err(), Refusal::ReasonMissing);

    let words = decide(Answer::Respond(edited(ARGUMENTS)), Some("Ask Otto first."));
    let ended = step(&asked, words, at(1)).unwrap().run;

    let record = ended.last_decision.clone().unwrap();
    assert_eq!(
        (record.action, record.reason.as_deref()),
        (Action::Respond, Some("Ask Otto first."))
    );
    assert_eq!((ended.state.status(), ended.attempts), (Status::Completed, 0));
    assert!(step(&ended, report(true), at(2)).is_err());
}

#[test]
fn what_the_policy_lets_pass_has_its_ticket_and_decision_all_the_same() {
    let outcome = ask(asking(config(PolicyKind::Auto), Vec::new()), at(0));
    assert!(outcome.passes_at_once() && outcome.opened.is_some());
    let passed = outcome.run;

    let record = passed.last_decision.clone().unwrap();
    assert_eq!((record.by, record.via), (Actor::Policy, Via::Policy));
    assert_eq!(record.reason.as_deref(), Some("The policy lets this pass."));
    assert_eq!(passed.state.step(), Step::ApiCall);
}

#[test]
fn arguments_that_are_wrong_wait_for_a_person_under_any_policy() {
    let issue = Issue::error("/amount", "must be a number");
    let asked = ask(asking(config(PolicyKind::Auto), vec![issue]), at(0)).run;

    assert_eq!(step(&asked, Event::Tick, at(9)).unwrap().run.state, asked.state);
    let refused = step(&asked, decide(Answer::Approve, None), at(9)).unwrap_err();
    assert!(matches!(refused, Refusal::Invalid(_)));
    let mended = step(&asked, decide(Answer::Edit(edited(EDITED)), None), at(9)).unwrap().run;
    assert_eq!(mended.state.step(), Step::ApiCall);
}

#[test]
fn nobody_can_pause_an_agent_but_a_person_can_end_the_waiting() {
    let asked = ask(asking(require_human(), Vec::new()), at(0)).run;
    let allowed = step(&asked, decide(Answer::Approve, None), at(1)).unwrap().run;
    let pause = step(&allowed, Event::PauseRequested { by: ada() }, at(2)).unwrap_err();
    assert_eq!(pause, Refusal::WrongState(Status::Running));

    let cancelled = step(&allowed, Event::CancelRequested { by: ada() }, at(2)).unwrap();

    let RunState::Ended(ending) = &cancelled.run.state else { panic!("it goes on") };
    assert!(ending.message.contains("may still have happened"), "{}", ending.message);
    assert!(step(&cancelled.run, report(true), at(3)).is_err(), "over is over");
}

#[test]
fn the_working_time_limits_how_long_an_outcome_is_waited_for() {
    let limited = HitlConfig { timeout_seconds: 60, ..require_human() };
    let asked = ask(asking(limited, Vec::new()), at(0)).run;
    let allowed = step(&asked, decide(Answer::Approve, None), at(1000)).unwrap().run;

    assert_eq!(step(&allowed, Event::Tick, at(1059)).unwrap().run.state, allowed.state);
    let late = step(&allowed, Event::Tick, at(1060)).unwrap().run;
    assert_eq!(late.state.status(), Status::Failed);
}

#[test]
fn whoever_wants_to_be_called_back_is_once_however_the_ticket_is_closed() {
    let asking = |config: HitlConfig| {
        let action = Some(action(Some("https://agent.example/hook")));
        Run { action, ..asking(config, Vec::new()) }
    };
    let call_back = [Effect::CallBack { ticket: ticket_id(7) }];
    let calls = |outcome: &Outcome| {
        let calls = outcome.effects.iter().filter(|effect| **effect != Effect::TakeTurn);
        calls.cloned().collect::<Vec<_>>()
    };
    let deadline = HitlConfig { approval_timeout_seconds: Some(60), ..require_human() };
    let asked = ask(asking(deadline), at(0));
    assert_eq!(calls(&asked), []);
    for event in [
        decide(Answer::Approve, None),
        decide(Answer::Edit(edited(EDITED)), None),
        decide(Answer::Reject { reason: "No.".to_owned() }, None),
        decide(Answer::Respond(edited(EDITED)), Some("Words.")),
        Event::CancelRequested { by: ada() },
    ] {
        let closed = step(&asked.run, event, at(5)).unwrap();
        assert_eq!(calls(&closed), call_back);
        if !closed.run.state.is_over() {
            assert_eq!(calls(&step(&closed.run, report(true), at(6)).unwrap()), []);
        }
    }
    assert_eq!(calls(&step(&asked.run, Event::Tick, at(60)).unwrap()), call_back);
    assert_eq!(calls(&ask(asking(config(PolicyKind::Auto)), at(0))), call_back);
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let no = Answer::Reject { reason: "No.".to_owned() };
    let one = prop::sample::select(vec![
        decide(Answer::Approve, None),
        decide(Answer::Edit(edited(EDITED)), None),
        decide(Answer::Respond(edited(EDITED)), Some("Words.")),
        decide(no, None),
        decide(Answer::Cancel, None),
        report(true),
        report(false),
        Event::Tick,
        Event::PauseRequested { by: ada() },
        Event::CancelRequested { by: ada() },
        Event::CallStarted { attempt: 1 },
        Event::CallLost { attempt: 1, repeat_safe: true },
        Event::Restored,
    ]);
    prop::collection::vec(one, 0..12)
}

proptest! {
    #[test]
    fn no_outcome_comes_without_a_yes_and_what_is_over_stays_over(events in events(), auto in any::<bool>()) {
        let policy = if auto { PolicyKind::Auto } else { PolicyKind::RequireHuman };
        let mut run = ask(asking(config(policy), Vec::new()), at(0)).run;
        let mut allowed = auto;
        for (second, event) in (1..).zip(events) {
            let reports = matches!(event, Event::Reported { .. });
            let Ok(outcome) = step(&run, event, at(second)) else { continue };
            prop_assert!(!run.state.is_over() || outcome.run == run);
            prop_assert!(!reports || allowed);
            for entry in &outcome.entries {
                let action = entry.facts.get("action").map(String::as_str);
                allowed |= matches!(action, Some("approve" | "edit"));
                prop_assert!(entry.kind != EntryKind::CallStarted || allowed);
            }
            prop_assert!(outcome.run.attempts <= 1 && outcome.effects.iter().all(|effect| *effect == Effect::TakeTurn));
            run = outcome.run;
        }
    }
}
