//! What is said of files that were named and aren't used.

use chrono::DateTime;
use domain::id::PersonId;
use uuid::Uuid;

use super::*;

fn schema(fields: &[&str]) -> Schema {
    let file = r#"{"type": "string", "format": "attachment", "x-media-types": ["image/png"]}"#;
    let fields: Vec<String> = fields.iter().map(|name| format!(r#""{name}": {file}"#)).collect();
    let text = format!(r#"{{"properties": {{{}}}}}"#, fields.join(", "));
    Schema::from_json_schema(&Json::parse(&text).unwrap())
}

fn upload(number: u128, name: &str, media_type: &str) -> AttachmentRow {
    let owner = PersonId::from_uuid(Uuid::from_u128(1));
    AttachmentRow {
        id: AttachmentId::from_uuid(Uuid::from_u128(number)),
        session: "s".to_owned(),
        owner,
        uploaded_by: owner,
        digest: Digest::of(name.as_bytes()),
        name: name.to_owned(),
        media_type: media_type.to_owned(),
        size: 1,
        made_by: None,
        created_at: DateTime::UNIX_EPOCH,
    }
}

/// Files of which the request names the first so many.
fn files(rows: Vec<AttachmentRow>, named: usize) -> SessionFiles {
    let named = rows.iter().take(named).map(|row| row.id).collect();
    SessionFiles { rows, named, linked: Vec::new() }
}

fn two(name: &str, media_type: &str, named: usize) -> SessionFiles {
    files(vec![upload(1, name, "image/png"), upload(2, "dog.png", media_type)], named)
}

/// What is said where the first file is used.
fn said(files: &SessionFiles, schema: &Schema, given: &[Known]) -> Option<Issue> {
    files.left_over(schema, given, &[file_ref(&files.rows[0])])
}

#[test]
fn of_two_pictures_that_were_named_it_says_which_one_is_used() {
    let said = said(&two("cat.png", "image/png", 2), &schema(&["image"]), &[]).unwrap();

    assert_eq!(said.issue, "Only “cat.png” is used. Start a run for each picture.");
    assert!(!said.blocks() && said.field == "/image", "{said:?}");
}

#[test]
fn nothing_is_said_of_files_that_nobody_named_or_that_do_not_fit() {
    let schema = schema(&["image"]);

    assert_eq!(said(&two("cat.png", "image/png", 1), &schema, &[]), None);
    assert_eq!(said(&two("cat.png", "text/plain", 2), &schema, &[]), None);
    assert_eq!(said(&two("dog.png", "image/png", 2), &schema, &[]), None, "the same twice");
}

#[test]
fn nothing_is_said_where_the_file_was_chosen_or_there_is_room_for_more() {
    let both = two("cat.png", "image/png", 2);
    let value = Json::text(file_value(&both.rows[0].digest)).to_text();
    let chosen = Known { field: "image".to_owned(), value, source: Source::Form };

    assert_eq!(said(&both, &schema(&["image"]), &[chosen]), None);
    assert_eq!(said(&both, &schema(&["image", "mask"]), &[]), None);
}

#[test]
fn a_long_name_is_cut() {
    let said = said(&two(&"ä".repeat(300), "image/png", 2), &schema(&["image"]), &[]).unwrap();

    assert!(said.issue.chars().count() < 120 && said.issue.contains("ä…”"), "{said:?}");
}
