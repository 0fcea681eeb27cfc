//! Saying no, with a reason.

use leptos::prelude::*;

use super::{Asked, DecisionForm, Desk, Editor};
use crate::components::{Field, Icon, IconName, SafeTextarea, described_by};

/// As the server counts, but that it takes a rare character for one.
pub const LONGEST_REASON: &str = "10000";

/// A button that opens a small form. The reason goes back to the agent and is needed.
#[component]
pub fn RejectForm(
    desk: Desk,
    asked: Asked,
    /// "Reject", "Mark as failed"
    label: &'static str,
    editor: Editor,
    /// It opens by itself where somebody began to type.
    opens: bool,
    /// Why what was said could not be used.
    error: Option<String>,
) -> impl IntoView {
    let reason = editor.reason;
    let open = opens && (error.is_some() || !reason.get_untracked().is_empty());
    let about = described_by("reason", false, error.is_some());
    let invalid = Signal::stored(error.is_some());
    let on_edit = Callback::new(move |text| reason.set(text));
    view! {
        <details class="action-more" id="reject" open=open>
            <summary class="button" data-kind="reject">
                <span class="when-closed">
                    <Icon name=IconName::Cross/>
                    {label}
                    " "
                    <kbd>"D"</kbd>
                </span>
                <span class="when-open">
                    <Icon name=IconName::Back/>
                    "Back"
                </span>
            </summary>
            <DecisionForm desk asked class="action-panel">
                <div on:keydown=|event| send_with_enter(&event, "#reject button[value=reject]")>
                    <Field id="reason" label="Why do you reject it?" note="the agent reads this" error=error>
                        <SafeTextarea
                            id="reason"
                            name="reason"
                            value=reason
                            rows=3
                            required=true
                            max_length=LONGEST_REASON
                            described_by=about
                            invalid=invalid
                            on_edit
                        />
                    </Field>
                </div>
                <div class="buttons">
                    <button
                        class="button"
                        data-kind="danger"
                        name="action"
                        value="reject"
                        disabled=move || desk.is_shut()
                    >
                        {label}
                        " this run"
                    </button>
                </div>
            </DecisionForm>
        </details>
    }
    .into_any()
}

/// Ctrl or ⌘ and Enter press the button that sends the form.
pub fn send_with_enter(event: &leptos::ev::KeyboardEvent, button: &str) {
    #[cfg(feature = "hydrate")]
    if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && !event.repeat() {
        event.prevent_default();
        let _ = crate::keys::click(button);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (event, button);
}
