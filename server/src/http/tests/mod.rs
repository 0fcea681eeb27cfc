mod answers;
mod body;
mod cross_site;
mod headers;
mod limits;
mod no_runs;
mod page;
mod serve;
mod sign_in;
mod source;

use std::sync::Arc;

use app::api::port::{AccountService as _, SessionToken};
use axum::{
    Router,
    body::Body,
    routing::{get, post},
};
use chrono::DateTime;
use http::{HeaderMap, Request, Response, StatusCode, header::COOKIE};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

use super::{CookieRule, Doors, Signed, guarded, limits::ordinary, sign_in::routes};
use crate::{
    accounts::{Accounts, Cost, Passwords, memory::Memory},
    bridge::Bridge,
    clock::SetClock,
    config::TrustedProxies,
    ids::SystemIds,
};

const PASSWORD: &str = "correct horse battery";
const HTTPS: &str = "https://sign.example.org";

/// The doors, and a session of the one admin (ana@example.org).
struct Fixture {
    doors: Doors,
    first_link: String,
    token: SessionToken,
    memory: Arc<Memory>,
}

impl Fixture {
    async fn at(public_url: &str) -> Self {
        let clock = Arc::new(SetClock::at(DateTime::from_timestamp(1_700_000_000, 0).unwrap()));
        let public_url: url::Url = public_url.parse().unwrap();
        let ids = Arc::new(SystemIds::new(clock.clone()));
        let passwords = Passwords::new(Cost::TINY, &*ids);
        let memory = Arc::new(Memory::default());
        let accounts = Arc::new(Accounts::new(
            memory.clone(),
            clock.clone(),
            ids.clone(),
            passwords,
            public_url.clone(),
        ));
        let first_link = accounts.first_admin_link().await.unwrap().unwrap();
        let secret = first_link.rsplit('/').next().unwrap();
        let token = accounts.accept(secret, "Ana", "ana@example.org", PASSWORD).await.ok().unwrap();
        let cookies = CookieRule::of(&public_url);
        let trusted_proxies = TrustedProxies::default();
        let runs = Arc::new(no_runs::NoRuns);
        let doors = Doors {
            threads: runs.clone(),
            runs,
            upload_mib: 1,
            accounts,
            clock,
            ids,
            public_url,
            cookies,
            trusted_proxies,
            metrics: Arc::default(),
            bridge: Bridge::new(Arc::new(no_runs::NoRuns), Arc::default()),
            announcer: Arc::new(no_runs::NoRuns),
            census: Arc::new(no_runs::NoRuns),
            metrics_token: None,
        };
        Self { doors, first_link, token, memory }
    }

    async fn https() -> Self {
        Self::at(HTTPS).await
    }

    fn cookie(&self) -> String {
        format!("{}={}", self.doors.cookies.name(), self.token.0)
    }

    /// Every layer around the accounts' routes and a few to try them with.
    fn router(&self) -> Router {
        let tried = Router::new()
            .route("/api/whoami", get(async |Signed(caller): Signed| caller.name))
            .route("/api/act", post(async || "done"))
            .route("/api/body", post(async |body: axum::body::Bytes| body.len().to_string()))
            .route("/api/panic", get(panicking))
            .route(
                "/api/number/{n}",
                get(async |axum::extract::Path(n): axum::extract::Path<u8>| n.to_string()),
            );
        let routes = routes().merge(tried);
        guarded(ordinary(routes).with_state(self.doors.clone()), &self.doors)
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        Answer::of(self.router().oneshot(request).await.unwrap()).await
    }

    /// A form posted from this site's own pages.
    async fn post_form(&self, path: &str, form: &[(&str, &str)], cookie: Option<&str>) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let mut request = Request::post(path)
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded");
        if let Some(cookie) = cookie {
            request = request.header(COOKIE, cookie);
        }
        self.send(request.body(Body::from(body)).unwrap()).await
    }
}

async fn panicking() -> &'static str {
    panic!("the secret of the house")
}

/// An answer that was read to its end.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    async fn of(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Self { status: parts.status, headers: parts.headers, text }
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The body of a problem document.
    fn problem(&self) -> Value {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text);
        let problem: Value = serde_json::from_str(&self.text).unwrap();
        assert_eq!(problem["status"], self.status.as_u16());
        problem
    }
}

fn get_request(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}
