//! A browser without scripts: asks for pages and sends forms.

use app::{App, pages::SentForm, shell};
use axum::{
    body::{Body, to_bytes},
    response::{IntoResponse, Response},
};
use domain::access::Role;
use http::{Request, StatusCode, header};
use leptos::{config::LeptosOptions, nonce::Nonce, prelude::provide_context};

use crate::fake::Fake;

/// An answer, read to its end.
pub struct Answer {
    pub status: StatusCode,
    pub headers: http::HeaderMap,
    pub html: String,
}

impl Answer {
    #[track_caller]
    pub fn has(&self, part: &str) -> &Self {
        assert!(self.html.contains(part), "no `{part}` in {}", self.body());
        self
    }

    #[track_caller]
    pub fn lacks(&self, part: &str) -> &Self {
        assert!(!self.html.contains(part), "`{part}` in {}", self.body());
        self
    }

    /// What a person sees: without the head and without the data for hydration.
    pub fn body(&self) -> &str {
        let start = self.html.find("<body").unwrap_or_default();
        let end = self.html[start..].find("<script").map_or(self.html.len(), |at| start + at);
        &self.html[start..end]
    }

    pub fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

/// Asks for a page.
pub async fn visit(fake: &Fake, role: Option<Role>, address: &str, cookie: &str) -> Answer {
    page(fake, role, address, cookie, None).await
}

/// The page "New run" as the answer to a reviewer's form that was refused.
pub async fn refused(fake: &Fake, sent: SentForm) -> Answer {
    page(fake, Some(Role::Reviewer), "/runs/new", "", Some(sent)).await
}

async fn page(
    fake: &Fake,
    role: Option<Role>,
    address: &str,
    cookie: &str,
    sent: Option<SentForm>,
) -> Answer {
    leptos_axum::generate_route_list(App);
    let options = LeptosOptions::builder().output_name("countersign").build();
    let context = fake.context(role);
    let render = leptos_axum::render_app_async_with_context(
        move || {
            provide_context(context.clone());
            provide_context(Nonce::from_value("n0nce"));
            if let Some(sent) = sent.clone() {
                provide_context(sent);
            }
        },
        move || shell(options.clone()),
    );
    let request = Request::get(address)
        .header(header::ACCEPT, "text/html")
        .header(header::COOKIE, cookie)
        .body(Body::empty())
        .unwrap();
    read(render(request).await).await
}

/// Sends a form.
pub async fn send(fake: &Fake, role: Option<Role>, address: &str, form: &str) -> Answer {
    post(fake, role, address, form, "text/html").await
}

/// Calls a server function as the page does once it is alive.
pub async fn call(fake: &Fake, role: Option<Role>, address: &str, form: &str) -> Answer {
    post(fake, role, address, form, "application/json").await
}

async fn post(
    fake: &Fake,
    role: Option<Role>,
    address: &str,
    form: &str,
    accept: &'static str,
) -> Answer {
    leptos_axum::generate_route_list(App);
    let context = fake.context(role);
    let request = Request::post(address)
        .header(header::ACCEPT, accept)
        .header(header::REFERER, "https://evil.example/")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form.to_owned()))
        .unwrap();
    let answer = leptos_axum::handle_server_fns_with_context(
        move || provide_context(context.clone()),
        request,
    );
    read(answer.await.into_response()).await
}

async fn read(response: Response) -> Answer {
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    let html = String::from_utf8(bytes.to_vec()).unwrap();
    Answer { status: parts.status, headers: parts.headers, html }
}
