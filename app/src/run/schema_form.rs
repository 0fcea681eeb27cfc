//! The form of a document: one control a field, with what is wrong and what was proposed beside it.

use domain::{
    json::top_key,
    schema::{Category, Field as SchemaField, FieldKind},
};
use leptos::prelude::*;

use super::{Editor, control::Control, words};
use crate::{
    api::{actions::can_be_posted, tickets::FormField},
    components::{Field, HiddenCharText},
};

/// The controls; the form around them is the caller's.
#[component]
pub fn SchemaForm(form: StoredValue<Vec<FormField>>, editor: Editor) -> impl IntoView {
    let unreadable = move || editor.outcome.with(|outcome| outcome.unreadable);
    let one = move |control: FormField| {
        let id = form.with_value(|form| words::control_id(form, &control.field.name));
        field(control, id.unwrap_or_default(), editor)
    };
    view! {
        {move || {
            unreadable()
                .then(|| {
                    view! {
                        <p class="field-error">"The JSON can't be read. Mend it in the JSON view first."</p>
                    }
                })
        }}
        <fieldset class="fields" disabled=unreadable>
            {form.get_value().into_iter().map(one).collect_view()}
        </fieldset>
    }
}

fn field(control: FormField, id: String, editor: Editor) -> AnyView {
    if control.json_only || !can_be_posted(&control.field.name) {
        return json_only(control, id).into_any();
    }
    let name = control.field.name.clone();
    let error = Memo::new({
        let name = name.clone();
        move |_| {
            let mut issues = editor.outcome.with(|outcome| outcome.issues.clone()).into_iter();
            let first = issues.find(|issue| issue.blocks() && top_key(&issue.field) == name);
            first.map(|issue| words::whole_sentence(&issue))
        }
    });
    let invalid = Signal::derive(move || error.with(Option::is_some));
    let proposed = editor.work.with_untracked(|work| work.proposed_text(&name));
    let changed = Memo::new({
        let (name, proposed) = (name.clone(), proposed.replace("\r\n", "\n"));
        move |_| editor.work.with(|work| work.text(&name)).replace("\r\n", "\n") != proposed
    });
    let reset = match proposed.as_str() {
        "" => "Take it out again".to_owned(),
        text => format!("Reset to {}", words::visible(&words::shorten(text, 30))),
    };
    let hint = hint(&control);
    let wide = is_wide(&control.field.kind);
    let note = (!control.field.required).then(|| "optional".to_owned());
    view! {
        <Field
            id=id.clone()
            label=words::visible(&control.field.label)
            note=note.unwrap_or_default()
            hint=hint.clone()
            error=error
            changed=changed
            reset=(name, reset)
            wide=wide
        >
            <Control control=control id=id hinted=true editor=editor invalid=invalid/>
        </Field>
    }
    .into_any()
}

/// A value that no control can show exactly, or a name that no form can carry.
fn json_only(control: FormField, id: String) -> impl IntoView {
    view! {
        <div class="field" data-wide="" id=id tabindex="-1">
            <div class="field-head">
                <span class="label">
                    <HiddenCharText text=control.field.label/>
                </span>
                <span class="field-note">"edited as JSON only"</span>
            </div>
            <p class="hint">
                "A control can't show this value without changing it. Open the JSON view to edit it."
            </p>
        </div>
    }
}

const fn is_wide(kind: &FieldKind) -> bool {
    matches!(
        kind,
        FieldKind::Json { .. } | FieldKind::File { .. } | FieldKind::Text { long: true, .. }
    )
}

/// The schema's description, the limits, and where the value came from.
fn hint(control: &FormField) -> String {
    let mut parts: Vec<String> =
        control.field.hint.iter().map(|text| words::visible(text)).collect();
    parts.extend(limits(&control.field));
    parts.extend(control.source.iter().map(|source| words::visible(source)));
    if parts.is_empty() {
        parts.push(match control.field.category {
            Category::Content => "Needed from you.".to_owned(),
            Category::Config => "A setting.".to_owned(),
            Category::Hybrid => "May stay empty.".to_owned(),
        });
    }
    parts.join(" · ")
}

fn limits(field: &SchemaField) -> Option<String> {
    let range = |min: &Option<String>, max: &Option<String>| match (min, max) {
        (Some(min), Some(max)) => Some(format!("{min} to {max}")),
        (Some(min), None) => Some(format!("{min} or more")),
        (None, Some(max)) => Some(format!("up to {max}")),
        (None, None) => None,
    };
    match &field.kind {
        FieldKind::Number { min, max } | FieldKind::Integer { min, max } => range(min, max),
        FieldKind::Text { max_length: Some(max), .. } => Some(format!("up to {max} characters")),
        _ => None,
    }
}
