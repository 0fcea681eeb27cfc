//! The page behind a one-time link: its holder sets a name and a password.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::gate::Gate;
use crate::{
    api::{access::Welcome, people::load_welcome, session::in_query},
    components::{Field, HiddenCharText, described_by},
    error::ApiError,
    wire::resource,
};

/// Posts `name`, `email` and `password`. Comes back with `?error=` and a code: `password`, `name`,
/// `email`, or `failed`.
#[component]
pub fn WelcomePage() -> impl IntoView {
    let token = use_params_map().get_untracked().get("token").unwrap_or_default();
    let code = use_query_map().get_untracked().get("error");
    let welcome = {
        let token = token.clone();
        resource(move || token.clone(), load_welcome)
    };

    view! {
        <Title text="Welcome" />
        <Suspense>
            {move || {
                let (token, code) = (token.clone(), code.clone());
                Suspend::new(async move {
                    match welcome.await {
                        Ok(welcome) => view! { <SetUp welcome token code /> }.into_any(),
                        Err(error) => view! { <DeadLink error /> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
}

#[component]
fn SetUp(welcome: Welcome, token: String, code: Option<String>) -> impl IntoView {
    let Welcome { name, email, first } = welcome;
    let code = code.unwrap_or_default();
    let problem = move |field: &str, text: &'static str| (code == field).then(|| text.to_owned());
    let wrong_name = problem("name", "name: tell what others should call you.");
    let wrong_email = problem("email", "email: write it like mara@example.org.");
    let wrong_password = problem("password", "password: use 12 characters or more.");
    let failed = problem("failed", "The server can't do this for the moment. Try again.");
    let (title, lead, button) = if first {
        (
            "Set up this server",
            "You opened the one-time link from the console. Make the first account; it is an admin.",
            "Create the account",
        )
    } else {
        ("Welcome", "Choose a password. It signs you in from now on.", "Save and sign in")
    };

    view! {
        <Gate foot="The link stops working once the password is saved.">
            <h1 tabindex="-1">{title}</h1>
            <p class="gate-lead">{lead}</p>
            {failed.map(|text| view! {
                <div class="error-summary" role="alert" tabindex="-1"><h2>"Could not save"</h2><p>{text}</p></div>
            })}
            <form class="stack" method="post" action=format!("/api/auth/welcome/{}", in_query(&token))>
                <Field id="name" label="Your name" error=wrong_name.clone()>
                    <input
                        class="input"
                        id="name"
                        name="name"
                        value=name
                        autocomplete="name"
                        maxlength="100"
                        required
                        aria-invalid=wrong_name.is_some().then_some("true")
                        aria-describedby=described_by("name", false, wrong_name.is_some())
                    />
                </Field>
                {if first {
                    view! { <Email email wrong=wrong_email /> }.into_any()
                } else {
                    view! { <KnownEmail email /> }.into_any()
                }}
                <Field
                    id="password"
                    label="Password"
                    hint="12 characters or more. A sentence is fine."
                    error=wrong_password.clone()
                >
                    <input
                        class="input"
                        id="password"
                        name="password"
                        type="password"
                        autocomplete="new-password"
                        minlength="12"
                        required
                        aria-invalid=wrong_password.is_some().then_some("true")
                        aria-describedby=described_by("password", true, wrong_password.is_some())
                    />
                </Field>
                <button class="button" data-kind="primary">{button}</button>
            </form>
        </Gate>
    }
}

#[component]
fn Email(email: String, wrong: Option<String>) -> impl IntoView {
    view! {
        <Field id="email" label="E-mail" error=wrong.clone()>
            <input
                class="input"
                id="email"
                name="email"
                type="email"
                value=email
                autocomplete="username"
                autocapitalize="none"
                required
                aria-invalid=wrong.is_some().then_some("true")
                aria-describedby=described_by("email", false, wrong.is_some())
            />
        </Field>
    }
}

/// Not asked for: shown, and told to password managers.
#[component]
fn KnownEmail(email: String) -> impl IntoView {
    view! {
        <p>"You sign in as " <HiddenCharText text=email.clone() /> "."</p>
        <input type="hidden" name="email" value=email autocomplete="username" />
    }
}

#[component]
fn DeadLink(error: ApiError) -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::api::answer::status(match error {
        ApiError::NotFound(_) => http::StatusCode::NOT_FOUND,
        _ => http::StatusCode::SERVICE_UNAVAILABLE,
    });
    let (title, text) = match error {
        ApiError::NotFound(_) => (
            "This link does not work",
            "It was used already, it is too old, or it is incomplete. If you have a password, sign in. \
             If not, ask an admin for another link.",
        ),
        _ => ("This could not be loaded", "The server can't do this for the moment. Try again."),
    };

    view! {
        <Gate>
            <h1 tabindex="-1">{title}</h1>
            <p class="gate-lead">{text}</p>
            <a class="button" data-kind="primary" href="/sign-in" rel="external">"Sign in"</a>
        </Gate>
    }
}
