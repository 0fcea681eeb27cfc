//! The four checkpoints in order, and how far this run has come.

use leptos::prelude::*;

use super::words;
use crate::{
    api::runs::{Stage, StageState},
    components::{Stage as Shown, StageState as Shape, Stepper},
};

/// Each stage with a shape and a word.
#[component]
pub fn StageTrack(stages: Vec<Stage>) -> impl IntoView {
    let shown = stages.into_iter().map(|stage| {
        let (state, otherwise) = match stage.state {
            StageState::Todo => (Shape::Waiting, "not yet"),
            StageState::Running => (Shape::Current, "the server is at it"),
            StageState::Waiting => (Shape::Current, "waits for a person"),
            StageState::Done => (Shape::Done, "done"),
            StageState::Stopped => (Shape::Failed, "stopped here"),
        };
        let note = stage.note.map_or_else(|| otherwise.to_owned(), |note| words::visible(&note));
        Shown { name: stage.title, state, note }
    });
    let stages: Vec<_> = shown.collect();
    view! { <Stepper label="Checkpoints" stages/> }
}
