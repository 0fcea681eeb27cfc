//! Stages in order, each with a shape and a word for where it stands.
use super::{Icon, IconName};
use leptos::prelude::*;

/// Where a stage stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageState {
    /// Behind us.
    Done,
    /// Here and now.
    Current,
    /// Still to come.
    Waiting,
    /// Passed over, or never reached.
    Skipped,
    /// It ended here.
    Failed,
}

/// One stage: its name, and a few words such as "approved by Mara".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    pub name: String,
    pub state: StageState,
    pub note: String,
}

impl StageState {
    fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Current => "current",
            Self::Waiting => "waiting",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }

    fn icon(self) -> Option<IconName> {
        match self {
            Self::Done => Some(IconName::Check),
            Self::Failed => Some(IconName::Cross),
            Self::Current | Self::Waiting | Self::Skipped => None,
        }
    }
}

/// The names and notes stay readable for assistive technology where a phone shows dots.
#[component]
pub fn Stepper(#[prop(into)] label: String, stages: Vec<Stage>) -> impl IntoView {
    view! {
        <ol class="stages" aria-label=label>
            {stages.into_iter().map(stage).collect_view()}
        </ol>
    }
}

fn stage(Stage { name, state, note }: Stage) -> impl IntoView {
    let here = matches!(state, StageState::Current | StageState::Failed).then_some("step");
    view! {
        <li class="stage" data-state=state.word() aria-current=here>
            <span class="stage-dot">{state.icon().map(|name| view! { <Icon name/> })}</span>
            <span class="stage-name">{name}</span>
            " "
            <span class="stage-state">{note}</span>
        </li>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::components::markup::Markup as _;

    #[test]
    fn the_current_stage_is_marked_for_everyone() {
        let stages =
            [(StageState::Done, "approved by Mara"), (StageState::Current, "waits for a person")]
                .map(|(state, note)| Stage { name: "Review".into(), state, note: note.into() });
        let html = view! { <Stepper label="Checkpoints" stages=stages.to_vec()/> }.markup();
        assert_eq!(html.matches(r#"aria-current="step""#).count(), 1, "{html}");
        assert!(
            html.contains(r#"data-state="done""#) && html.contains("approved by Mara"),
            "{html}"
        );
        assert_eq!(html.matches("<svg").count(), 1, "{html}");
    }
}
