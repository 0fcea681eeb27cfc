//! What a caller may know about something that went wrong.

use domain::{checkpoint::Ticket, decision::DecisionRecord, issue::Issue};
use serde::{Deserialize, Serialize};
use server_fn::error::{FromServerFnError, ServerFnErrorErr};

use crate::wire::Wire;

/// A refusal, in words that say what to do. It has no internals, so it can cross the wire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", content = "detail", rename_all = "snake_case")]
pub enum ApiError {
    /// 401: nobody is signed in.
    #[error("sign in first")]
    NotSignedIn,
    /// 401: the key in `Authorization` isn't one, or it is revoked, over, or of somebody disabled.
    #[error("this key does not work; it may be mistyped, revoked or over")]
    KeyRefused,
    /// 403: the caller lacks the role, or the request came from another site.
    #[error("{0}")]
    Forbidden(String),
    /// 404: also for things that exist but aren't the caller's to see.
    #[error("there is no such {0}")]
    NotFound(String),
    /// 409: someone else decided this ticket first. Carries the decision that won.
    #[error("this was already decided: {} by {}", .0.action.name(), .0.by.name())]
    AlreadyDecided(Box<DecisionRecord>),
    /// 410: the deadline passed, or the ticket was withdrawn.
    #[error("{0}")]
    Gone(String),
    /// 412: the ticket isn't what the caller saw. Carries the ticket as it is.
    #[error("this changed while you were looking; nothing was decided")]
    Changed(Box<Ticket>),
    /// 409: not possible in the state that the run is in.
    #[error("{0}")]
    NotPossible(String),
    /// 422: the input is wrong. Each issue names its field by JSON Pointer.
    #[error("{}", summary(.0))]
    Invalid(Vec<Issue>),
    /// 400: the request can't be read at all.
    #[error("{0}")]
    BadRequest(String),
    /// 413: larger than the limit.
    #[error("{0}")]
    TooLarge(String),
    /// 415: the wrong kind of content.
    #[error("{0}")]
    WrongType(String),
    /// 429: too often; try again after this many seconds.
    #[error("too many tries; try again in {0} s")]
    TooMany(u32),
    /// 429: the agent asks more of people than it may; try again after `wait` seconds.
    #[error("{message}")]
    Capped { message: String, wait: u32 },
    /// 507: the disk is full. Reading goes on, and nothing was changed.
    #[error("the server's disk is full; nothing was changed")]
    Full,
    /// 503: storage or another part can't be reached for the moment.
    #[error("the server can't do this for the moment; nothing was changed, try again")]
    Unavailable,
    /// 500: logged on the server with its cause.
    #[error("something went wrong on the server")]
    Internal,
    /// No answer at all. Only a browser says so, of a server that it can't reach.
    #[error("no connection. Nothing is lost")]
    Lost,
}

fn summary(issues: &[Issue]) -> String {
    match issues {
        [] => "the input is not valid".to_owned(),
        [one] => one.to_string(),
        [first, rest @ ..] => format!("{first} (and {} more)", rest.len()),
    }
}

impl From<domain::access::Denied> for ApiError {
    fn from(denied: domain::access::Denied) -> Self {
        Self::Forbidden(denied.to_string())
    }
}

impl FromServerFnError for ApiError {
    type Encoder = Wire;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            // An answer that isn't one of ours: a door before the function had no caller to know, or a proxy no server.
            ServerFnErrorErr::Deserialization(_) if cfg!(feature = "hydrate") => Self::Unavailable,
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_) => {
                Self::BadRequest("the form could not be read; reload the page".to_owned())
            }
            ServerFnErrorErr::Request(_) => Self::Lost,
            _ => Self::Internal,
        }
    }
}
