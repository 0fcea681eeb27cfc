//! Words and names that several parts of a run's page share.

use domain::{issue::Issue, json::top_key};

use crate::{
    api::tickets::FormField,
    components::{Piece, pieces},
};

pub use crate::components::clock;

/// Text from outside for places that take no elements (attributes, options), with what can't be seen marked.
#[must_use]
pub fn visible(text: &str) -> String {
    let marked = pieces(text).into_iter().map(|piece| match piece {
        Piece::Plain(text) => text,
        Piece::Mark { label, .. } => label,
    });
    marked.collect()
}

/// The first line, and no more than `most` characters of it.
#[must_use]
pub fn shorten(text: &str, most: usize) -> String {
    let text = text.trim();
    let line = text.lines().next().unwrap_or_default().trim_end();
    let mut short: String = line.chars().take(most).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// The id of a field's control. Only our own characters, whatever the field is called.
#[must_use]
pub fn control_id(form: &[FormField], name: &str) -> Option<String> {
    let index = form.iter().position(|control| control.field.name == name)?;
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    Some(if plain { format!("f-{name}") } else { format!("f-{index}") })
}

/// The sentence of an issue without the field's name.
#[must_use]
pub fn issue_sentence(issue: &Issue) -> String {
    let mut sentence = issue.issue.clone();
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

/// The whole sentence: "width: 9000 is above the limit 8000."
#[must_use]
pub fn whole_sentence(issue: &Issue) -> String {
    match top_key(&issue.field).as_str() {
        "" => issue_sentence(issue),
        name => format!("{}: {}", visible(name), issue_sentence(issue)),
    }
}

/// A message that starts small as a sentence.
#[must_use]
pub fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}

/// "1 thing", "2 things".
#[must_use]
pub fn count(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}
