//! The provider's own fields, for people who want to set values by hand.

use domain::schema::{Field as Schema, FieldKind};
use leptos::prelude::*;

use super::SentForm;
use crate::{
    api::providers::ProviderView,
    components::{Disclosure, Field, HiddenCharText, SafeTextarea, described_by},
};

/// One control for each field that isn't a file. What is left empty is read from the request.
#[component]
pub fn ValueFields(
    /// Whose fields.
    provider: ProviderView,
    /// What was sent before.
    values: StoredValue<SentForm>,
) -> impl IntoView {
    let open = values.with_value(|sent| sent.fields.iter().any(|(name, _)| is_value(name)));
    let ProviderView { title, schema, .. } = provider;
    let fields: Vec<Schema> = schema.fields.into_iter().filter(|field| !field.is_file()).collect();

    (!fields.is_empty()).then(|| {
        view! {
            <Disclosure summary="Set values yourself" open=open>
                <p class="hint">
                    "Fields of " <HiddenCharText text=title />
                    ". What you leave empty is read from your request."
                </p>
                <div class="fields">
                    {fields.into_iter().map(|field| view! { <ValueField field values /> }).collect_view()}
                </div>
            </Disclosure>
        }
    })
}

fn is_value(name: &str) -> bool {
    name.starts_with("field.")
}

#[component]
fn ValueField(field: Schema, values: StoredValue<SentForm>) -> impl IntoView {
    let id = format!("field-{}", field.name);
    let name = format!("field.{}", field.name);
    let hint = hint(&field);
    let described = described_by(&id, hint.is_some(), false);
    let long = matches!(field.kind, FieldKind::Text { long: true, .. } | FieldKind::Json { .. });
    let value = values.with_value(|sent| sent.field(&name));
    let control = control(field.kind, id.clone(), name, value, described);
    let note = field.required.then(|| "needed".to_owned());
    let note = note.unwrap_or_else(|| "optional".to_owned());

    match hint {
        Some(hint) => {
            view! { <Field id label=field.label note hint wide=long>{control}</Field> }.into_any()
        }
        None => view! { <Field id label=field.label note wide=long>{control}</Field> }.into_any(),
    }
}

fn control(
    kind: FieldKind,
    id: String,
    name: String,
    value: String,
    described: Option<String>,
) -> AnyView {
    match kind {
        FieldKind::Text { long: true, .. } => view! {
            <SafeTextarea id name value rows=3 described_by=described />
        }
        .into_any(),
        FieldKind::Json { .. } => view! {
            <SafeTextarea id name value rows=3 code=true described_by=described />
        }
        .into_any(),
        FieldKind::Checkbox => choice(
            vec![("true".into(), "yes".into()), ("false".into(), "no".into())],
            id,
            name,
            &value,
            described,
        ),
        FieldKind::Choice { options } => {
            let named = options.into_iter().map(|value| {
                let text = value.trim_matches('"').to_owned();
                (value, text)
            });
            choice(named.collect(), id, name, &value, described)
        }
        FieldKind::Number { .. } | FieldKind::Integer { .. } => view! {
            <input
                class="input"
                data-kind="number"
                inputmode="decimal"
                autocomplete="off"
                id=id
                name=name
                value=value
                aria-describedby=described
            />
        }
        .into_any(),
        FieldKind::Text { max_length, .. } => view! {
            <input
                class="input"
                autocomplete="off"
                dir="auto"
                id=id
                name=name
                value=value
                maxlength=max_length
                aria-describedby=described
            />
        }
        .into_any(),
        // Files are sent with the request.
        FieldKind::File { .. } => ().into_any(),
    }
}

fn choice(
    options: Vec<(String, String)>,
    id: String,
    name: String,
    chosen: &str,
    described: Option<String>,
) -> AnyView {
    let option = |(value, text): (String, String)| {
        let selected = value == chosen;
        view! { <option value=value selected=selected>{text}</option> }
    };
    view! {
        <select class="input" id=id name=name aria-describedby=described>
            <option value="">"from the request"</option>
            {options.into_iter().map(option).collect_view()}
        </select>
    }
    .into_any()
}

/// The schema's own words, and the limits of a number.
fn hint(field: &Schema) -> Option<String> {
    let limits = match &field.kind {
        FieldKind::Number { min, max } | FieldKind::Integer { min, max } => match (min, max) {
            (Some(min), Some(max)) => Some(format!("{min} to {max}")),
            (Some(min), None) => Some(format!("{min} or more")),
            (None, Some(max)) => Some(format!("at most {max}")),
            (None, None) => None,
        },
        _ => None,
    };
    let parts: Vec<String> = field.hint.clone().into_iter().chain(limits).collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}
