//! Files that a request names by their addresses: fetched once, and kept with the uploads of its session.

use std::{collections::HashSet, time::Duration};

use app::error::ApiError;
use domain::{
    digest::Digest,
    id::{AttachmentId, RunId},
    issue::Issue,
    run::{Run, RunInput},
};
use futures::future::join_all;
use tokio::time::timeout;
use url::Url;
use uuid::Builder;

use super::{Orchestrator, fault::told};
use crate::ports::StoreError;

/// How many are followed for one run.
pub(super) const MOST: usize = 5;
/// For all of them together.
const PATIENCE: Duration = Duration::from_secs(20);

/// The addresses among what a request names as its files.
pub(super) fn named(input: &RunInput) -> Vec<&str> {
    let links = input.attachments.iter().map(String::as_str).filter(|it| is_link(it));
    links.take(MOST).collect()
}

/// The addresses in a prompt.
pub(super) fn in_prompt(prompt: &str) -> Vec<&str> {
    let around = |c: char| matches!(c, '(' | ')' | '<' | '>' | '[' | ']' | '"' | '“' | '”' | '\'');
    let after = |c: char| matches!(c, '.' | ',' | ';' | ':' | '!' | '?');
    let words = prompt.split(|c: char| c.is_whitespace() || around(c));
    words.map(|word| word.trim_end_matches(after)).filter(|it| is_link(it)).take(MOST).collect()
}

pub(super) fn has_some(input: &RunInput) -> bool {
    !named(input).is_empty() || !in_prompt(&input.prompt).is_empty()
}

pub(super) fn is_link(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

/// The file of an address has the same id whenever this run is prepared, so it is fetched once.
pub(super) fn id_of(run: RunId, url: &str) -> AttachmentId {
    let digest = Digest::of(format!("{run}\n{url}").as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.as_bytes()[..16]);
    AttachmentId::from_uuid(Builder::from_custom_bytes(bytes).into_uuid())
}

/// What the file is called: the end of its address.
fn name_of(url: &str) -> String {
    let url: Option<Url> = url.parse().ok();
    let last = url.as_ref().and_then(|url| url.path_segments()?.next_back());
    last.filter(|name| !name.is_empty()).unwrap_or("file").to_owned()
}

impl Orchestrator {
    /// Fetches what isn't there yet, and says what can't be had.
    pub(super) async fn follow(&self, run: &Run, links: &[&str]) -> Result<Vec<Issue>, StoreError> {
        let mut seen = HashSet::new();
        let links = links.iter().filter(|url| seen.insert(**url));
        let all = links.map(|url| async move {
            let id = id_of(run.id, url);
            if self.store.attachment(id).await?.is_some() {
                return Ok(None);
            }
            let fetched = timeout(PATIENCE, self.fetch(run, id, url)).await;
            let fetched = fetched.unwrap_or_else(|_| Err("does not answer in time".to_owned()));
            Ok(fetched.err().map(|why| trouble(url, &why)))
        });
        let all: Result<Vec<Option<Issue>>, StoreError> = join_all(all).await.into_iter().collect();
        Ok(all?.into_iter().flatten().collect())
    }

    async fn fetch(&self, run: &Run, id: AttachmentId, url: &str) -> Result<(), String> {
        let fetched = self.links.fetch(url).await.map_err(|error| error.to_string())?;
        let said = |error: ApiError| error.to_string();
        let room = self.upload_room(run.owner).await.map_err(said)?;
        let kept = self.keep_file(name_of(url), fetched.media_type, fetched.bytes, room);
        let kept = kept.await.map_err(said)?;
        let row = kept.for_run(id, run, self.clock.now());
        self.store.add_attachment(&row, None).await.map_err(|error| said(told(error)))
    }
}

fn trouble(url: &str, why: &str) -> Issue {
    Issue::warning("", format!("“{url}” could not be fetched: {why}"))
        .suggesting("Upload the file instead.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_in_a_prompt_are_found_without_what_stands_around_them() {
        let prompt = "Take (https://a.example/b.png), or <http://c.example/d?e=f>. Not ftp://g or h.example!";
        assert_eq!(in_prompt(prompt), ["https://a.example/b.png", "http://c.example/d?e=f"]);
    }

    #[test]
    fn a_file_is_called_what_its_address_ends_in() {
        for (url, name) in [
            ("https://a.example/b/c.png?d=e#f", "c.png"),
            ("https://a.example/", "file"),
            ("https://a.example", "file"),
            ("no address", "file"),
        ] {
            assert_eq!(name_of(url), name);
        }
    }
}
