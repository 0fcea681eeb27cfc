//! A draft as one text, for the device's storage.

use std::collections::BTreeMap;

use domain::json::Json;

use crate::api::tickets::{Draft, Edits};

/// The draft's text; `None` if there is nothing in it.
#[must_use]
pub fn write(edits: &Edits, reason: &str) -> Option<String> {
    let edits = match edits {
        Edits::None if reason.is_empty() => return None,
        Edits::None => Json::Null,
        Edits::Document(text) | Edits::Merge(text) => Json::text(text.as_str()),
        Edits::Form(texts) => {
            let each = |(name, text): (&String, &String)| (name.clone(), Json::text(text.as_str()));
            Json::Object(texts.iter().map(each).collect())
        }
    };
    Some(Json::List(vec![edits, Json::text(reason)]).to_text())
}

/// The draft of such a text; `None` for anything else.
#[must_use]
pub fn read(text: &str) -> Option<Draft> {
    let Json::List(parts) = Json::parse_own(text).ok()? else { return None };
    let [edits, reason] = parts.as_slice() else { return None };
    let edits = match edits {
        Json::Null => Edits::None,
        Json::Text(text) => Edits::Document(text.clone()),
        Json::Object(texts) => Edits::Form(by_name(texts)?),
        _ => return None,
    };
    Some(Draft { edits, reason: reason.as_str()?.to_owned(), issues: Vec::new() })
}

/// Texts by their names; `None` if one is no text. (Collecting them would bring a sort into the page.)
pub(super) fn by_name(texts: &[(String, Json)]) -> Option<BTreeMap<String, String>> {
    let mut all = BTreeMap::new();
    for (name, text) in texts {
        all.insert(name.clone(), text.as_str()?.to_owned());
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_draft_comes_back_as_it_was() {
        let form = [("width", "16"), ("a.b", "\"quoted\"\n"), ("", "")];
        let form = form.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
        for (edits, reason) in [
            (Edits::Form(form), ""),
            (Edits::Document("{\"id\": 1.10, ".into()), "not this one"),
            (Edits::None, "only a reason"),
        ] {
            let text = write(&edits, reason).unwrap();
            let draft = Draft { edits, reason: reason.to_owned(), issues: Vec::new() };
            assert_eq!(read(&text), Some(draft), "{text}");
        }
    }

    #[test]
    fn nothing_is_not_kept_and_anything_else_is_no_draft() {
        assert_eq!(write(&Edits::None, ""), None);
        for text in ["", "{}", "[null]", "[1,\"\"]", "[{\"a\":1},\"\"]", "[null,null]"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
