//! An answer in plain words, read into the fields that were asked for. By rules: what is unsure is left to a person.

use std::collections::BTreeMap;

use crate::{
    json::Json,
    schema::{Field, FieldKind},
};

/// From here on an answer counts as it was read.
pub const SURE: f64 = 0.9;

/// What each way of saying it is worth.
const EXACT: f64 = 0.95;
const WITHIN: f64 = 0.8;

const YES: &[&str] = &["yes", "y", "true", "on", "ok", "okay", "sure", "ja"];
const NO: &[&str] = &["no", "n", "false", "off", "nein"];
/// Names of ratios.
const RATIOS: &[(&str, &str)] = &[("widescreen", "16:9"), ("square", "1:1")];

/// What an answer says about the fields that were asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// The texts of the fields' controls, by name. A field that nothing was said about is not among them.
    pub texts: BTreeMap<String, String>,
    /// How sure the least sure of the asked fields is, from 0 to 1; 0 if one is missing.
    pub certainty: f64,
}

/// Reads `width: 800, format: png`, or just `800` where a single field was asked for. Nothing but the asked fields is
/// ever filled. Files are not said but sent.
#[must_use]
pub fn read(words: &str, asked: &[&Field]) -> Reading {
    let mut reading = Reading { certainty: 1.0, ..Reading::default() };
    for field in asked {
        let (certainty, text) = match named(words, field, asked) {
            Some(said) => value(field, said),
            // A number without a name could be any of several fields.
            None if asked.len() == 1 => value(field, words),
            None => None,
        }
        .map_or((0.0, None), |(certainty, text)| (certainty, Some(text)));
        reading.certainty = reading.certainty.min(certainty);
        reading.texts.extend(text.map(|text| (field.name.clone(), text)));
    }
    if asked.is_empty() { Reading::default() } else { reading }
}

/// What follows the field's name: up to the end of the line, or where the next field is named.
fn named<'a>(words: &'a str, field: &Field, asked: &[&Field]) -> Option<&'a str> {
    let pieces = words.split(['\n', ';']).flat_map(|line| {
        let several =
            line.split(',').filter(|piece| asked.iter().any(|one| after(piece, one).is_some()));
        // A text may have commas of its own.
        if several.count() > 1 { line.split(',').collect() } else { vec![line] }
    });
    pieces.into_iter().find_map(|piece| after(piece, field))
}

fn after<'a>(piece: &'a str, field: &Field) -> Option<&'a str> {
    let (name, said) = piece.split_once([':', '=']).or_else(|| piece.split_once(" is "))?;
    let plain = |text: &str| text.trim().to_lowercase().replace(['_', '-'], " ");
    let is_it = [&field.name, &field.label].iter().any(|one| plain(one) == plain(name));
    is_it.then(|| said.trim())
}

/// How sure it is, and the text of the field's control.
fn value(field: &Field, said: &str) -> Option<(f64, String)> {
    let said = said.trim().trim_end_matches(['.', '!']);
    match &field.kind {
        FieldKind::Text { .. } => (!said.is_empty()).then(|| (EXACT, said.to_owned())),
        FieldKind::Number { .. } | FieldKind::Integer { .. } => {
            one(said, |word| is_number(word).then(|| word.to_owned()))
        }
        FieldKind::Checkbox => one(said, |word| {
            let among = |words: &[&str]| words.iter().any(|one| word.eq_ignore_ascii_case(one));
            if among(YES) { Some("true".to_owned()) } else { among(NO).then(|| "false".to_owned()) }
        }),
        FieldKind::Choice { options } => one(said, |word| {
            let ratio = RATIOS.iter().find(|(name, _)| word.eq_ignore_ascii_case(name));
            let word = ratio.map_or(word, |(_, ratio)| ratio);
            options.iter().find(|option| plain(option).eq_ignore_ascii_case(word)).cloned()
        }),
        FieldKind::Json { .. } => Json::parse(said).ok().map(|_| (EXACT, said.to_owned())),
        FieldKind::File { .. } => None,
    }
}

/// The value that the whole is, or else the only one that is said within it.
fn one(said: &str, read: impl Fn(&str) -> Option<String>) -> Option<(f64, String)> {
    if let Some(value) = read(said) {
        return Some((EXACT, value));
    }
    let words =
        said.split_whitespace().map(|word| word.trim_matches([',', '?', '(', ')', '“', '”']));
    let mut found = words.filter_map(&read);
    let value = found.next()?;
    found.next().is_none().then_some((WITHIN, value))
}

fn is_number(word: &str) -> bool {
    matches!(Json::parse(word), Ok(Json::Number(_)))
}

/// A choice without the quotes of its JSON text.
fn plain(option: &str) -> &str {
    option.trim_matches('"')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Category;

    fn field(name: &str, kind: FieldKind) -> Field {
        let (hint, default) = (None, None);
        let (category, required) = (Category::Content, true);
        Field { name: name.into(), label: name.into(), hint, kind, category, required, default }
    }

    fn width() -> Field {
        field("width", FieldKind::Integer { min: None, max: None })
    }

    fn ratio() -> Field {
        let options = ["\"16:9\"", "\"1:1\"", "\"4:3\""].map(str::to_owned).into();
        field("aspect_ratio", FieldKind::Choice { options })
    }

    fn text() -> Field {
        field("text", FieldKind::Text { min_length: None, max_length: None, long: false })
    }

    #[test]
    fn what_a_single_field_is_answered_with_is_its_value() {
        for (field, words, certainty, value) in [
            (width(), "800", EXACT, "800"),
            (width(), " 800. ", EXACT, "800"),
            (width(), "make it 800 pixels", WITHIN, "800"),
            (ratio(), "16:9", EXACT, "\"16:9\""),
            (ratio(), "Widescreen", EXACT, "\"16:9\""),
            (ratio(), "a square one, please", WITHIN, "\"1:1\""),
            (field("sharp", FieldKind::Checkbox), "Yes!", EXACT, "true"),
            (field("sharp", FieldKind::Checkbox), "no, thanks", WITHIN, "false"),
            (text(), "Spring sale: all, now", EXACT, "Spring sale: all, now"),
            (width(), "width: 1.50", EXACT, "1.50"),
        ] {
            let Reading { texts, certainty: read } = super::read(words, &[&field]);
            assert_eq!(texts.get(&field.name).map(String::as_str), Some(value), "{words}");
            assert_eq!(read, certainty, "{words}");
        }
    }

    #[test]
    fn what_could_be_meant_in_more_than_one_way_is_not_read() {
        for words in ["", "between 300 and 800", "as wide as you like", "1,000", "0x10"] {
            let none = Reading::default();
            assert_eq!(super::read(words, &[&width()]), none, "{words}");
        }
        let two = super::read("800", &[&width(), &text()]);
        assert_eq!(two, Reading::default());
        assert_eq!(super::read("approve", &[]), Reading::default());
    }

    #[test]
    fn several_fields_are_named() {
        let (width, ratio, text) = (width(), ratio(), text());
        let asked = [&width, &ratio, &text];
        let read =
            super::read("Width: 800, aspect ratio = square\ntext is Spring, at last", &asked);
        assert_eq!(read.certainty, EXACT);
        assert_eq!(read.texts["width"], "800");
        assert_eq!(read.texts["aspect_ratio"], "\"1:1\"");
        assert_eq!(read.texts["text"], "Spring, at last");
        let part = super::read("width: 800\nheight: 600", &asked);
        assert_eq!((part.texts.len(), part.certainty), (1, 0.0), "nothing else is filled");
    }
}
