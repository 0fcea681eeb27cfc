//! What prompts are read as, and what is left alone.

mod deeds;
mod german;
mod nothing;
mod table;
mod unread;

use domain::{
    information::Source,
    json::Json,
    schema::{FieldKind, Schema},
};
use proptest::prelude::*;

use super::read_prompt;
use crate::provider::image::SCHEMA;

/// The values as `field=value`, in the schema's order.
fn read(prompt: &str) -> String {
    let known = read_prompt(prompt).known;
    let said = known.iter().map(|known| format!("{}={}", known.field, known.value));
    said.collect::<Vec<_>>().join(" ").replace('"', "'")
}

/// Each prompt that is read as something else, so that one failure doesn't hide the others.
fn differing(table: &[(&str, &str)]) -> Vec<String> {
    let differs = |(prompt, fields): &(&str, &str)| {
        let got = read(prompt);
        (got != *fields).then(|| format!("{prompt}\n  is read as {got}\n  and not as {fields}"))
    };
    table.iter().filter_map(differs).collect()
}

fn expect(table: &[(&str, &str)]) {
    let wrong = differing(table);
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), table.len(), wrong.join("\n"));
}

/// As [`expect`], of prompts that are understood to the last word.
fn expect_whole(table: &[(&str, &str)]) {
    expect(table);
    let unread = |(prompt, _): &(&str, &str)| {
        let unread = read_prompt(prompt).unread;
        (!unread.is_empty()).then(|| format!("{prompt}: {unread:?}"))
    };
    let unread: Vec<String> = table.iter().filter_map(unread).collect();
    assert!(unread.is_empty(), "{}", unread.join("\n"));
}

/// Each value is JSON of the type that the schema names, and each field is there once, in its order.
fn fits_the_schema(prompt: &str) {
    let schema = Schema::from_json_schema(&Json::parse(SCHEMA).unwrap());
    let known = read_prompt(prompt).known;
    let order: Vec<usize> = known
        .iter()
        .map(|known| schema.fields.iter().position(|field| field.name == known.field).unwrap())
        .collect();
    assert!(order.is_sorted_by(|a, b| a < b), "{prompt:?}: {known:?}");
    for known in known {
        assert_eq!(known.source, Source::Prompt);
        let value = Json::parse(&known.value).unwrap();
        let types: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
        let wanted = types["properties"][&known.field]["type"].as_str().unwrap().to_owned();
        let fits = match wanted.as_str() {
            "integer" => value.type_name() == "number" && !known.value.contains(['.', 'e', 'E']),
            other => value.type_name() == other,
        };
        assert!(fits, "{prompt:?}: {} is no {wanted}", known.value);
        let kind = &schema.field(&known.field).unwrap().kind;
        assert!(!matches!(kind, FieldKind::File { .. }), "a prompt names no file");
    }
}

/// Prompts put together from the words that the rules look for.
fn sayings() -> impl Strategy<Value = String> {
    let words = [
        "resize",
        "to",
        "800",
        "x",
        "600",
        "px",
        "wide",
        "high",
        "at most",
        "crop",
        "square",
        "of",
        "rotate",
        "turn",
        "it",
        "left",
        "right",
        "90",
        "degrees",
        "upside down",
        "flip",
        "mirror",
        "vertically",
        "black and white",
        "blur",
        "by",
        "2.5",
        "slightly",
        "brighter",
        "darken",
        "20 %",
        "contrast",
        "+20",
        "-5",
        "more",
        "less",
        "write",
        "\"Draft\"",
        "text",
        "size",
        "in the lower right corner",
        "red",
        "#ff0000",
        "as",
        "webp",
        "jpeg",
        "quality",
        "no",
        "don't",
        "without",
        "or",
        "and",
        ",",
        ".",
        "?",
        "16:9",
        "the",
        "picture",
        "is",
        "if",
        "instead of",
        "\"",
        "'",
        "“",
        "remove the colors",
        "1,200",
        "007",
        "99999999999999999999",
        "0,5",
        "mal",
        "um",
        "nach",
        "rechts",
        "drehen",
        "gegen den Uhrzeigersinn",
        ":",
        "longest side",
    ];
    let words = proptest::collection::vec(proptest::sample::select(words.to_vec()), 0..14);
    (words, "[ ]?").prop_map(|(words, joint)| words.join(if joint.is_empty() { "" } else { " " }))
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic_and_only_into_fields_of_the_schema(prompt in "\\PC{0,80}|.{0,80}") {
        fits_the_schema(&prompt);
    }

    #[test]
    fn any_mix_of_known_words_gives_only_values_of_the_schemas_types(prompt in sayings()) {
        fits_the_schema(&prompt);
    }

    #[test]
    fn words_in_quotes_are_never_instructions(inside in sayings()) {
        let inside: String = inside.chars().filter(|c| *c != '"' && *c != '\\').collect();
        prop_assert_eq!(read(&format!("Ask about \"{inside}\" later")), "");
    }

    #[test]
    fn the_text_is_written_as_it_was_quoted(text in "[^\"\\\\\\p{Cc}]{0,60}[^\"\\\\\\p{Cc}\\s]") {
        let known = read_prompt(&format!("Write \"{text}\" at the top")).known;
        let wanted = Json::text(text).to_text();
        prop_assert_eq!(known.iter().find(|k| k.field == "text").map(|k| &k.value), Some(&wanted));
    }
}

#[test]
fn a_very_long_prompt_is_read_quickly() {
    for piece in [
        "no ",
        "flip, ",
        "' ",
        "\"",
        "the picture ",
        "write \"a\" ",
        "800x600 or ",
        "“a ",
        "a.",
        "rotate ",
    ] {
        let reading = read_prompt(&piece.repeat(100_000));
        assert!(reading.known.len() < 5 && reading.unread.len() < 4, "{piece}: {reading:?}");
    }
}
