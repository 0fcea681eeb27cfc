//! Words for a person who wonders why a file is still missing.

use domain::{
    issue::Issue,
    json::{Json, pointer},
    schema::{FieldKind, Schema},
};

use crate::ports::AttachmentRow;

/// A warning on each empty file field about uploads of the session that it can't take.
pub(super) fn hints(schema: &Schema, rows: &[AttachmentRow], document: &Json) -> Vec<Issue> {
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
    use chrono::DateTime;
    use domain::{
        digest::Digest,
        id::{AttachmentId, PersonId},
    };

    use super::*;

    fn schema() -> Schema {
        let text = r#"{"properties": {"image": {"type": "string", "format": "attachment",
            "x-media-types": ["image/png"]}}}"#;
        Schema::from_json_schema(&Json::parse(text).unwrap())
    }

    fn upload(media_type: &str) -> AttachmentRow {
        let owner: PersonId = "01890000-0000-7000-8000-000000000001".parse().unwrap();
        AttachmentRow {
            id: AttachmentId::from_uuid(owner.as_uuid()),
            session: "s".to_owned(),
            owner,
            uploaded_by: owner,
            digest: Digest::of(b"a"),
            name: "a".to_owned(),
            media_type: media_type.to_owned(),
            size: 1,
            made_by: None,
            created_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_field_that_stays_empty_says_which_upload_it_can_not_take() {
        let empty = Json::Object(Vec::new());

        let said = hints(&schema(), &[upload("image/tiff")], &empty);

        assert_eq!(said.len(), 1);
        assert!(!said[0].blocks() && said[0].field == "/image", "{said:?}");
        assert_eq!(hints(&schema(), &[upload("image/png")], &empty), []);
    }

    #[test]
    fn a_field_that_has_its_file_needs_no_word() {
        let document = Json::Object(vec![("image".to_owned(), Json::text("sha256:0"))]);

        assert_eq!(hints(&schema(), &[upload("image/tiff")], &document), []);
    }
}
