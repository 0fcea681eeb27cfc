//! For a call of unknown outcome: somebody looked it up and knows what came back.

use domain::decision::Action;
use leptos::prelude::*;

use super::{Asked, DecisionForm, Desk, Editor};
use crate::components::{Field, SafeTextarea, described_by};

/// A form for the result as JSON, closed until it is asked for.
#[component]
pub fn KnownResult(
    desk: Desk,
    asked: Asked,
    editor: Editor,
    /// Why that could not be used.
    error: Option<String>,
) -> impl IntoView {
    let id = "f-known";
    let about = described_by(id, true, error.is_some());
    let invalid = Signal::stored(error.is_some());
    let typed = Signal::derive(move || {
        editor.work.with(|work| if work.is_raw() { work.raw() } else { String::new() })
    });
    let open = !typed.get_untracked().is_empty();
    let on_edit = Callback::new(move |text| editor.work.update(|work| work.type_raw(text)));
    view! {
        <details class="panel disclosure" id="known-result" open=open>
            <summary>"I know the result…"</summary>
            <DecisionForm desk asked class="disclosure-body">
                <Field
                    id=id
                    label="What the provider answered, as JSON"
                    hint="It is kept as the answer of this call, and the call is not repeated."
                    error=error
                    wide=true
                >
                    <SafeTextarea
                        id=id
                        name="document"
                        value=typed
                        rows=8
                        code=true
                        required=true
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
                        value=Action::Respond.name()
                        disabled=move || desk.is_shut()
                    >
                        "This is the result"
                    </button>
                </div>
            </DecisionForm>
        </details>
    }
    .into_any()
}
