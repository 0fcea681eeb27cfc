//! The editing of a document: form and raw JSON as two views of it, and the button that sends it.

use domain::decision::Action;
use leptos::prelude::*;

use super::{
    Asked, DecisionForm, Desk, Editor, JsonEditor, Kept, PayloadDiff, SchemaForm, json_editor,
    reject_form::send_with_enter, words,
};
use crate::{
    api::tickets::FormField,
    components::{ErrorSummary, FieldProblem},
};

/// The id of the form, for buttons that stand elsewhere.
pub const FORM: &str = "edit-form";

/// Opens on request without script. Without WASM its buttons are here; else the bar has them.
#[component]
pub fn EditPanel(
    desk: Desk,
    asked: Asked,
    form: StoredValue<Vec<FormField>>,
    editor: Editor,
    /// `edit` or `respond`.
    action: Action,
    /// What the button says.
    send: &'static str,
    /// "Edit the payload"
    title: &'static str,
    open: bool,
) -> impl IntoView {
    let has_form = form.with_value(|form| !form.is_empty());
    let problems = Signal::derive(move || {
        let issues = editor.outcome.with(|outcome| outcome.issues.clone());
        let blocking = issues.into_iter().filter(|issue| issue.blocks());
        let problem = |issue: domain::issue::Issue| {
            let name = domain::json::top_key(&issue.field);
            let id = form.with_value(|form| words::control_id(form, &name));
            let id = id.filter(|_| !editor.raw.get()).unwrap_or_else(|| whole(editor).to_owned());
            FieldProblem { id, message: words::visible(&words::whole_sentence(&issue)) }
        };
        blocking.map(problem).collect::<Vec<_>>()
    });
    let tabs = move || {
        view! {
            <nav class="tab-list" aria-label="View">
                <Tab desk editor raw=false/>
                <Tab desk editor raw=true/>
            </nav>
        }
    };
    let fields = form.with_value(Vec::len);
    view! {
        <details class="panel disclosure" id="edit" data-ticket=asked.ticket.to_string() open=open>
            <summary>{title}</summary>
            <DecisionForm desk asked id=FORM editor>
                // Enter in a field checks; it never decides.
                <button class="visually-hidden" tabindex="-1" aria-hidden="true" name="action" value="keep">
                    "Check"
                </button>
                <div
                    class="disclosure-body"
                    on:keydown=|event| send_with_enter(&event, "#send-changes")
                >
                    <ErrorSummary problems=problems/>
                    {has_form.then_some(tabs)}
                    {move || {
                        if editor.raw.get() {
                            view! { <JsonEditor editor/> }.into_any()
                        } else {
                            view! { <SchemaForm form editor/> }.into_any()
                        }
                    }}
                </div>
                {move || {
                    let words = match editor.kept.get() {
                        Kept::No => return None,
                        Kept::Server => "Draft kept. Nothing is decided yet.",
                        Kept::Device => {
                            "Draft kept on this device until the server can be reached. Nothing is decided yet."
                        }
                    };
                    Some(view! { <p class="hint" role="status">{words}</p> })
                }}
                <PayloadDiff editor fields/>
                {move || {
                    (!desk.alive.get())
                        .then(|| {
                            view! {
                                <footer class="panel-foot">
                                    <button class="button" name="action" value="keep">
                                        "Check my changes"
                                    </button>
                                    <button
                                        class="button"
                                        data-kind="primary"
                                        name="action"
                                        value=action.name()
                                    >
                                        {send}
                                    </button>
                                </footer>
                            }
                        })
                }}
            </DecisionForm>
        </details>
    }
    .into_any()
}

/// Where a problem of the whole document is mended.
fn whole(editor: Editor) -> &'static str {
    if editor.raw.get() { json_editor::ID } else { "edit" }
}

/// The link to one of the two views; once the page is alive it only switches.
#[component]
fn Tab(desk: Desk, editor: Editor, raw: bool) -> impl IntoView {
    let (view, name) = if raw { ("json", "JSON") } else { ("form", "Form") };
    let current = move || (editor.raw.get() == raw).then_some("true");
    view! {
        <a
            class="tab"
            href=format!("/runs/{}?view={view}#edit", desk.run)
            aria-current=current
            on:click=move |event| {
                event.prevent_default();
                editor.raw.set(raw);
            }
        >
            {name}
        </a>
    }
    .into_any()
}
