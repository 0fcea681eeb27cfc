//! A decision on its way as one text, for the device's storage.

use domain::json::Json;

use super::{Letter, draft_text::by_name};
use crate::api::actions::Decide;

/// The letter as text.
#[must_use]
pub fn write(letter: &Letter) -> String {
    let decide = &letter.decide;
    let number = |number: i64| Json::Number(number.to_string());
    let fields = decide.fields.iter().map(|(name, text)| (name.clone(), Json::text(text.as_str())));
    let decide = [
        ("run", Json::text(decide.run.to_string())),
        ("ticket", Json::text(decide.ticket.to_string())),
        ("version", number(decide.version.into())),
        ("digest", Json::text(decide.digest.to_string())),
        ("key", Json::text(decide.key.as_str())),
        ("view", Json::text(decide.view.as_str())),
        ("action", Json::text(decide.action.as_str())),
        ("fields", Json::Object(fields.collect())),
        ("document", Json::text(decide.document.as_str())),
        ("reason", Json::text(decide.reason.as_str())),
        ("fix", Json::text(decide.fix.as_str())),
        ("reset", Json::text(decide.reset.as_str())),
    ];
    object([("decide", object(decide))]).to_text()
}

fn object<const N: usize>(entries: [(&str, Json); N]) -> Json {
    Json::Object(entries.map(|(name, value)| (name.to_owned(), value)).into())
}

/// The letter of such a text, as one that was sent in vain; `None` for anything else.
#[must_use]
pub fn read(text: &str) -> Option<Letter> {
    let kept = Json::parse_own(text).ok()?;
    let decide = kept.get("decide")?;
    let text = |name| decide.get(name)?.as_str().map(str::to_owned);
    let decide = Decide {
        run: text("run")?.parse().ok()?,
        ticket: text("ticket")?.parse().ok()?,
        version: number(decide.get("version")?)?,
        digest: text("digest")?.parse().ok()?,
        key: text("key")?,
        view: text("view")?,
        action: text("action")?,
        fields: by_name(decide.get("fields")?.entries())?,
        document: text("document")?,
        reason: text("reason")?,
        fix: text("fix")?,
        reset: text("reset")?,
    };
    Some(Letter { decide, tries: 1, under_way: false })
}

fn number<N: std::str::FromStr>(json: &Json) -> Option<N> {
    if let Json::Number(digits) = json { digits.parse().ok() } else { None }
}

#[cfg(test)]
#[cfg(feature = "ssr")]
mod tests {
    use domain::{digest::Digest, id};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn every_letter_comes_back_as_it_was() {
        let letter = Letter { decide: decide(), tries: 1, under_way: false };
        let back = read(&write(&letter)).unwrap();
        assert_eq!(format!("{back:?}"), format!("{letter:?}"));
    }

    #[test]
    fn anything_else_is_no_letter() {
        for text in ["", "0\nrun=1", "{}", "{\"decide\":{}}"] {
            assert!(read(text).is_none(), "{text}");
        }
    }

    fn decide() -> Decide {
        let fields = [(".width", "16"), (".a.b", "\"quoted\"\n\u{202e}")];
        Decide {
            run: id::RunId::from_uuid(Uuid::from_u128(1)),
            ticket: id::TicketId::from_uuid(Uuid::from_u128(2)),
            version: 3,
            digest: Digest::of(b"seen"),
            key: "key-1".into(),
            view: "form".into(),
            action: "edit".into(),
            fields: fields.map(|(name, text)| (name.to_owned(), text.to_owned())).into(),
            document: format!("{{\"id\": 1.10, \"long\": \"\u{b}{}\"}}", "x".repeat(1 << 20)),
            reason: "not <b>this</b>".into(),
            fix: String::new(),
            reset: String::new(),
        }
    }
}
