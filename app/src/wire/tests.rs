//! What is written is read back the same.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{
    checkpoint::CheckpointType,
    decision::Action,
    state::{EndReason, Status, Step},
};
use serde::{Deserialize, Serialize};

use super::{Unreadable, read, write};
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

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "snake_case")]
enum Beside {
    Nothing,
    One(u32),
    Two(u8, String),
    Named { first: bool, second: Option<String> },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct LeftOut {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    list: Vec<u8>,
    last: Beside,
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
    let bytes = write(value).expect("it can be written");
    assert_eq!(read::<T>(&bytes).as_ref(), Ok(value), "{bytes:?}");
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
fn variants_beside_their_tags_and_fields_that_are_left_out_survive() {
    let named = |second: Option<&str>| {
        let second = second.map(str::to_owned);
        Beside::Named { first: true, second }
    };
    let all = [Beside::Nothing, Beside::One(4), Beside::Two(1, "x".into()), named(None)];
    for last in all.into_iter().chain([named(Some("y"))]) {
        survives(&vec![last.clone(), Beside::Nothing, last.clone()]);
        survives(&LeftOut { first: None, list: vec![], last: last.clone() });
        survives(&LeftOut { first: Some("a".into()), list: vec![1], last });
    }
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
fn what_is_cut_off_or_goes_on_is_refused() {
    let mut whole = write(&everything()).expect("it can be written");
    for end in 0..whole.len() {
        assert_eq!(read::<Everything>(&whole[..end]), Err(Unreadable), "{end}");
    }
    whole.push(0);
    assert_eq!(read::<Everything>(&whole), Err(Unreadable));
}
