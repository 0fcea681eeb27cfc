//! How far a run has come with each of the four checkpoints.

use app::api::runs::{Stage, StageState};
use domain::{
    audit::{Entry, EntryKind},
    run::Run,
    state::{RunState, Step},
};

const STEPS: [(Step, &str); 4] = [
    (Step::InformationReview, "Information"),
    (Step::PayloadReview, "Payload"),
    (Step::ApiCall, "Call"),
    (Step::ResponseReview, "Response"),
];

/// An agent's own action is approved and done.
const ACTION_STEPS: [(Step, &str); 2] =
    [(Step::PayloadReview, "Approval"), (Step::ApiCall, "Outcome")];

pub(super) fn stages(run: &Run, history: &[Entry]) -> Vec<Stage> {
    let stage = |(step, title): (Step, &str)| Stage {
        step,
        title: title.to_owned(),
        state: state(run, step),
        note: note(history, step),
    };
    match run.action {
        Some(_) => ACTION_STEPS.into_iter().map(stage).collect(),
        None => STEPS.into_iter().map(stage).collect(),
    }
}

fn state(run: &Run, step: Step) -> StageState {
    let (at, over) = match &run.state {
        RunState::Ended(ending) => (ending.step, true),
        state => (state.step(), false),
    };
    let done = match &run.state {
        RunState::Ended(ending) => ending.reason == domain::state::EndReason::Done,
        _ => false,
    };
    match step.cmp(&at) {
        std::cmp::Ordering::Less => StageState::Done,
        _ if done => StageState::Done,
        std::cmp::Ordering::Greater => StageState::Todo,
        std::cmp::Ordering::Equal if over => StageState::Stopped,
        std::cmp::Ordering::Equal if run.state.ticket().is_some() => StageState::Waiting,
        std::cmp::Ordering::Equal => StageState::Running,
    }
}

/// The last thing that settled the step: who decided, or that the policy let it pass.
fn note(history: &[Entry], step: Step) -> Option<String> {
    let settles = |entry: &&Entry| match entry.kind {
        EntryKind::TicketDecided => entry.step == step,
        EntryKind::PolicyPassed => {
            entry.facts.get("checkpoint").is_some_and(|name| name == step.name())
        }
        EntryKind::CallAnswered => step == Step::ApiCall,
        _ => false,
    };
    let entry = history.iter().rev().find(settles)?;
    Some(match entry.kind {
        EntryKind::TicketDecided => {
            let action = entry.facts.get("action").map_or("decided", String::as_str);
            let past = domain::decision::Action::from_name(action).map_or("decided", |a| a.past());
            format!("{past} by {}", entry.actor.name())
        }
        EntryKind::PolicyPassed => "passed by the policy".to_owned(),
        _ => entry
            .facts
            .get("took_ms")
            .map_or_else(|| "answered".to_owned(), |ms| format!("{ms} ms")),
    })
}
