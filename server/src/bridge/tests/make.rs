//! Frames and callers to try things with.

use app::live::{Ask, Ping, Raw, Scope, Subscribe, message::Message};
use axum::extract::ws::Utf8Bytes;
use domain::{
    access::{Caller, CallerKind, Role},
    id::{PersonId, RunId},
};
use uuid::Uuid;

use crate::bridge::{About, Frame, Topics, outbox::Out};

pub fn person() -> Caller {
    Caller {
        kind: CallerKind::Person,
        person: id(100),
        name: "Ada".to_owned(),
        email: "ada@example.org".to_owned(),
        role: Role::Reviewer,
        key: None,
    }
}

pub fn agent(number: u128) -> Caller {
    Caller { kind: CallerKind::Agent, person: id(number), role: Role::Viewer, ..person() }
}

pub fn id(number: u128) -> PersonId {
    PersonId::from_uuid(Uuid::from_u128(number))
}

pub fn run(number: u128) -> RunId {
    RunId::from_uuid(Uuid::from_u128(number))
}

/// A frame that the inbox shows, of run 1 in session `s`, which belongs to agent 1.
pub fn frame(number: i64) -> Frame {
    let about =
        About { number, owner: id(1), session: "s".to_owned(), run: Some(run(1)), inbox: true };
    Frame { about, text: number.to_string().into(), passing: None }
}

pub fn large(number: i64, bytes: usize) -> Frame {
    Frame { text: "x".repeat(bytes).into(), ..frame(number) }
}

pub fn inbox() -> Topics {
    Topics { inbox: true, ..Topics::default() }
}

pub fn subscribe(after: Option<i64>) -> Ask {
    Ask::Subscribe(Subscribe {
        id: "1".to_owned(),
        scope: Scope::Inbox,
        session_id: None,
        run_id: None,
        after,
    })
}

pub fn ping(id: &str) -> Ask {
    Ask::Ping(Ping { id: id.to_owned() })
}

pub fn problem() -> Raw {
    Raw::of(&"a problem").unwrap()
}

/// The message of a text that goes out.
pub fn read(out: &Out) -> Option<Message> {
    match out {
        Out::Text(text) => Message::read(text),
        Out::Ping | Out::Close(_) => None,
    }
}

pub fn text(text: &str) -> Out {
    Out::Text(Utf8Bytes::from(text))
}
