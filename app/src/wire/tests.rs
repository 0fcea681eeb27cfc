//! What `serde_json` writes is read back the same.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{
    checkpoint::CheckpointType,
    decision::Action,
    state::{EndReason, Status, Step},
};
use serde::{Deserialize, Serialize};

use super::{Unreadable, read};
use crate::{
    api::{
        session::{Session, Theme},
        tickets::TicketState,
    },
    error::ApiError,
    run::fixtures::{blocked, decision, elsewhere, ended, plain, ticket, waiting},
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Everything {
    truth: bool,
    small: u8,
    large: u64,
    negative: i64,
    fraction: f64,
    text: String,
    some: Option<u32>,
    none: Option<String>,
    list: Vec<(i32, String)>,
    map: BTreeMap<String, Nested>,
    unit: (),
    at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Nested {
    Plain,
    One(Box<Everything>),
    Two(u8, bool),
    Named { theme: Theme },
}

fn everything() -> Everything {
    Everything {
        truth: true,
        small: u8::MAX,
        large: u64::MAX,
        negative: i64::MIN,
        fraction: 0.1,
        text: "\"quotes\\ \n\t\u{1}\u{2028} ü 🦀".to_owned(),
        some: Some(0),
        none: None,
        list: vec![(-1, String::new()), (2, "]}".to_owned())],
        map: BTreeMap::new(),
        unit: (),
        at: DateTime::from_timestamp(1_772_546_400, 120_000_000).expect("a time of our days"),
    }
}

fn survives<T>(value: &T)
where
    T: Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    for text in [serde_json::to_string(value), serde_json::to_string_pretty(value)] {
        let text = text.expect("it can be written");
        assert_eq!(read::<T>(&text).as_ref(), Ok(value), "{text}");
    }
}

#[test]
fn every_shape_of_a_value_survives() {
    let nested = [
        ("plain", Nested::Plain),
        ("one", Nested::One(Box::new(everything()))),
        ("two", Nested::Two(7, false)),
        ("named", Nested::Named { theme: Theme::Dark }),
    ];
    let map = nested.map(|(name, value)| (name.to_owned(), value)).into();
    survives(&Everything { map, ..everything() });
}

#[test]
fn what_pages_get_survives() {
    survives(&Session::default());
    survives(&Ok::<u64, ApiError>(3));
    survives(&Err::<u64, ApiError>(ApiError::TooMany(4)));
    survives(&Err::<u64, ApiError>(ApiError::NotSignedIn));
}

#[test]
fn a_run_in_each_state_survives() {
    let say = &plain;
    for checkpoint in [CheckpointType::PayloadReview, CheckpointType::ResponseReview] {
        survives(&waiting(blocked(ticket(checkpoint, say)), say));
    }
    for reason in [EndReason::Rejected, EndReason::Expired, EndReason::ProviderError] {
        survives(&ended(reason, say));
    }
    let decided = TicketState::Decided(decision(Action::Approve, say));
    survives(&elsewhere(Status::Running, Step::ApiCall, decided, say));
}

#[test]
fn keys_that_are_not_known_are_passed_over() {
    let text =
        r#"{"later": [1, {"a": "\"]"}, null, true, -1.5e3], "theme": "dark", "caller": null}"#;
    assert_eq!(read::<Session>(text).map(|session| session.theme), Ok(Theme::Dark));
}

#[test]
fn half_a_pair_and_other_escapes_are_refused() {
    assert_eq!(read::<String>(r#""\ud83e\udd80 \u00fc\/""#).as_deref(), Ok("🦀 ü/"));
    for text in [r#""\ud83e""#, r#""\udd80\ud83e""#, r#""\ud83eé""#, r#""\x41""#, r#""\u00é""#] {
        assert_eq!(read::<String>(text), Err(Unreadable), "{text}");
    }
}

#[test]
fn what_is_cut_off_or_goes_on_is_refused() {
    let whole = serde_json::to_string(&everything()).expect("it can be written");
    for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
        assert!(read::<Everything>(&whole[..end]).is_err(), "{}", &whole[..end]);
    }
    for text in ["1 2", "[1,]", "[,1]", "[1 2]", "[1}", "", "nul", "+", "256"] {
        assert_eq!(read::<Vec<u8>>(text), Err(Unreadable), "{text}");
        assert_eq!(read::<u8>(text), Err(Unreadable), "{text}");
    }
}

#[test]
fn what_is_too_deep_is_refused() {
    let deep = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(read::<serde::de::IgnoredAny>(&deep(120)).map(drop), Ok(()));
    assert_eq!(read::<serde::de::IgnoredAny>(&deep(100_000)).map(drop), Err(Unreadable));
}
