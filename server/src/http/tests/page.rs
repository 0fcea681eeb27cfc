use app::api::port::ServerContext;
use axum::middleware::from_fn_with_state;
use leptos::prelude::*;

use super::{headers::nonce_of, *};
use crate::http::{caller, page};

/// A page that shows what it was given.
#[component]
fn Shown() -> impl IntoView {
    let context = ServerContext::current();
    let name = context.caller.map_or_else(|| "nobody".to_owned(), |caller| caller.name);
    view! {
        <p>{name}</p>
        <script nonce=leptos::nonce::use_nonce()>"1"</script>
    }
}

async fn rendered(cookie: Option<String>) -> Answer {
    // Starts the executor that rendering needs.
    let _ = leptos_axum::generate_route_list(|| view! { <p></p> });
    let fixture = Fixture::https().await;
    let doors = fixture.doors.clone();
    let render = leptos_axum::render_app_to_stream_with_context(
        move || page::provide(&doors),
        || view! { <Shown /> },
    );
    let router: Router = Router::new()
        .route("/", axum::routing::get(render))
        .layer(from_fn_with_state(fixture.doors.clone(), caller::attach));
    let mut request = get_request("/");
    if cookie.is_some() {
        request.headers_mut().insert(COOKIE, fixture.cookie().parse().unwrap());
    }
    Answer::of(guarded(router, &fixture.doors).oneshot(request).await.unwrap()).await
}

#[tokio::test]
async fn the_scripts_of_a_page_carry_the_nonce_of_its_policy() {
    let answer = rendered(None).await;

    let nonce = nonce_of(answer.header("content-security-policy"));
    let scripts = answer.text.matches("<script").count();
    let marked = answer.text.matches(&format!("nonce=\"{nonce}\"")).count();
    assert!(scripts > 0, "{}", answer.text);
    assert_eq!(marked, scripts, "{}", answer.text);
}

#[tokio::test]
async fn a_page_knows_its_caller_and_is_never_kept() {
    let nobody = rendered(None).await;
    let ana = rendered(Some(String::new())).await;

    assert!(nobody.text.contains("nobody"), "{}", nobody.text);
    assert!(ana.text.contains("Ana"), "{}", ana.text);
    assert_eq!(ana.header("cache-control"), "no-store");
}
