//! The page that starts a run: one plain form with the request, its files and who looks at it.

mod fields;
mod form;

use domain::access::Role;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use self::form::RunForm;
use super::Refused;
use crate::{
    api::{
        lists::{SessionFiles, load_providers, load_session_files},
        providers::ProviderView,
        session::Session,
    },
    components::{Banner, BannerKind, PageHeader},
    error::ApiError,
    files::Uploads,
    wire::resource,
};

/// The longest prompt that comes back in an address.
const LONGEST_PROMPT: usize = 2_000;

/// What the query of the address says: what was sent before and didn't get through.
#[derive(Debug, Clone, Default, PartialEq)]
struct Asked {
    session: Option<String>,
    provider: Option<String>,
    prompt: String,
    error: Option<String>,
}

/// `?session=` continues with the files of a session, `?prompt=` and `?provider=` fill in, `?error=` is
/// a code of [`refusal`].
#[component]
pub fn NewRunPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let query = query.read();
        let filled = |name| query.get(name).filter(|value: &String| !value.is_empty());
        let prompt = filled("prompt").unwrap_or_default();
        Asked {
            session: filled("session"),
            provider: filled("provider"),
            prompt: prompt.chars().take(LONGEST_PROMPT).collect(),
            error: filled("error"),
        }
    });
    let uploads = Uploads::here();
    let session = move || asked.get().session.or_else(|| uploads.draft());
    let loaded = resource(session, load);
    let starts = Session::current().is_at_least(Role::Reviewer);

    view! {
        <Title text="New run" />
        <div class="page" data-width="narrow">
            {if starts {
                view! {
                    <Suspense>
                        {move || {
                            let asked = asked.get();
                            Suspend::new(async move {
                                match loaded.await {
                                    Ok((providers, there)) => {
                                        view! { <Head /> <RunForm providers there asked /> }.into_any()
                                    }
                                    Err(error) => view! { <Refused error /> }.into_any(),
                                }
                            })
                        }}
                    </Suspense>
                }
                .into_any()
            } else {
                view! {
                    <Head />
                    <Banner kind=BannerKind::Info>
                        <p>"You may read runs, not start them: your role is viewer. An admin can change that."</p>
                    </Banner>
                }
                .into_any()
            }}
        </div>
    }
}

#[component]
fn Head() -> impl IntoView {
    view! {
        <PageHeader
            title="New run"
            sub=|| view! {
                <span>"Say what should be done. You see exactly what will run before anything happens."</span>
            }
        />
    }
}

async fn load(session: Option<String>) -> Result<(Vec<ProviderView>, SessionFiles), ApiError> {
    Ok((load_providers().await?, load_session_files(session).await?))
}

/// What a code in the address means: title, and what to do.
fn refusal(code: &str) -> (&'static str, &'static str) {
    match code {
        "too_large" => ("A file is too large", "Choose a smaller one. Nothing was started."),
        "wrong_type" => {
            ("A file has the wrong type", "Choose one of the types that are listed at the field.")
        }
        "invalid" => (
            "Something is missing or can't be used",
            "Look at the request and at the values that you set yourself. Nothing was started.",
        ),
        "broken" => ("The form did not arrive whole", "Nothing was started. Send it again."),
        "not_found" => ("A file or the provider is gone", "Choose it again. Nothing was started."),
        "too_many" => ("Too many at once", "Wait a moment, then try again."),
        "full" => ("The server's disk is full", "Nothing was started. Tell an admin."),
        "forbidden" => ("Your role may not start runs", "An admin can change that."),
        _ => ("The run could not be started", "Nothing was started. Try again."),
    }
}
