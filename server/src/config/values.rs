//! From what was written to what is meant. Each reader says what is wrong and what to write.

use std::{net::SocketAddr, path::PathBuf};

use tracing_subscriber::EnvFilter;
use url::Url;

use super::{Network, TestProvider, TrustedProxies};

/// What was written for a key.
#[derive(Debug, Clone)]
pub(super) enum Given {
    /// An environment variable.
    Env(String),
    File(toml::Value),
}

/// What is wrong, and what to write.
pub(super) type Wrong = (String, String);

impl Given {
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Env(text) => Some(text),
            Self::File(value) => value.as_str(),
        }
    }

    pub(super) fn number(&self) -> Option<i64> {
        match self {
            Self::Env(text) => text.trim().parse().ok(),
            Self::File(value) => value.as_integer(),
        }
    }

    /// A TOML list of texts; in the environment also a text with commas.
    pub(super) fn list(&self) -> Option<Vec<String>> {
        match self {
            Self::Env(text) => Some(as_in_the_file(text).unwrap_or_else(|| with_commas(text))),
            Self::File(value) => texts(value),
        }
    }
}

fn texts(list: &toml::Value) -> Option<Vec<String>> {
    list.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

/// Nothing for other texts in brackets, such as `[::1]:9000`.
fn as_in_the_file(text: &str) -> Option<Vec<String>> {
    let table: toml::Table = format!("list = {text}").parse().ok()?;
    texts(table.get("list")?)
}

fn with_commas(text: &str) -> Vec<String> {
    let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
    items.map(str::to_owned).collect()
}

pub(super) fn wrong<T>(problem: impl Into<String>, write: impl Into<String>) -> Result<T, Wrong> {
    Err((problem.into(), write.into()))
}

pub(super) fn address(given: &Given) -> Result<SocketAddr, Wrong> {
    given.text().and_then(|text| text.trim().parse().ok()).ok_or_else(|| {
        (
            "is not an address and a port".to_owned(),
            "write one such as \"127.0.0.1:3000\"".to_owned(),
        )
    })
}

pub(super) fn folder(given: &Given) -> Result<PathBuf, Wrong> {
    match given.text() {
        Some(text) if !text.trim().is_empty() && !text.contains('\0') => Ok(text.into()),
        _ => wrong("is not a folder", "write its path as a text"),
    }
}

pub(super) fn one_of<T: Copy>(
    choices: &'static [(&'static str, T)],
) -> impl Fn(&Given) -> Result<T, Wrong> {
    move |given| {
        let found = choices.iter().find(|(name, _)| given.text() == Some(name));
        found.map(|(_, value)| *value).ok_or_else(|| {
            let names: Vec<_> = choices.iter().map(|(name, _)| format!("{name:?}")).collect();
            ("is not one of the choices".to_owned(), format!("write {}", names.join(" or ")))
        })
    }
}

pub(super) fn filter(given: &Given) -> Result<String, Wrong> {
    let hint = "write directives such as \"info\" or \"info,sqlx=warn\"";
    let Some(text) = given.text() else { return wrong("is not a text", hint) };
    match EnvFilter::builder().parse(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => wrong(format!("is not a log filter ({error})"), hint),
    }
}

pub(super) fn storage_url(given: &Given) -> Result<Url, Wrong> {
    let hint = "write \"file:///srv/countersign/files\" or \"s3://bucket/folder\"";
    let url: Option<Url> = given.text().and_then(|text| text.parse().ok());
    match url {
        Some(url) if matches!(url.scheme(), "file" | "s3") => Ok(url),
        Some(url) => wrong(format!("has the unknown scheme {:?}", url.scheme()), hint),
        None => wrong("is not a URL", hint),
    }
}

pub(super) fn at_least_one(given: &Given) -> Result<u64, Wrong> {
    /// A tebibyte, in MiB: beyond it the bytes of a day would be nonsense.
    const MOST: u64 = 1024 * 1024;
    match given.number().and_then(|number| u64::try_from(number).ok()) {
        Some(number @ 1..=MOST) => Ok(number),
        _ => wrong(
            "is not a number of MiB",
            format!("write a whole number from 1 to {MOST}, without quotes in the file"),
        ),
    }
}

pub(super) fn days(given: &Given) -> Result<u32, Wrong> {
    /// A century.
    const MOST: u32 = 36_500;
    match given.number().and_then(|number| u32::try_from(number).ok()) {
        Some(number @ 1..=MOST) => Ok(number),
        _ => wrong(
            "is not a number of days",
            format!("write a whole number from 1 to {MOST}, or leave it out to keep everything"),
        ),
    }
}

pub(super) fn networks(given: &Given) -> Result<TrustedProxies, Wrong> {
    let hint = "write addresses or networks, such as [\"127.0.0.1\", \"10.0.0.0/8\"]";
    let Some(items) = given.list() else { return wrong("is not a list of texts", hint) };
    let parse = |item: &String| item.parse::<Network>().map_err(|()| item.clone());
    match items.iter().map(parse).collect() {
        Ok(networks) => Ok(TrustedProxies(networks)),
        Err(item) => wrong(format!("has {item:?}, which is no address or network"), hint),
    }
}

pub(super) fn test_providers(given: &Given) -> Result<Vec<TestProvider>, Wrong> {
    let hint = "write [\"scripted\"] or [\"pure\"], for tests only, or leave it out";
    let Some(items) = given.list() else { return wrong("is not a list of texts", hint) };
    let known = |item: &String| match item.as_str() {
        "scripted" => Ok(TestProvider::Scripted),
        "pure" => Ok(TestProvider::Pure),
        _ => Err(item.clone()),
    };
    match items.iter().map(known).collect() {
        Ok(providers) => Ok(providers),
        Err(other) => wrong(format!("has {other:?}, which is no test provider"), hint),
    }
}
