//! The control of one field. Every value is text here; the schema says what it becomes.

use domain::{
    json::Json,
    schema::{Field, FieldKind},
};
use leptos::prelude::*;

use super::{Editor, keep, words};
use crate::{
    api::{actions::posted_name, tickets::FormField},
    components::{SafeTextarea, described_by},
};

/// An input, a list of choices or a text area, named `fields[…]`.
#[component]
pub fn Control(
    control: FormField,
    id: String,
    /// A hint stands below it.
    hinted: bool,
    editor: Editor,
    invalid: Signal<bool>,
) -> AnyView {
    let name = control.field.name.clone();
    let typed = name.clone();
    let on_edit = Callback::new(move |text: String| {
        editor.work.update(|work| work.type_field(&typed, text));
    });
    let value = Signal::derive({
        let name = name.clone();
        move || editor.work.with(|work| work.text(&name))
    });
    let about = {
        let id = id.clone();
        Signal::derive(move || described_by(&id, hinted, invalid.get()))
    };
    let first = value.get_untracked();
    let post = posted_name(&name);
    let field = &control.field;
    match &field.kind {
        FieldKind::Text { long, .. } if !long && !first.contains(['\n', '\r']) => {
            line(id, post, None, value, first, on_edit, about, invalid, field.required)
        }
        FieldKind::Number { .. } => {
            let mode = Some("decimal");
            line(id, post, mode, value, first, on_edit, about, invalid, field.required)
        }
        FieldKind::Integer { .. } => {
            let mode = Some("numeric");
            line(id, post, mode, value, first, on_edit, about, invalid, field.required)
        }
        FieldKind::Text { .. } | FieldKind::Json { .. } => {
            let code = matches!(field.kind, FieldKind::Json { .. });
            let rows = if code { 6 } else { 3 };
            view! {
                <SafeTextarea
                    id=id
                    name=post
                    value=value
                    rows=rows
                    code=code
                    described_by=about
                    invalid=invalid
                    on_edit=on_edit
                />
            }
            .into_any()
        }
        FieldKind::Checkbox | FieldKind::Choice { .. } | FieldKind::File { .. } => {
            let options = options(field, &control.choices, &first);
            choice(id, post, options, value, first, on_edit, about, invalid)
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "the attributes of one element")]
fn line(
    id: String,
    name: String,
    mode: Option<&'static str>,
    value: Signal<String>,
    first: String,
    on_edit: Callback<String>,
    about: Signal<Option<String>>,
    invalid: Signal<bool>,
    required: bool,
) -> AnyView {
    let node = NodeRef::new();
    keep::input(node, value, on_edit);
    view! {
        <input
            node_ref=node
            class="input"
            type="text"
            id=id
            name=name
            value=first
            data-kind=mode.map(|_| "number")
            inputmode=mode
            autocomplete="off"
            aria-required=required.then_some("true")
            aria-describedby=move || about.get()
            aria-invalid=move || invalid.get().then_some("true")
            on:input=move |event| on_edit.run(event_target_value(&event))
        />
    }
    .into_any()
}

#[expect(clippy::too_many_arguments, reason = "the attributes of one element")]
fn choice(
    id: String,
    name: String,
    options: Vec<(String, String)>,
    value: Signal<String>,
    first: String,
    on_edit: Callback<String>,
    about: Signal<Option<String>>,
    invalid: Signal<bool>,
) -> AnyView {
    let node = NodeRef::new();
    keep::select(node, value, on_edit);
    let each = move |(value, label): (String, String)| {
        let selected = value == first;
        view! { <option value=value selected=selected>{words::visible(&label)}</option> }
    };
    view! {
        <select
            node_ref=node
            class="input"
            id=id
            name=name
            aria-describedby=move || about.get()
            aria-invalid=move || invalid.get().then_some("true")
            on:change=move |event| on_edit.run(event_target_value(&event))
        >
            {options.into_iter().map(each).collect_view()}
        </select>
    }
    .into_any()
}

/// Value and label of each choice. "Not set" is one of them where that is allowed, or is how it stands: a field that
/// is absent is something else than `false`.
fn options(field: &Field, files: &[(String, String)], first: &str) -> Vec<(String, String)> {
    let mut options: Vec<(String, String)> = match &field.kind {
        FieldKind::Checkbox => vec![("true".into(), "yes".into()), ("false".into(), "no".into())],
        FieldKind::Choice { options } => {
            options.iter().map(|json| (json.clone(), without_quotes(json))).collect()
        }
        _ => files.to_vec(),
    };
    let known = options.iter().any(|(value, _)| value == first);
    if !known && !first.is_empty() {
        options.insert(0, (first.to_owned(), format!("{first} (as it is)")));
    }
    if !field.required || first.is_empty() {
        options.insert(0, (String::new(), "not set".to_owned()));
    }
    options
}

fn without_quotes(json: &str) -> String {
    match Json::parse(json) {
        Ok(Json::Text(text)) => text,
        _ => json.to_owned(),
    }
}
