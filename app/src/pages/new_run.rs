//! The page that starts a run: one plain form with the request, its files and who looks at it.

mod fields;
mod form;
mod refusal;
mod sent;

use domain::access::Role;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use self::form::RunForm;
pub use self::sent::SentForm;
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

/// `?session=` continues with the files of a session, `?prompt=` and `?provider=` fill in. A form that was sent and
/// refused fills in all that it said.
#[component]
pub fn NewRunPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let query = query.read();
        let text = |name: &str| query.get(name).unwrap_or_default();
        let prompt = text("prompt").chars().take(LONGEST_PROMPT).collect();
        SentForm {
            fields: vec![
                ("session".to_owned(), text("session")),
                ("provider".to_owned(), text("provider")),
                ("prompt".to_owned(), prompt),
            ],
            ..SentForm::default()
        }
    });
    let uploads = Uploads::here();
    let session = move || session_of(&asked.get()).or_else(|| uploads.draft());
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
                                    Ok((providers, there, sent)) => {
                                        let sent = sent.unwrap_or(asked);
                                        view! { <Head /> <RunForm providers there sent /> }.into_any()
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

type Parts = (Vec<ProviderView>, SessionFiles, Option<SentForm>);

async fn load(session: Option<String>) -> Result<Parts, ApiError> {
    let sent = use_context::<SentForm>();
    let session = sent.as_ref().and_then(session_of).or(session);
    Ok((load_providers().await?, load_session_files(session).await?, sent))
}

fn session_of(form: &SentForm) -> Option<String> {
    Some(form.field("session")).filter(|session| !session.is_empty())
}
