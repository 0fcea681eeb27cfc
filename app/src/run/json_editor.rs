//! The document as raw JSON text.

use leptos::prelude::*;

use super::{Editor, words};
use crate::components::{Field, SafeTextarea, described_by};

/// The id of the text area.
pub const ID: &str = "f-document";

/// A text area named `document`; what it can't be read for stands below it.
#[component]
pub fn JsonEditor(editor: Editor) -> impl IntoView {
    let value = Signal::derive(move || editor.work.with(super::Work::raw));
    let error = Memo::new(move |_| {
        let first = |outcome: &super::Outcome| outcome.issues.first().map(words::whole_sentence);
        editor.outcome.with(|outcome| outcome.unreadable.then(|| first(outcome)).flatten())
    });
    let invalid = Signal::derive(move || error.with(Option::is_some));
    let about = Signal::derive(move || described_by(ID, true, invalid.get()));
    let on_edit = Callback::new(move |text| editor.work.update(|work| work.type_raw(text)));
    view! {
        <Field
            id=ID
            label="The document as JSON"
            hint="Every digit and every key is kept as you write it."
            error=error
            wide=true
        >
            <SafeTextarea
                id=ID
                name="document"
                value=value
                rows=16
                code=true
                described_by=about
                invalid=invalid
                on_edit=on_edit
            />
        </Field>
    }
}
