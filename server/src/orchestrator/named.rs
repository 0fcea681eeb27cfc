//! The files that an answer names, wherever in it they stand, and what an edit may make of them.

use std::collections::HashSet;

use domain::{
    digest::Digest,
    information::file_digest,
    issue::Issue,
    json::{Json, pointer},
    run::Response,
};

use super::attachments::SessionFiles;
use crate::ports::AttachmentRow;

impl SessionFiles {
    /// The files of a run's result: those that were made, and where the answer was edited those that it names by now.
    pub fn of_result(&self, response: &Response) -> Vec<&AttachmentRow> {
        let row = |digest: &Digest| self.rows.iter().find(|row| row.digest == *digest);
        let made = response.files.iter();
        let mut found: Vec<_> =
            made.filter_map(|file| self.rows.iter().find(|row| row.id == file.id)).collect();
        if response.accepted.is_some() {
            let (before, after) = (digests(&response.text), digests(response.result()));
            found.retain(|row| !before.contains(&row.digest) || after.contains(&row.digest));
            for row in after.iter().filter_map(row) {
                if found.iter().all(|known| known.digest != row.digest) {
                    found.push(row);
                }
            }
        }
        found
    }

    /// What names no file in an edited answer: a name that was put in, or what stands in place of a file's name.
    pub fn faults_of_answer(&self, response: &Response, edited: &Json) -> Vec<Issue> {
        let answered = Json::parse(&response.text).unwrap_or_default();
        let mut own = Vec::new();
        collect(&answered, &mut own);
        let made = response.files.iter().map(|file| file.digest);
        let files = self.rows.iter().map(|row| row.digest).chain(made);
        let known = Known { own: own.into_iter().collect(), files: files.collect() };
        let mut faults = Vec::new();
        known.look("", Some(&answered), edited, &mut faults);
        faults
    }
}

/// What an edited answer may name.
struct Known<'a> {
    /// What the answer itself says is left to the provider.
    own: HashSet<&'a str>,
    files: HashSet<Digest>,
}

impl Known<'_> {
    fn look(&self, at: &str, before: Option<&Json>, after: &Json, faults: &mut Vec<Issue>) {
        let named = before.is_some_and(names_file);
        match after {
            Json::Null => {}
            Json::Object(entries) if !named => {
                for (key, value) in entries {
                    let before = before.and_then(|before| before.get(key));
                    self.look(&pointer(at, key), before, value, faults);
                }
            }
            Json::List(items) if !named => {
                for (index, item) in items.iter().enumerate() {
                    self.look(&pointer(at, &index.to_string()), None, item, faults);
                }
            }
            value if (named || names_file(value)) && !self.has(value) => faults.push(fault(at)),
            _ => {}
        }
    }

    fn has(&self, value: &Json) -> bool {
        let Some(text) = value.as_str() else { return false };
        self.own.contains(text)
            || file_digest(text).is_some_and(|digest| self.files.contains(&digest))
    }
}

fn fault(at: &str) -> Issue {
    Issue::error(at, "names a file that isn't in this session")
        .suggesting("Name one of the session's files by its `sha256:…`, or add one.")
}

fn names_file(value: &Json) -> bool {
    value.as_str().is_some_and(|text| text.starts_with("sha256:"))
}

fn collect<'a>(value: &'a Json, found: &mut Vec<&'a str>) {
    match value {
        Json::Text(text) if names_file(value) => found.push(text),
        Json::List(items) => items.iter().for_each(|item| collect(item, found)),
        Json::Object(entries) => entries.iter().for_each(|(_, value)| collect(value, found)),
        _ => {}
    }
}

/// The files that a text names, in its order; none where it can't be read.
fn digests(text: &str) -> Vec<Digest> {
    let document = Json::parse(text).unwrap_or_default();
    let mut named = Vec::new();
    collect(&document, &mut named);
    named.into_iter().filter_map(file_digest).collect()
}
