//! Answering an agent in words, in place of a yes or a no.

use leptos::prelude::*;

use super::{Asked, DecisionForm, Desk, Editor, reject_form::LONGEST_REASON};
use crate::components::{Field, Icon, IconName, SafeTextarea, described_by};

/// A button that opens a small form. The agent gets the words and doesn't act. They are the same that a rejection would
/// give as its reason: what is typed in one place stands in the other, and is kept.
#[component]
pub fn RespondForm(
    desk: Desk,
    asked: Asked,
    editor: Editor,
    /// Why what was said could not be used.
    error: Option<String>,
) -> impl IntoView {
    let words = editor.reason;
    let open = error.is_some() || !words.get_untracked().is_empty();
    let about = described_by("words", false, error.is_some());
    let invalid = Signal::stored(error.is_some());
    let on_edit = Callback::new(move |text| words.set(text));
    view! {
        <details class="action-more" id="respond" open=open>
            <summary class="button" data-kind="quiet">
                <span class="when-closed">
                    <Icon name=IconName::Chat/>
                    "Answer"
                </span>
                <span class="when-open">
                    <Icon name=IconName::Back/>
                    "Back"
                </span>
            </summary>
            <DecisionForm desk asked class="action-panel">
                <Field id="words" label="What do you answer?" note="the agent reads this and doesn't act" error=error>
                    <SafeTextarea
                        id="words"
                        name="reason"
                        value=words
                        rows=3
                        required=true
                        max_length=LONGEST_REASON
                        described_by=about
                        invalid=invalid
                        on_edit
                    />
                </Field>
                <div class="buttons">
                    <button
                        class="button"
                        data-kind="primary"
                        name="action"
                        value="respond"
                        disabled=move || desk.is_shut()
                    >
                        "Send the answer"
                    </button>
                </div>
            </DecisionForm>
        </details>
    }
    .into_any()
}
