//! Words for a person who wonders why a file is still missing.

use domain::{
    issue::Issue,
    json::{Json, pointer},
    schema::{FieldKind, Schema},
};

use crate::ports::AttachmentRow;

/// A warning on each empty file field: about uploads of the session that it can't take, and about an
/// address in the prompt, which is never fetched: this server calls nothing that nobody approved.
pub(super) fn hints(
    schema: &Schema,
    rows: &[AttachmentRow],
    document: &Json,
    prompt: &str,
) -> Vec<Issue> {
    let mut hints = Vec::new();
    for field in &schema.fields {
        let FieldKind::File { media_types } = &field.kind else { continue };
        if document.get(&field.name).is_some() {
            continue;
        }
        let at = pointer("", &field.name);
        if let Some(names) = not_taken(rows, media_types) {
            let wanted = media_types.join(", ");
            let hint = Issue::warning(at.clone(), format!("can't take {names}"));
            hints.push(hint.suggesting(format!("Convert it to one of {wanted} and add it again.")));
        }
        if prompt.contains("https://") || prompt.contains("http://") {
            let hint = Issue::warning(at, "the address in the prompt is not fetched");
            hints.push(hint.suggesting("Download the file yourself and add it."));
        }
    }
    hints
}

fn not_taken(rows: &[AttachmentRow], media_types: &[String]) -> Option<String> {
    let takes = |row: &AttachmentRow| {
        media_types.is_empty() || media_types.contains(&row.media_type) || row.made_by.is_some()
    };
    let unfit = rows.iter().filter(|row| !takes(row));
    let names: Vec<String> =
        unfit.map(|row| format!("“{}” ({})", row.name, row.media_type)).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Schema {
        let text = r#"{"properties": {"image": {"type": "string", "format": "attachment"}}}"#;
        Schema::from_json_schema(&Json::parse(text).unwrap())
    }

    #[test]
    fn an_address_in_the_prompt_is_named_and_not_fetched() {
        let empty = Json::Object(Vec::new());

        let hints = hints(&schema(), &[], &empty, "turn https://example.org/cat.png around");

        assert_eq!(hints.len(), 1);
        assert!(!hints[0].blocks() && hints[0].field == "/image", "{hints:?}");
    }

    #[test]
    fn a_field_that_has_its_file_needs_no_word() {
        let document = Json::Object(vec![("image".to_owned(), Json::text("sha256:0"))]);

        assert_eq!(hints(&schema(), &[], &document, "see https://example.org"), []);
    }
}
