//! What is kept on the device or answered by the upload door, as JSON.

use domain::json::Json;

use super::Home;
use crate::api::attachments::AttachmentView;

/// Where a file goes, beside the file on the device.
#[must_use]
pub fn of_home(home: &Home) -> String {
    let run = home.run.map_or(Json::Null, |run| Json::text(run.to_string()));
    let entries = [
        ("by", Json::text(home.by.to_string())),
        ("owner", Json::text(home.owner.to_string())),
        ("session", Json::text(home.session.as_str())),
        ("run", run),
    ];
    Json::Object(entries.map(|(name, value)| (name.to_owned(), value)).into()).to_text()
}

/// The reverse of [`of_home`].
#[must_use]
pub fn home(text: &str) -> Option<Home> {
    let home = Json::parse(text).ok()?;
    let text = |name| home.get(name)?.as_str();
    Some(Home {
        by: text("by")?.parse().ok()?,
        owner: text("owner")?.parse().ok()?,
        session: text("session")?.to_owned(),
        run: text("run").map(str::parse).transpose().ok()?,
    })
}

/// What the door answers to an upload.
#[must_use]
pub fn attachment(text: &str) -> Option<AttachmentView> {
    let file = Json::parse(text).ok()?;
    let text = |name| file.get(name)?.as_str();
    let size =
        if let Some(Json::Number(digits)) = file.get("size") { digits } else { return None };
    Some(AttachmentView {
        id: text("id")?.parse().ok()?,
        digest: text("sha256")?.parse().ok()?,
        name: text("name")?.to_owned(),
        media_type: text("media_type")?.to_owned(),
        size: size.parse().ok()?,
        created_at: text("created_at")?.parse().ok()?,
        has_preview: file.get("has_preview")?.as_bool()?,
        made: file.get("made")?.as_bool()?,
    })
}

/// The part of a problem document (RFC 9457) that is for people.
#[must_use]
pub fn problem(text: &str) -> Option<String> {
    Json::parse(text).ok()?.get("detail")?.as_str().map(str::to_owned)
}

#[cfg(test)]
#[cfg(feature = "ssr")]
mod tests {
    use domain::{digest::Digest, id};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_home_comes_back_as_it_was() {
        let person = |number| id::PersonId::from_uuid(Uuid::from_u128(number));
        for run in [None, Some(id::RunId::from_uuid(Uuid::from_u128(3)))] {
            let session = "a \"session\"".to_owned();
            let one = Home { by: person(1), owner: person(2), session, run };
            assert_eq!(home(&of_home(&one)), Some(one));
        }
        assert_eq!(home("{}"), None);
    }

    #[test]
    fn what_the_door_writes_is_read() {
        let file = AttachmentView {
            id: id::AttachmentId::from_uuid(Uuid::from_u128(1)),
            digest: Digest::of(b"a file"),
            name: "a.png".into(),
            media_type: "image/png".into(),
            size: u64::MAX,
            created_at: chrono::DateTime::from_timestamp(1_772_546_400, 120_000_000).unwrap(),
            has_preview: true,
            made: false,
        };
        let text = serde_json::to_string(&file).unwrap();
        assert_eq!(attachment(&text), Some(file));
        assert_eq!(attachment("<html>"), None);
        assert_eq!(problem(r#"{"title":"x","detail":"too large"}"#).as_deref(), Some("too large"));
    }
}
