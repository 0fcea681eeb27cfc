//! Answering an agent in words, in place of a yes or a no.

use leptos::prelude::*;

use super::{Asked, DecisionForm, Desk, Editor};
use crate::components::{Icon, IconName, SafeTextarea};

/// A button that opens a small form. The agent gets the words and doesn't act. They are the same that a rejection would
/// give as its reason: what is typed in one place stands in the other, and is kept.
#[component]
pub fn RespondForm(desk: Desk, asked: Asked, editor: Editor) -> impl IntoView {
    let words = editor.reason;
    let open = !words.get_untracked().is_empty();
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
                <div class="field">
                    <div class="field-head">
                        <label for="words">"What do you answer?"</label>
                        <span class="field-note">"the agent reads this and doesn't act"</span>
                    </div>
                    <SafeTextarea id="words" name="reason" value=words rows=3 required=true on_edit/>
                </div>
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
