//! A server with a data folder of its own, the people who use it, and their requests.
//!
//! It keeps things in SQLite, or in PostgreSQL with `COUNTERSIGN_TEST_DATABASE=postgres`.

use std::{future::Future, net::SocketAddr, path::Path, time::Duration};

use app::api::{
    lists::RunList,
    port::{AccountService as _, SessionToken},
};
use axum::{Router, body::Body};
use domain::access::{Caller, Role};
use http::{HeaderMap, Method, Request, StatusCode, header::COOKIE};
use http_body_util::BodyExt as _;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use server::{
    accounts::Cost,
    config::{Cli, Config},
    http::{
        router::{leptos_options, router},
        serve::{Patience, serve},
    },
    orchestrator::run_workers,
    startup::Parts,
};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::{
    databases::Database,
    support::{Multipart, scripted_run},
};

pub const PASSWORD: &str = "correct horse battery staple";
const LONGEST_WAIT: Duration = Duration::from_secs(15);

pub struct House {
    pub parts: Parts,
    pub folder: TempDir,
    _database: Option<Database>,
    router: Router,
    stop: CancellationToken,
    workers: Option<JoinHandle<()>>,
}

impl House {
    pub async fn open() -> Self {
        Self::with(&[]).await
    }

    /// With settings beside those of every test, by the names of their variables.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let postgres = std::env::var("COUNTERSIGN_TEST_DATABASE").is_ok_and(|on| on == "postgres");
        Self::on(postgres.then(Database::fresh), settings).await
    }

    /// On this database, whichever the others are on; SQLite without one.
    pub async fn on(database: Option<Database>, settings: &[(&str, &str)]) -> Self {
        let program = Path::new(env!("CARGO_BIN_EXE_countersign"));
        Self::opened(database, settings, program).await
    }

    /// With another program that draws pictures.
    pub async fn drawing_with(program: &Path) -> Self {
        Self::opened(None, &[], program).await
    }

    async fn opened(database: Option<Database>, settings: &[(&str, &str)], program: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).into()));
        let env = [
            ("COUNTERSIGN_DATA_DIR".to_owned(), data.to_str().unwrap().to_owned()),
            ("COUNTERSIGN_SITE_DIR".to_owned(), folder.path().to_str().unwrap().to_owned()),
            ("COUNTERSIGN_TEST_PROVIDERS".to_owned(), "scripted".to_owned()),
        ];
        let url = database.as_ref().map(|database| database.url.to_string());
        let url = url.map(|url| ("COUNTERSIGN_DATABASE_URL".to_owned(), url));
        let env = env.into_iter().chain(settings).chain(url);
        let config = Config::load(&Cli::default(), env).unwrap();
        let bound = "127.0.0.1:3000".parse().unwrap();
        let parts = Parts::open(&config, bound, Cost::TINY, program).await.unwrap();
        let router = router(&parts.doors, &leptos_options(&config.site_dir));
        let stop = CancellationToken::new();
        let workers = tokio::spawn(run_workers(parts.orchestrator.clone(), stop.clone()));
        tokio::spawn(stop.clone().run_until_cancelled_owned(parts.follow()));
        Self { parts, folder, _database: database, router, stop, workers: Some(workers) }
    }

    /// Takes real connections, until the house is gone.
    pub async fn listen(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = self.stop.clone().cancelled_owned();
        tokio::spawn(serve(listener, self.router.clone(), Patience::default(), stop));
        address
    }

    /// Nothing happens by itself from here on.
    pub async fn stop_workers(&mut self) {
        self.stop.cancel();
        self.workers.take().expect("they run").await.unwrap();
    }

    /// The first account.
    pub async fn admin(&self) -> Person {
        let link = self.parts.accounts.first_admin_link().await.unwrap().unwrap();
        self.accept(&link, "Ada", "ada@example.org").await
    }

    pub async fn person(&self, admin: &Person, name: &str, role: Role) -> Person {
        let email = format!("{}@example.org", name.to_lowercase());
        let link = self
            .parts
            .accounts
            .invite(&admin.caller, name, &email, role, None)
            .await
            .unwrap()
            .answer;
        self.accept(&link.url, name, &email).await
    }

    async fn accept(&self, link: &str, name: &str, email: &str) -> Person {
        let secret = link.rsplit('/').next().unwrap();
        let token = self.parts.accounts.accept(secret, name, email, PASSWORD).await;
        let Ok(SessionToken(token)) = token else { panic!("{name} can't sign in") };
        let caller = self.parts.accounts.caller(&SessionToken(token.clone())).await.unwrap();
        let cookie = format!("{}={token}", self.parts.doors.cookies.name());
        Person { caller: caller.unwrap(), cookie, token }
    }

    pub fn get(&self, path: &str) -> Ask<'_> {
        self.ask(Method::GET, path)
    }

    /// From one of this site's own pages, as far as the browser knows.
    pub fn post(&self, path: &str) -> Ask<'_> {
        self.ask(Method::POST, path).header("sec-fetch-site", "same-origin")
    }

    pub fn ask(&self, method: Method, path: &str) -> Ask<'_> {
        let request = Request::builder().method(method).uri(path);
        Ask { house: self, request, body: Body::empty() }
    }

    /// Starts a run of the provider `scripted`.
    pub async fn start(&self, by: &Person, session: &str, config: &Value, values: &str) -> String {
        let body = scripted_run(session, config, values);
        let started = self.post("/api/hitl/run").by(by).json(body).await;
        assert_eq!(started.status, StatusCode::ACCEPTED, "{}", started.text());
        started.json()["run_id"].as_str().unwrap().to_owned()
    }

    pub async fn status(&self, by: &Person, run: &str) -> Value {
        let answer = self.get(&format!("/api/hitl/run/{run}/status")).by(by).send().await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()
    }

    pub async fn state(&self, by: &Person, run: &str) -> Value {
        let answer = self.get(&format!("/api/hitl/run/{run}/state")).by(by).send().await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()
    }

    /// Waits until the run has this status, and gives all that its status says.
    pub async fn until(&self, by: &Person, run: &str, status: &str) -> Value {
        let seen = self.when(by, run, |now| now["status"] == status).await;
        seen.unwrap_or_else(|last| panic!("the run never was {status}: {last:#}"))
    }

    /// Waits for the run's ticket of this type.
    pub async fn ticket(&self, by: &Person, run: &str, checkpoint: &str) -> Value {
        let asks = |now: &Value| now["approval"]["checkpoint_type"] == checkpoint;
        let seen = self.when(by, run, asks).await;
        let seen = seen.unwrap_or_else(|last| panic!("no {checkpoint}: {last:#}"));
        seen["approval"].clone()
    }

    async fn when(
        &self,
        by: &Person,
        run: &str,
        enough: impl Fn(&Value) -> bool,
    ) -> Result<Value, Value> {
        let begun = std::time::Instant::now();
        loop {
            let now = self.status(by, run).await;
            if enough(&now) {
                return Ok(now);
            }
            if begun.elapsed() > LONGEST_WAIT {
                return Err(now);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Answers the ticket of a run.
    pub async fn approve(&self, by: &Person, run: &str, body: impl Into<Vec<u8>>) -> Answer {
        self.post(&format!("/api/hitl/run/{run}/approve")).by(by).json(body).await
    }

    pub async fn upload(&self, by: &Person, form: Multipart) -> Answer {
        self.post("/api/hitl/attachments").by(by).form(form).await
    }

    /// How many runs there are.
    pub async fn count(&self, by: &Person) -> usize {
        let runs = self.get("/ui/load_runs").by(by).send().await;
        assert_eq!(runs.status, StatusCode::OK, "{}", runs.text());
        runs.wire::<RunList>()["page"]["items"].as_array().unwrap().len()
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

pub struct Person {
    pub caller: Caller,
    pub token: String,
    pub cookie: String,
}

/// A request in the making.
pub struct Ask<'a> {
    house: &'a House,
    request: http::request::Builder,
    body: Body,
}

impl Ask<'_> {
    pub fn by(self, person: &Person) -> Self {
        self.header(COOKIE.as_str(), &person.cookie)
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Body::from(body.into());
        self
    }

    pub fn json(self, body: impl Into<Vec<u8>>) -> impl Future<Output = Answer> {
        self.header("content-type", "application/json").body(body).send()
    }

    pub fn form(self, form: Multipart) -> impl Future<Output = Answer> {
        self.header("content-type", &Multipart::content_type()).body(form.end()).send()
    }

    /// As a form without files; the text is `name=value&…`.
    pub fn fields(self, text: &str) -> impl Future<Output = Answer> {
        self.header("content-type", "application/x-www-form-urlencoded").body(text).send()
    }

    /// The answer as it begins; its body comes as it is read.
    pub async fn open(self) -> http::Response<Body> {
        let request = self.request.body(self.body).unwrap();
        self.house.router.clone().oneshot(request).await.unwrap()
    }

    pub fn send(self) -> impl Future<Output = Answer> {
        let request = self.request.body(self.body).unwrap();
        let router = self.house.router.clone();
        async move {
            let response = router.oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let bytes = body.collect().await.unwrap().to_bytes().to_vec();
            Answer { status: parts.status, headers: parts.headers, bytes }
        }
    }
}

/// An answer that was read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// What a server function answered, as JSON.
    #[track_caller]
    pub fn wire<T: DeserializeOwned + Serialize>(&self) -> Value {
        let value: T =
            app::wire::read(&self.bytes).unwrap_or_else(|_| panic!("something else: {self:?}"));
        serde_json::to_value(value).unwrap()
    }

    /// The problem document of an answer with this status.
    #[track_caller]
    pub fn problem(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text());
        let problem = self.json();
        assert_eq!(problem["status"], status);
        assert!(!problem["detail"].as_str().unwrap().is_empty(), "it says nothing");
        problem
    }
}

/// Where the first error of a problem is.
pub fn pointer(problem: &Value) -> &str {
    problem["errors"][0]["path"].as_str().unwrap_or("none")
}
