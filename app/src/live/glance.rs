//! What a page needs to know of a frame: what it is about. Everything else is read from the server again, so that
//! there is one way to show a run.
//!
//! Read with the JSON reader that the page has anyway: all of [`super::Message`] would cost the page many times more.

use domain::{
    decision::Action,
    id::{RunId, TicketId},
    json::Json,
};

/// A frame, as far as a page follows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Glance {
    pub kind: Kind,
    /// The number of an event; for the others how far the feed goes.
    pub seq: i64,
    pub ok: bool,
    pub signed_out: bool,
    /// The server's time in milliseconds, where it is told.
    pub now: Option<f64>,
    pub change: Change,
}

/// What a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Welcome,
    Ack,
    /// A message of ours isn't answered as it wished.
    Refused,
    Resync,
    /// One entry of the feed.
    Event,
    Other,
}

/// What is out of date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub what: What,
    pub run: Option<RunId>,
    pub session: Option<String>,
}

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Anything may have.
    Everything,
    /// A ticket was opened, or has another version.
    Opened,
    /// A ticket was closed; the words say how: "rejected by Mara".
    Closed(TicketId, String),
    /// A run went on.
    Run,
    /// Something was said.
    Message,
}

impl Change {
    #[must_use]
    pub const fn everything() -> Self {
        Self { what: What::Everything, run: None, session: None }
    }

    #[must_use]
    pub fn is_of_run(&self, run: RunId) -> bool {
        self.what == What::Everything || self.run == Some(run)
    }

    #[must_use]
    pub fn is_of_session(&self, session: &str) -> bool {
        self.what == What::Everything || self.session.as_deref() == Some(session)
    }

    /// The list of open tickets is another one.
    #[must_use]
    pub const fn is_of_inbox(&self) -> bool {
        matches!(self.what, What::Everything | What::Opened | What::Closed(..))
    }
}

impl Glance {
    /// `None` for what is no frame.
    #[must_use]
    pub fn read(frame: &str) -> Option<Self> {
        let frame = Json::parse(frame).ok()?;
        let text = |name| frame.get(name).and_then(Json::as_str);
        let kind = match text("type")? {
            "HITL_WELCOME" => Kind::Welcome,
            "HITL_ACK" if frame.get("ok").and_then(Json::as_bool) == Some(true) => Kind::Ack,
            "HITL_ACK" | "HITL_ERROR" => Kind::Refused,
            "HITL_RESYNC" => Kind::Resync,
            _ if text("type") != Some("HITL_SNAPSHOT") && number(&frame, "seq").is_some() => {
                Kind::Event
            }
            _ => Kind::Other,
        };
        let status = frame.get("problem").and_then(|problem| number(problem, "status"));
        let reached = frame.get("result").and_then(|result| number(result, "seq"));
        Some(Self {
            kind,
            seq: number(&frame, "seq").or(reached).unwrap_or_default(),
            ok: kind == Kind::Ack,
            signed_out: status == Some(401),
            now: text("now").and_then(millis),
            change: change(&frame),
        })
    }
}

fn number(of: &Json, name: &str) -> Option<i64> {
    match of.get(name)? {
        Json::Number(digits) => digits.parse().ok(),
        _ => None,
    }
}

fn millis(time: &str) -> Option<f64> {
    let time: chrono::DateTime<chrono::Utc> = time.parse().ok()?;
    Some(time.timestamp_millis() as f64)
}

fn change(frame: &Json) -> Change {
    let text = |name| frame.get(name).and_then(Json::as_str);
    let what = match text("type").unwrap_or_default() {
        "HITL_APPROVAL_REQUEST" => What::Opened,
        "HITL_APPROVAL_CLOSED" => match text("approval_id").and_then(|id| id.parse().ok()) {
            Some(ticket) => What::Closed(ticket, closed(frame)),
            None => What::Everything,
        },
        "HITL_MESSAGE" => What::Message,
        _ => What::Run,
    };
    let run = text("run_id").and_then(|id| id.parse().ok());
    Change { what, run, session: text("session_id").map(str::to_owned) }
}

/// "rejected by Mara", "time ran out", "withdrawn".
fn closed(frame: &Json) -> String {
    let decision = frame.get("decision");
    let text = |name| decision.and_then(|decision| decision.get(name)).and_then(Json::as_str);
    let Some(action) = text("action").and_then(Action::from_name) else {
        let outcome = frame.get("outcome").and_then(Json::as_str);
        return if outcome == Some("expired") { "time ran out" } else { "withdrawn" }.to_owned();
    };
    let by = decision.and_then(|decision| decision.get("by"));
    let name = by.and_then(|by| by.get("who")).and_then(|who| who.get("name"));
    let name = match by.and_then(|by| by.get("kind")).and_then(Json::as_str) {
        Some("policy") => "the policy",
        Some("system") => "the server",
        _ => name.and_then(Json::as_str).unwrap_or("somebody"),
    };
    format!("{} by {name}", action.past())
}
