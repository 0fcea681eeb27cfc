//! The two servers that are measured, each a process of its own.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::OnceLock,
};

use reqwest::{Client, header};

use crate::database::Place;

static PROVIDER: OnceLock<String> = OnceLock::new();

/// Says what runs call.
pub fn call(provider: &str) {
    PROVIDER.set(provider.to_owned()).unwrap();
}

pub fn provider() -> &'static str {
    PROVIDER.get().map_or("scripted", String::as_str)
}

/// A running server; killed when it is dropped.
pub struct Process {
    child: Child,
    pub url: String,
    /// Signed in, where there is something to sign in to.
    pub client: Client,
}

impl Process {
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        let _already_gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

pub async fn floor(place: &Place) -> Process {
    let database =
        place.url.clone().unwrap_or_else(|| format!("sqlite:{}", place.file().display()));
    own("--serve-floor", Some(&database))
}

/// The benchmark itself, as the server that the product is measured against.
pub fn own(option: &str, value: Option<&str>) -> Process {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let (child, url, _) = started(command.arg(option).args(value));
    Process { child, url, client: client(None) }
}

/// The product on an empty database, with its first account signed in.
pub async fn countersign(place: &Place) -> Process {
    let (child, url, link) = started(&mut command(place));
    let link = link.expect("the first start prints a link");
    let welcome = format!("{url}/api/auth/welcome/{}", link.rsplit('/').next().unwrap());
    let form = "name=Ada&email=ada%40example.org&password=correct+horse+battery";
    let answer = client(None)
        .post(welcome)
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(form);
    let answer = answer.send().await.unwrap();
    let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap();
    Process { child, url, client: client(Some(cookie)) }
}

/// Starts it again on what is there, for the same client.
pub fn again(place: &Place, client: &Client) -> Process {
    let (child, url, _) = started(&mut command(place));
    Process { child, url, client: client.clone() }
}

fn command(place: &Place) -> Command {
    let site = place.folder.path().join("site");
    std::fs::create_dir_all(site.join("pkg")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command
        .env("COUNTERSIGN_LISTEN", "127.0.0.1:0")
        .env("COUNTERSIGN_DATA_DIR", place.folder.path())
        .env("COUNTERSIGN_SITE_DIR", site)
        .env("COUNTERSIGN_TEST_PROVIDERS", provider());
    if let Some(url) = &place.url {
        command.env("COUNTERSIGN_DATABASE_URL", url);
    }
    command
}

/// Starts it and reads its first line: the address, and perhaps a link.
fn started(command: &mut Command) -> (Child, String, Option<String>) {
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let mut links = line.split_whitespace().filter(|word| word.starts_with("http://"));
    let url = links.next().unwrap_or_else(|| panic!("it didn't start: {line}")).to_owned();
    (child, url, links.next().map(str::to_owned))
}

fn client(cookie: Option<&str>) -> Client {
    let mut headers = header::HeaderMap::new();
    headers.insert("sec-fetch-site", header::HeaderValue::from_static("same-origin"));
    if let Some(cookie) = cookie {
        headers.insert(header::COOKIE, cookie.parse().unwrap());
    }
    let redirects = reqwest::redirect::Policy::none();
    Client::builder().default_headers(headers).redirect(redirects).build().unwrap()
}
