//! Whole runs, told line by line: what happened → status/step, ticket, entries, effects.

use std::fmt::Write as _;

use domain::{
    decision::Answer,
    effect::Effect,
    event::{Event, Failure},
    issue::Issue,
    policy::{HitlConfig, OnTimeout, PolicyKind},
    run::Draft,
    state::RunState,
    step::{Closing, Outcome},
};

use crate::bench::*;

/// A bench that writes down what it does.
struct Story {
    bench: Bench,
    text: String,
}

impl Story {
    fn new(config: HitlConfig) -> Self {
        let bench = Bench::new(config);
        Self { text: line("started", &bench.last), bench }
    }

    fn queued(config: HitlConfig) -> Self {
        let bench = Bench::queued(config);
        Self { text: line("queued", &bench.last), bench }
    }

    /// Does something that is possible.
    fn then(mut self, name: &str, act: impl FnOnce(Bench) -> Bench) -> Self {
        self.bench = act(self.bench);
        self.text.push_str(&line(name, &self.bench.last));
        self
    }

    /// Tries something that is refused.
    fn refused(mut self, name: &str, event: Event) -> Self {
        let refusal = self.bench.try_do(event).unwrap_err();
        writeln!(self.text, "{name} → refused: {refusal}").unwrap();
        self
    }

    fn prepared(self, draft: Draft) -> Self {
        self.then("prepared", |bench| bench.prepared(draft))
    }

    fn approve(self) -> Self {
        self.then("approve", Bench::approve)
    }

    fn answer(self, answer: Answer) -> Self {
        let name = answer.action().name();
        self.then(name, |bench| bench.answer(answer))
    }

    fn started(self) -> Self {
        self.then("call started", Bench::started)
    }

    fn answered(self) -> Self {
        self.then("answered", Bench::answered)
    }

    fn failed(self, failure: Failure) -> Self {
        self.then("call failed", |bench| bench.failed(failure))
    }

    fn tick_after(self, seconds: i64) -> Self {
        self.then(&format!("{seconds} s later"), |bench| bench.tick_after(seconds))
    }

    fn tell(&self) -> String {
        let timing = &self.bench.run.timing;
        format!(
            "{}working {} ms, waiting {} ms, calling {} ms",
            self.text, timing.working_ms, timing.waiting_ms, timing.calling_ms
        )
    }
}

fn line(name: &str, outcome: &Outcome) -> String {
    let state = &outcome.run.state;
    let mut text = format!("{name} → {}/{}", state.status().name(), state.step().name());
    if let RunState::Ended(ending) = state {
        write!(text, " ({}: {})", ending.reason.name(), ending.message).unwrap();
    }
    if let Some(closed) = &outcome.closed {
        let how = match &closed.how {
            Closing::Decided { record, decided_text } => {
                let bytes =
                    if record.decided == record.proposed { "as proposed" } else { decided_text };
                format!("{} by {}, {bytes}", record.action.past(), record.by.name())
            }
            Closing::Expired => "expired".to_owned(),
            Closing::Cancelled { reason } => reason.clone(),
        };
        write!(text, "\n    closed {}: {how}", closed.ticket.checkpoint.name()).unwrap();
    }
    if let Some(ticket) = &outcome.changed {
        write!(text, "\n    changed {}: version {}", ticket.checkpoint.name(), ticket.version)
            .unwrap();
        text.push_str(if ticket.overdue { ", overdue" } else { "" });
    }
    if let Some(ticket) = &outcome.opened {
        let (name, message) = (ticket.checkpoint.name(), &ticket.message);
        write!(text, "\n    opened {name}: {message} {:?}", ticket.reasons).unwrap();
        write!(text, "\n        {}", ticket.proposal.text).unwrap();
    }
    for entry in &outcome.entries {
        write!(text, "\n    - {:?}: {}", entry.kind, entry.message).unwrap();
    }
    for effect in &outcome.effects {
        write!(text, "\n    ! {}", told(effect, outcome)).unwrap();
    }
    text.push('\n');
    text
}

fn told(effect: &Effect, outcome: &Outcome) -> String {
    match effect {
        Effect::Call { attempt, digest, not_before } => {
            let pause = not_before.map_or(0, |at| (at - outcome.run.updated_at).num_seconds());
            format!("Call {attempt} of {} in {pause} s", digest.short())
        }
        other => format!("{other:?}"),
    }
}

fn thresholds() -> HitlConfig {
    config(PolicyKind::AutoWithThresholds)
}

fn quiet(name: &str, bench: Bench) -> Story {
    Story { text: format!("({name})\n"), bench }
}

#[test]
fn a_human_at_every_review() {
    let story = Story::new(require_human()).prepared(draft()).approve().approve();
    insta::assert_snapshot!(story.started().answered().approve().tell());
}

#[test]
fn the_policy_lets_everything_pass() {
    insta::assert_snapshot!(Story::new(auto()).prepared(draft()).started().answered().tell());
}

#[test]
fn low_confidence_asks_a_human_twice() {
    let story = Story::new(thresholds()).prepared(unsure()).approve().approve();
    insta::assert_snapshot!(story.started().answered().tell());
}

#[test]
fn what_is_missing_is_asked_for_and_given() {
    let form = edited(r#"{"operation":"crop","width":300}"#);
    let story = Story::new(auto()).prepared(incomplete()).answer(Answer::Respond(form));
    insta::assert_snapshot!(story.prepared(draft()).started().answered().tell());
}

#[test]
fn information_is_edited_and_the_payload_built_again() {
    let form = edited(r#"{"operation":"resize"}"#);
    let story = Story::new(require_human()).prepared(draft()).answer(Answer::Edit(form));
    let values = story.bench.run.given.iter().map(|known| (&*known.field, &*known.value));
    let values: Vec<_> = values.collect();

    assert_eq!(values, [("operation", "\"resize\""), ("width", "null")]);
    insta::assert_snapshot!(story.prepared(draft()).tell());
}

#[test]
fn an_edited_payload_is_what_is_sent() {
    let story = Story::new(require_human()).prepared(draft()).approve();
    let story = story.answer(Answer::Edit(edited(r#"{"operation":"crop","width":200.0}"#)));
    insta::assert_snapshot!(story.started().answered().approve().tell());
}

#[test]
fn a_blocked_edit_is_refused_and_the_ticket_stays_open() {
    let story = Story::new(require_human()).prepared(draft()).approve();
    let mut wrong = edited("{}");
    wrong.issues = vec![Issue::error("/width", "is missing")];
    let wrong = story.bench.decision(Answer::Edit(wrong));
    let broken = story.bench.decision(Answer::Edit(edited("{")));
    let story = story.refused("edit with a gap", Event::Decided(Box::new(wrong)));
    let story = story.refused("edit that is no JSON", Event::Decided(Box::new(broken)));
    insta::assert_snapshot!(story.approve().tell());
}

#[test]
fn rejected_at_the_information_review() {
    insta::assert_snapshot!(Story::new(require_human()).prepared(draft()).answer(reject()).tell());
}

#[test]
fn rejected_at_the_payload_review() {
    let story = Story::new(require_human()).prepared(draft()).approve();
    insta::assert_snapshot!(story.answer(reject()).tell());
}

#[test]
fn rejected_at_the_response_review() {
    let story = quiet("called", Bench::calling(require_human())).answered();
    insta::assert_snapshot!(story.answer(reject()).tell());
}

#[test]
fn another_answer_is_asked_for_and_edited() {
    let story = quiet("called", Bench::calling(require_human())).answered();
    let story = story.answer(Answer::Retry).started().answered();
    let story = story.answer(Answer::Edit(edited(r#"{"image":"sha256:2"}"#)));
    insta::assert_snapshot!(story.tell());
}

#[test]
fn nobody_decides_and_the_run_expires() {
    let story = Story::new(deadline(60, OnTimeout::Fail)).prepared(draft());
    let late = story.bench.decision(Answer::Approve);
    let story = story.tick_after(59).then("1 s later", |bench| bench.tick_after(1));
    insta::assert_snapshot!(story.refused("approve", Event::Decided(Box::new(late))).tell());
}

#[test]
fn nobody_decides_and_the_ticket_is_escalated() {
    let story = Story::new(deadline(60, OnTimeout::Escalate)).prepared(draft());
    insta::assert_snapshot!(story.tick_after(60).tick_after(90_000).approve().tell());
}

#[test]
fn the_countdown_runs_out() {
    let story = Story::new(countdown()).prepared(unsure()).tick_after(9).tick_after(1);
    insta::assert_snapshot!(story.tick_after(10).started().answered().tell());
}

#[test]
fn the_countdown_is_stopped() {
    let story = Story::new(countdown()).prepared(unsure());
    let ticket = story.bench.ticket().id;
    let hold = |bench: Bench| bench.then(Event::Held { ticket, by: ada() });
    let story = story.then("hold", hold).then("hold again", hold).tick_after(3600).approve();
    insta::assert_snapshot!(story.tell());
}

#[test]
fn a_refused_payload_is_mended() {
    let story = quiet("called", Bench::calling(auto())).failed(invalid());
    let story = story.answer(Answer::Edit(edited(r#"{"operation":"crop","width":200}"#)));
    insta::assert_snapshot!(story.started().answered().tell());
}

#[test]
fn a_busy_provider_is_tried_three_times_and_then_by_a_human() {
    let story = quiet("called", Bench::calling(auto())).failed(busy()).started();
    let unreachable = Failure::Unreachable { message: "No such host".to_owned() };
    let story = story.failed(unreachable).started().failed(busy()).answer(Answer::Retry);
    insta::assert_snapshot!(story.started().answered().tell());
}

#[test]
fn a_failed_call_is_given_up() {
    let story = quiet("called", Bench::calling(auto())).failed(invalid());
    insta::assert_snapshot!(story.answer(reject()).tell());
}

#[test]
fn the_provider_refuses_for_good() {
    let refused = Failure::Refused { message: "Not with this account".to_owned() };
    insta::assert_snapshot!(quiet("called", Bench::calling(auto())).failed(refused).tell());
}

#[test]
fn an_unknown_call_is_sent_again_by_a_human() {
    let story = quiet("called", Bench::calling(auto()));
    let story = story.then("worker lost", |bench| bench.lost(false)).answer(Answer::Retry);
    insta::assert_snapshot!(story.started().answered().tell());
}

#[test]
fn an_unknown_call_is_repeated_where_that_is_safe() {
    let story = quiet("called", Bench::calling(auto()));
    let lost = |story: Story| story.then("worker lost", |bench| bench.lost(true));
    let story = lost(lost(story).started()).started();
    insta::assert_snapshot!(lost(story).tell());
}

#[test]
fn the_result_of_an_unknown_call_is_entered() {
    let story = quiet("called", Bench::calling(auto())).failed(unknown(false));
    insta::assert_snapshot!(story.answer(Answer::Respond(edited(ANSWER))).tell());
}

#[test]
fn an_unknown_call_is_marked_as_failed() {
    let story = quiet("called", Bench::calling(auto())).failed(unknown(false));
    insta::assert_snapshot!(story.answer(reject()).tell());
}

#[test]
fn the_answer_of_an_unknown_call_arrives_after_all() {
    let story = quiet("called", Bench::calling(require_human())).failed(unknown(false));
    insta::assert_snapshot!(story.answered().approve().tell());
}

#[test]
fn paused_at_each_place() {
    let pause = |story: Story| story.then("pause", Bench::pause);
    let story = pause(Story::new(auto())).prepared(draft()).approve();
    let story = pause(story).started().approve().started();
    insta::assert_snapshot!(pause(story).answered().approve().tell());
}

#[test]
fn cancelled_while_sending() {
    let story = quiet("called", Bench::calling(auto())).then("cancel", Bench::cancel);
    let late = Event::Answered { attempt: 1, response: Box::new(response()) };
    insta::assert_snapshot!(story.refused("answered", late).tell());
}

#[test]
fn cancelled_in_every_other_state() {
    let cancel = |name, bench| quiet(name, bench).then("cancel", Bench::cancel).tell();
    let ready = Bench::new(auto()).prepared(draft());
    let told = [
        cancel("queued", Bench::queued(auto())),
        cancel("preparing", Bench::new(auto())),
        cancel("waiting", Bench::new(require_human()).prepared(draft())),
        cancel("ready to call", ready.clone()),
        cancel("paused", ready.pause().started()),
    ];
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_queued_run_gets_its_turn() {
    let story = Story::queued(auto()).then("the turn came", |bench| bench.then(Event::TurnCame));
    let story = story.refused("the turn came", Event::TurnCame);
    insta::assert_snapshot!(story.prepared(draft()).tell());
}

#[test]
fn the_working_time_runs_out() {
    let story = Story::new(HitlConfig { timeout_seconds: 5, ..auto() }).prepared(draft());
    insta::assert_snapshot!(story.started().tick_after(2).tick_after(2).tell());
}
