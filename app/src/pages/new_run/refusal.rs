//! Why the form was refused, on top of it.

use leptos::prelude::*;

use crate::components::HiddenCharText;

/// Renders nothing without a code.
#[component]
pub fn Refusal(
    code: String,
    /// Each with the `id` of its control.
    issues: Vec<(String, String)>,
) -> impl IntoView {
    (!code.is_empty()).then(|| {
        let (title, text) = words(&code);
        let listed = !issues.is_empty();
        view! {
            <div class="error-summary" role="alert" tabindex="-1">
                <h2>{title}</h2>
                <p><a href="#prompt" rel="external">{text}</a></p>
                {listed.then(|| view! { <ul>{issues.into_iter().map(issue).collect_view()}</ul> })}
            </div>
        }
    })
}

fn issue((id, words): (String, String)) -> impl IntoView {
    // External: the router would scroll to the field, but not focus it.
    view! { <li><a href=format!("#{id}") rel="external"><HiddenCharText text=words /></a></li> }
}

/// What a code means: title, and what to do.
fn words(code: &str) -> (&'static str, &'static str) {
    match code {
        "too_large" => ("A file is too large", "Choose a smaller one. Nothing was started."),
        "too_many_files" => ("Too many files at once", "Send 10 at most. Nothing was started."),
        "wrong_type" => {
            ("A file has the wrong type", "Choose one of the types that are listed at the field.")
        }
        "invalid" => (
            "Something is missing or can't be used",
            "Look at the request and at the values that you set yourself. Nothing was started.",
        ),
        "used" => (
            "This form was sent before, and said something else",
            "If a run began then, it goes on. Send the form again to start another one.",
        ),
        "broken" => ("The form did not arrive whole", "Nothing was started. Send it again."),
        "not_found" => ("A file or the provider is gone", "Choose it again. Nothing was started."),
        "too_many" => ("Too many at once", "Wait a moment, then try again."),
        "full" => ("The server's disk is full", "Nothing was started. Tell an admin."),
        "forbidden" => ("Your role may not start runs", "An admin can change that."),
        _ => ("The run could not be started", "Nothing was started. Try again."),
    }
}
