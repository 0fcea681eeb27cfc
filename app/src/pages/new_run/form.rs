//! The form itself. It posts everything at once and needs no script.

use std::time::Duration;

use domain::id::PersonId;
use leptos::prelude::*;

use super::{SentForm, fields::ValueFields, refusal::Refusal};
use crate::{
    api::{
        lists::SessionFiles,
        providers::{ProviderView, accepted, kinds},
        session::Session,
    },
    components::{Field, SafeTextarea, described_by},
    files::{FileField, Home, Uploads},
};

/// Posts `key`, `session`, `file`, `prompt`, `provider`, `policy`, `deadline` and `field.<name>`.
#[component]
pub fn RunForm(
    providers: Vec<ProviderView>,
    /// The session that it goes to, and what was uploaded there already.
    there: SessionFiles,
    /// What was sent before, or is filled in.
    sent: SentForm,
) -> impl IntoView {
    let SessionFiles { session, key, files } = there;
    let uploads = Uploads::here();
    let prompt = RwSignal::new(sent.field("prompt"));
    let (policy, deadline) = (sent.field("policy"), sent.field("deadline"));
    let (code, issues) = (sent.code.clone(), sent.issues.clone());
    let provider = sent.field("provider");
    let values = StoredValue::new(sent);
    let first = providers.first().map(|provider| provider.name.clone()).unwrap_or_default();
    let known = providers.iter().any(|known| known.name == provider);
    let chosen = RwSignal::new(if known { provider } else { first });
    let sending = RwSignal::new(false);
    #[cfg(feature = "hydrate")]
    awake_again(sending);
    let accept = accepted(&providers);
    let hint = accept.as_deref().map_or_else(|| "Any type".to_owned(), kinds);
    let home = home(&session);
    let (held, gone) = (home.clone(), home.clone());
    let waits = Memo::new(move |_| uploads.what_waits(&held));
    #[cfg(feature = "hydrate")]
    keep_address(uploads, &home);
    let providers = StoredValue::new(providers);
    let current = move || {
        let name = chosen.get();
        providers.with_value(|all| all.iter().find(|provider| provider.name == name).cloned())
    };

    view! {
        <Refusal code issues />
        <form
            class="stack"
            method="post"
            action="/runs/new"
            enctype="multipart/form-data"
            on:submit=move |event| {
                // A second press must not start a second run.
                if sending.get_untracked() || waits.get_untracked().is_some() {
                    event.prevent_default();
                } else {
                    let gone = gone.clone();
                    // The browser reads the form after this, and the files have to be in it.
                    set_timeout(move || uploads.settle(&gone), Duration::ZERO);
                    uploads.begin_draft(None);
                    sending.set(true);
                }
            }
        >
            // Before the files: each is kept under the key and in the session.
            <input type="hidden" name="key" value=key />
            <input type="hidden" name="session" value=session />
            <section class="panel" aria-label="Request">
                <div class="panel-body">
                    <Field
                        id="prompt"
                        label="What should be done?"
                        hint="In your own words. Sizes, ratios and formats are understood."
                    >
                        <SafeTextarea
                            id="prompt"
                            name="prompt"
                            value=prompt
                            rows=4
                            required=true
                            described_by=described_by("prompt", true, false)
                            on_edit=move |text| prompt.set(text)
                        />
                        {move || current().map(|provider| view! {
                            <Examples examples=provider.examples prompt />
                        })}
                    </Field>
                    <div class="field">
                        <span class="label">"Files"</span>
                        <FileField home files accept hint />
                    </div>
                </div>
            </section>
            <section class="panel" aria-label="Review">
                <div class="panel-body">
                    <Policy policy />
                    <div class="fields">
                        {(providers.with_value(Vec::len) > 1)
                            .then(|| view! { <ProviderChoice providers=providers.get_value() chosen /> })}
                        <Deadline deadline />
                    </div>
                    {move || current().map(|provider| view! { <ValueFields provider values /> })}
                </div>
            </section>
            <div class="form-actions">
                <button
                    class="button"
                    data-kind="primary"
                    data-state=move || sending.get().then_some("sending")
                    disabled=move || waits.get().is_some()
                >
                    {move || match (waits.get(), sending.get()) {
                        (Some(why), _) => why,
                        (None, true) => "Sending",
                        (None, false) => "Start the run",
                    }}
                </button>
                <a class="button" data-kind="quiet" href="/inbox">"Back"</a>
            </div>
        </form>
    }
}

#[component]
fn Policy(policy: String) -> impl IntoView {
    const FIRST: &str = "require_human";
    const CHOICES: [(&str, &str, &str); 3] = [
        ("require_human", "Ask me at every checkpoint", "Stops at each review."),
        (
            "auto_with_thresholds",
            "Ask only when unsure",
            "Stops if something is missing, unusual or not understood.",
        ),
        ("auto", "Don't ask", "Runs by itself, unless it can't."),
    ];
    let choice = move |(value, title, hint): (&'static str, &'static str, &'static str)| {
        let checked = value == policy || policy.is_empty() && value == FIRST;
        view! {
            <label class="choice">
                <input type="radio" name="policy" value=value checked=checked />
                <span><strong>{title}</strong> <span class="hint">{hint}</span></span>
            </label>
        }
    };

    view! {
        <fieldset class="choices">
            <legend>"Who looks at it?"</legend>
            <div class="choice-cards">{CHOICES.map(choice).collect_view()}</div>
        </fieldset>
    }
}

#[component]
fn Deadline(deadline: String) -> impl IntoView {
    const CHOICES: [(&str, &str); 4] =
        [("", "as the policy says"), ("3600", "1 hour"), ("86400", "1 day"), ("604800", "1 week")];
    let option = move |(value, text): (&'static str, &'static str)| {
        let selected = value == deadline;
        view! { <option value=value selected=selected>{text}</option> }
    };

    view! {
        <Field id="deadline" label="Deadline of a ticket">
            <select class="input" id="deadline" name="deadline">
                {CHOICES.map(option).collect_view()}
            </select>
        </Field>
    }
}

#[component]
fn ProviderChoice(providers: Vec<ProviderView>, chosen: RwSignal<String>) -> impl IntoView {
    let option = move |ProviderView { name, title, .. }: ProviderView| {
        let selected = chosen.get_untracked() == name;
        view! { <option value=name selected=selected>{title}</option> }
    };

    view! {
        <Field id="provider" label="Provider">
            <select
                class="input"
                id="provider"
                name="provider"
                on:change=move |event| chosen.set(event_target_value(&event))
            >
                {providers.into_iter().map(option).collect_view()}
            </select>
        </Field>
    }
}

/// Prompts that show what the provider can do. They fill the field once the page is alive; before
/// that, they are examples to read.
#[component]
fn Examples(examples: Vec<String>, prompt: RwSignal<String>) -> impl IntoView {
    let alive = RwSignal::new(false);
    Effect::new(move |_| alive.set(true));
    let example = move |text: String| {
        let value = text.clone();
        view! {
            <button
                class="button"
                data-size="small"
                type="button"
                disabled=move || !alive.get()
                on:click=move |_| prompt.set(value.clone())
            >
                {text}
            </button>
        }
    };

    (!examples.is_empty()).then(|| {
        view! {
            <div class="buttons" role="group" aria-label="Examples">
                {examples.into_iter().map(example).collect_view()}
            </div>
        }
    })
}

fn home(session: &str) -> Home {
    let me = Session::current()
        .caller
        .map(|caller| caller.person)
        .unwrap_or(PersonId::from_uuid(uuid::Uuid::nil()));
    Home { by: me, owner: me, session: session.to_owned(), run: None }
}

/// From the first file on, the address names the session, so that a reload finds its files.
#[cfg(feature = "hydrate")]
fn keep_address(uploads: Uploads, home: &Home) {
    let home = home.clone();
    Effect::new(move |_| {
        if uploads.is_empty(&home) {
            return;
        }
        uploads.begin_draft(Some(home.session.clone()));
        let address = format!("/runs/new?session={}", crate::api::session::in_query(&home.session));
        if let Ok(history) = window().history()
            && let Ok(state) = history.state()
        {
            // Without it a reload starts anew, and the files wait in their session.
            let _ = history.replace_state_with_url(&state, "", Some(&address));
        }
    });
}

/// A page that comes back through the browser's history can be sent again.
#[cfg(feature = "hydrate")]
fn awake_again(sending: RwSignal<bool>) {
    Effect::new(move |_| {
        let listener = window_event_listener(leptos::ev::pageshow, move |_| sending.set(false));
        on_cleanup(move || listener.remove());
    });
}
