//! The sign-in page: one form to a handler that sets the session's cookie.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::gate::Gate;
use crate::{
    api::session::{Redirection, Session, local_path},
    components::Field,
};

/// Posts `email`, `password` and `next`. Comes back with `?error=` and one of the codes below.
#[component]
pub fn SignInPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let next = query.get("next").filter(|next| local_path(next).is_some());
    let next = next.unwrap_or_else(|| "/inbox".to_owned());
    if Session::current().caller.is_some() {
        return view! { <Redirection to=next /> }.into_any();
    }
    let error = query.get("error").and_then(|code| refusal(&code));

    view! {
        <Title text="Sign in" />
        <Gate foot="No account? An admin can send you a link.">
            <h1 tabindex="-1">"Sign in"</h1>
            {error.map(|(title, text)| view! {
                <div class="error-summary" role="alert" tabindex="-1"><h2>{title}</h2><p>{text}</p></div>
            })}
            <form class="stack" method="post" action="/api/auth/sign-in">
                <input type="hidden" name="next" value=next />
                <Field id="email" label="E-mail">
                    <input
                        class="input"
                        id="email"
                        name="email"
                        type="email"
                        autocomplete="username"
                        autocapitalize="none"
                        required
                    />
                </Field>
                <Field id="password" label="Password">
                    <input
                        class="input"
                        id="password"
                        name="password"
                        type="password"
                        autocomplete="current-password"
                        required
                    />
                </Field>
                <button class="button" data-kind="primary">"Sign in"</button>
            </form>
        </Gate>
    }
    .into_any()
}

/// What a code in the address means: title and text.
fn refusal(code: &str) -> Option<(&'static str, &'static str)> {
    Some(match code {
        "mismatch" => ("That did not match", "Check the e-mail address and the password."),
        "wait" => ("Too many tries", "Wait a minute, then try again."),
        "ended" => ("You are signed out", "Sign in again to go on where you were."),
        "failed" => ("The server can't do this for the moment", "Nothing was changed. Try again."),
        _ => return None,
    })
}
