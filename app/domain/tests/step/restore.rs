//! After a restore from a backup nothing is sent unless a person says so.

use domain::{
    checkpoint::CheckpointType,
    decision::Answer,
    effect::Effect,
    event::Event,
    policy::HitlConfig,
    run::Run,
    state::{EndReason, Phase, RunState, Status},
    step::{Outcome, ask, step},
};

use crate::{
    actions::{asking, at, decide, report},
    bench::*,
};

fn calls(outcome: &Outcome) -> bool {
    outcome.effects.iter().any(|effect| matches!(effect, Effect::Call { .. }))
}

#[test]
fn a_call_that_was_ready_or_under_way_has_an_unknown_outcome() {
    let ready = Bench::new(auto()).prepared(draft());
    let sending = Bench::calling(auto());
    let waits_to_repeat = Bench::calling(auto()).failed(busy());
    assert_eq!((phase(&ready), phase(&sending)), (Phase::Ready, Phase::Sending));
    for bench in [ready, sending, waits_to_repeat] {
        let restored = bench.then(Event::Restored);

        assert_eq!(restored.checkpoint(), CheckpointType::UnknownOutcome);
        assert!(!calls(&restored.last), "{:?}", restored.last.effects);
        // The effect that is still in the outbox comes to nothing.
        let mut late = restored;
        late.try_do(Event::CallStarted { attempt: late.run.attempts }).unwrap_err();
    }
}

#[test]
fn a_run_on_its_way_to_a_call_stops_before_it() {
    let preparing = Bench::new(auto()).then(Event::Restored).prepared(draft());
    let queued =
        Bench::queued(auto()).then(Event::Restored).then(Event::TurnCame).prepared(draft());
    for restored in [preparing, queued] {
        assert_eq!(restored.checkpoint(), CheckpointType::ManualPause);
        assert!(!calls(&restored.last), "{:?}", restored.last.effects);
        let confirmed = restored.approve();
        assert_eq!(confirmed.run.state.status(), Status::Running);
    }
}

#[test]
fn a_countdown_stops_and_the_ticket_stays() {
    let waiting = Bench::new(countdown()).prepared(unsure());
    assert!(waiting.ticket().auto_approve_at.is_some());
    let (ticket, version) = (waiting.ticket().id, waiting.ticket().version);

    let restored = waiting.then(Event::Restored);

    assert_eq!((restored.ticket().id, restored.ticket().version), (ticket, version + 1));
    assert_eq!(restored.ticket().auto_approve_at, None);
    let later = restored.tick_after(3_600);
    assert_eq!(later.ticket().id, ticket);
}

#[test]
fn what_waits_for_a_person_or_is_over_stays_as_it_is_and_so_does_what_was_told_before() {
    let waiting = Bench::new(require_human()).prepared(draft());
    let ended = Bench::new(require_human()).prepared(draft()).cancel();
    let told_before = Bench::calling(auto()).then(Event::Restored);
    for bench in [waiting, ended, told_before] {
        let before: RunState = bench.run.state.clone();
        let restored = bench.then(Event::Restored);
        assert_eq!(restored.run.state, before);
        assert!(restored.last.entries.is_empty(), "{:?}", restored.last.entries);
    }
}

/// An agent's own action that was allowed, by a person or by the policy.
fn acting(config: HitlConfig) -> Run {
    let asked = ask(asking(config, Vec::new()), at(0)).run;
    let waits = asked.state.ticket().is_some();
    if waits { step(&asked, decide(Answer::Approve, None), at(1)).unwrap().run } else { asked }
}

#[test]
fn an_action_that_its_agent_carries_out_stays_as_it_is_and_its_report_ends_the_run() {
    for config in [require_human(), auto()] {
        let before = acting(config);
        assert!(matches!(&before.state, RunState::Calling(call) if call.phase == Phase::Sending));

        let restored = step(&before, Event::Restored, at(60)).unwrap();

        assert_eq!((&restored.run, restored.opened.as_ref()), (&before, None));
        assert!(restored.entries.is_empty() && restored.effects.is_empty());
        for (succeeded, reason) in [(true, EndReason::Done), (false, EndReason::ProviderError)] {
            let told = step(&restored.run, report(succeeded), at(90)).unwrap();
            let RunState::Ended(ending) = &told.run.state else { panic!("it goes on") };
            assert_eq!(ending.reason, reason);
            assert_eq!(told.run.response.unwrap().text, "{\"id\":7}");
        }
    }
}

#[test]
fn an_action_that_waits_for_its_answer_can_be_allowed_after_a_restore() {
    let asked = ask(asking(require_human(), Vec::new()), at(0)).run;

    let restored = step(&asked, Event::Restored, at(60)).unwrap().run;

    assert_eq!(restored, asked);
    let allowed = step(&restored, decide(Answer::Approve, None), at(61)).unwrap().run;
    assert_eq!(step(&allowed, report(true), at(62)).unwrap().run.state.status(), Status::Completed);
}

#[test]
fn an_agent_that_asked_before_is_not_called_back_and_its_ticket_stays() {
    let mut asking = asking(require_human(), Vec::new());
    asking.action.as_mut().unwrap().callback = Some("https://agent.example/".to_owned());
    let asked = ask(asking, at(0)).run;

    let restored = step(&asked, Event::Restored, at(60)).unwrap();

    assert_eq!(restored.run.state, asked.state, "the very same ticket");
    let [told] = &restored.entries[..] else { panic!("{:?}", restored.entries) };
    assert!(told.message.contains("isn't called back"), "{}", told.message);
    let again = step(&restored.run, Event::Restored, at(61)).unwrap();
    assert!(again.entries.is_empty(), "{:?}", again.entries);
    for event in [decide(Answer::Approve, None), Event::CancelRequested { by: ada() }] {
        let called_before = step(&asked, event.clone(), at(62)).unwrap();
        assert!(calls_back(&called_before), "{:?}", called_before.effects);
        let closed = step(&restored.run, event, at(62)).unwrap();
        assert!(!calls_back(&closed), "{:?}", closed.effects);
    }
}

fn calls_back(outcome: &Outcome) -> bool {
    outcome.effects.iter().any(|effect| matches!(effect, Effect::CallBack { .. }))
}
