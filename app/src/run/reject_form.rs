//! Saying no, with a reason.

use leptos::prelude::*;

use super::{Asked, DecisionForm, Desk};
use crate::components::{Icon, IconName, SafeTextarea};

/// A button that opens a small form. The reason goes back to the agent and is needed.
#[component]
pub fn RejectForm(
    desk: Desk,
    asked: Asked,
    /// "Reject", "Mark as failed"
    label: &'static str,
    /// What was typed before.
    reason: String,
) -> impl IntoView {
    let open = !reason.is_empty();
    view! {
        <details class="action-more" id="reject" open=open>
            <summary class="button" data-kind="reject">
                <Icon name=IconName::Cross/>
                {label}
                " "
                <kbd>"D"</kbd>
            </summary>
            <DecisionForm desk asked class="action-panel">
                <div class="field" on:keydown=send_with_enter>
                    <div class="field-head">
                        <label for="reason">"Why do you reject it?"</label>
                        <span class="field-note">"the agent reads this"</span>
                    </div>
                    <SafeTextarea id="reason" name="reason" value=reason rows=3 required=true/>
                </div>
                <div class="buttons">
                    <button
                        class="button"
                        data-kind="danger"
                        name="action"
                        value="reject"
                        disabled=move || desk.decide.pending().get()
                    >
                        {label}
                        " this run"
                    </button>
                </div>
            </DecisionForm>
        </details>
    }
}

/// Ctrl or ⌘ and Enter send the form.
fn send_with_enter(event: leptos::ev::KeyboardEvent) {
    #[cfg(feature = "hydrate")]
    if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && !event.repeat() {
        event.prevent_default();
        super::keys::click("#reject button[value=reject]");
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = event;
}
