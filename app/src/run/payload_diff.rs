//! What the reviewer changed, before and after, in signs and words.

use domain::{json::Json, json::top_key, patch::Change};
use leptos::prelude::*;

use super::{Editor, words};
use crate::components::{Badge, HiddenCharText};

/// The differences between the proposal and the document as it stands; nothing while there are none.
#[component]
pub fn PayloadDiff(
    editor: Editor,
    /// How many fields there are, to say "2 of 9 fields".
    fields: usize,
) -> impl IntoView {
    let changes = Memo::new(move |_| editor.outcome.with(|outcome| outcome.changes.clone()));
    move || {
        let changes = changes.get();
        (!changes.is_empty()).then(|| {
            let note = note(&changes, fields);
            view! {
                <section class="panel" aria-labelledby="diff-title" id="your-change">
                    <header class="panel-head">
                        <h2 id="diff-title">"Your change"</h2>
                        <p class="panel-note">{note}</p>
                    </header>
                    <ChangeList changes/>
                </section>
            }
        })
    }
}

fn note(changes: &[Change], fields: usize) -> String {
    let mut names: Vec<_> = changes.iter().map(|change| top_key(&change.path)).collect();
    names.dedup();
    match fields.max(names.len()) {
        1 => "1 field".to_owned(),
        all => format!("{} of {all} fields", names.len()),
    }
}

/// Changes as a list: a path, what it was, what it is.
#[component]
pub fn ChangeList(changes: Vec<Change>) -> impl IntoView {
    view! { <ul class="diff">{changes.into_iter().map(one).collect_view()}</ul> }
}

fn one(change: Change) -> impl IntoView {
    let path = match change.path.trim_start_matches('/') {
        "" => "the whole document".to_owned(),
        path => path.to_owned(),
    };
    let types = change.changes_type().then(|| types(&change)).flatten();
    let removed = change.before.map(|text| {
        view! {
            <p class="diff-line" data-op="removed">
                <span class="diff-word">"was"</span>
                " "
                <del>
                    <HiddenCharText text/>
                </del>
            </p>
        }
    });
    let added = match change.after {
        Some(text) => view! {
            <p class="diff-line" data-op="added">
                <span class="diff-word">"now"</span>
                " "
                <ins>
                    <HiddenCharText text/>
                </ins>
            </p>
        }
        .into_any(),
        None => view! {
            <p class="diff-line" data-op="added">
                <span class="diff-word">"now"</span>
                " "
                <em>"taken out"</em>
            </p>
        }
        .into_any(),
    };
    view! {
        <li class="diff-field">
            <p class="diff-path">
                <code>
                    <HiddenCharText text=path/>
                </code>
                {types.map(|text| view! { " " <Badge tone="warn">{text}</Badge> })}
            </p>
            {removed}
            {added}
        </li>
    }
}

/// "number became text"
fn types(change: &Change) -> Option<String> {
    let name = |text: &Option<String>| {
        let json = Json::parse(text.as_deref()?).ok()?;
        Some(match json.type_name() {
            "string" => "text",
            "array" => "list",
            "boolean" => "yes or no",
            other => other,
        })
    };
    Some(format!("{} became {}", name(&change.before)?, name(&change.after)?))
}

/// "2 fields changed", for a record.
#[must_use]
pub fn summary(changes: &[Change]) -> String {
    format!("{} changed", words::count(changes.len(), "value"))
}
