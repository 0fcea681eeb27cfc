//! A form field: label, hint, error and the mark of a change around a control.
use super::{Icon, IconName};
use leptos::prelude::*;

/// What `aria-describedby` of a control in a `Field` says: the ids of its hint and its error, where there are any.
pub fn described_by(id: &str, hint: bool, error: bool) -> Option<String> {
    match (hint, error) {
        (true, true) => Some(format!("{id}-hint {id}-error")),
        (true, false) => Some(format!("{id}-hint")),
        (false, true) => Some(format!("{id}-error")),
        (false, false) => None,
    }
}

/// The control is the child; it must carry `id`, and `aria-describedby=described_by(…)`, `aria-invalid` when there is an
/// error. `reset` is the name and value of a button that brings the proposal back and its text; it posts like any other.
#[component]
pub fn Field(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    /// Small text beside the label, such as "optional".
    #[prop(optional, into)]
    note: Option<String>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] error: MaybeProp<String>,
    #[prop(optional, into)] changed: Signal<bool>,
    /// The value of a `name="reset"` button, and what it says.
    #[prop(optional)]
    reset: Option<(String, String)>,
    /// Takes the full width of `.fields`.
    #[prop(optional)]
    wide: bool,
    children: Children,
) -> impl IntoView {
    let hint = hint.map(|hint| {
        let id = format!("{id}-hint");
        view! { <p class="hint" id=id>{hint}</p> }
    });
    let error_id = format!("{id}-error");
    view! {
        <div
            class="field"
            data-wide=wide.then_some("")
            data-changed=move || changed.get().then_some("")
            data-invalid=move || error.get().map(|_| "")
        >
            <div class="field-head">
                <label for=id>{label}</label>
                {note.map(|note| view! { <span class="field-note">{note}</span> })}
                {move || changed.get().then(|| view! { <span class="changed-mark">"changed"</span> })}
                {reset
                    .map(|(value, text)| {
                        view! { <button class="reset" name="reset" value=value formnovalidate=true>{text}</button> }
                    })}
            </div>
            {children()}
            {hint}
            {move || {
                let id = error_id.clone();
                error
                    .get()
                    .map(|text| view! { <p class="field-error" id=id><Icon name=IconName::Alert/>{text}</p> })
            }}
        </div>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::components::markup::Markup as _;

    #[test]
    fn label_hint_and_error_are_wired_to_the_control() {
        let owner = Owner::new();
        owner.with(|| {
            let html = view! {
                <Field id="f-w" label="Width" hint="1 to 8000" error="width: 9000 is above the limit 8000." changed=true>
                    <input class="input" id="f-w" aria-describedby=described_by("f-w", true, true)/>
                </Field>
            }
            .markup();
            assert!(html.contains(r#"<label for="f-w">Width</label>"#), "{html}");
            assert!(html.contains(r#"aria-describedby="f-w-hint f-w-error""#), "{html}");
            assert!(html.contains(r#"id="f-w-hint""#) && html.contains(r#"id="f-w-error""#), "{html}");
            assert!(html.contains("data-invalid") && html.contains("data-changed"), "{html}");
        });
    }

    #[test]
    fn a_field_without_trouble_carries_no_mark() {
        let owner = Owner::new();
        owner.with(|| {
            let html =
                view! { <Field id="f-h" label="Height" note="optional"><input id="f-h"/></Field> }
                    .markup();
            assert!(html.contains(r#"<span class="field-note">optional</span>"#), "{html}");
            for absent in ["data-invalid", "data-changed", "field-error", "hint", "reset"] {
                assert!(!html.contains(absent), "{absent} in {html}");
            }
        });
    }

    #[test]
    fn only_ids_that_exist_are_named() {
        assert_eq!(described_by("a", false, false), None);
        assert_eq!(described_by("a", false, true).as_deref(), Some("a-error"));
    }
}
