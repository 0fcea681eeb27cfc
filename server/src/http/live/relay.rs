//! Single messages, for relays that hold sockets of their own.

use app::{
    error::ApiError,
    live::{
        Ask,
        message::{Ack, Message},
    },
};
use axum::{
    extract::{Request, State},
    response::{IntoResponse as _, Response},
};
use http::{StatusCode, header::CONTENT_TYPE};
use serde_json::value::RawValue;

use super::read::{self, Unread};
use crate::{
    bridge::{Desk as _, MOST_IN},
    http::{Doors, Problem, Signed, api::idempotency_key, body},
};

/// Send one message of the socket's
///
/// The answer is the message that a socket would get: `HITL_ACK`, with the status that the same request has by
/// itself. `HITL_SUBSCRIBE` needs a connection that lasts.
#[utoipa::path(post, path = "/api/hitl/websocket/message", tag = "Live",
    request_body = Object, responses((status = 200, body = Object)))]
pub async fn message(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    request: Request,
) -> Result<Response, Problem> {
    let key = idempotency_key(request.headers()).map(str::to_owned);
    let text = body::text(request).await?;
    if text.len() > MOST_IN {
        return Err(ApiError::TooLarge("a message has at most 64 KiB".to_owned()).into());
    }
    let mut ask = read::ask(&text).map_err(|Unread { error, .. }| error)?;
    if let Ask::ApprovalResponse(ask) = &mut ask {
        ask.idempotency_key = ask.idempotency_key.take().or(key);
    } else if let Ask::CancelApproval(ask) = &mut ask {
        ask.idempotency_key = ask.idempotency_key.take().or(key);
    }
    let id = ask.id().to_owned();
    let answer = match ask {
        Ask::Ping(_) => Ok(None),
        ask => doors.answer(&caller, ask).await.map(Some),
    };
    let status = answer.as_ref().err().map_or(Some(StatusCode::OK), |problem| status(&problem.0));
    let ok = answer.is_ok();
    let (result, problem) = match answer {
        Ok(result) => (result, None),
        Err(problem) => (None, Some(problem)),
    };
    let ack = Message::Ack(Ack { id, ok, result, problem }).to_text();
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Ok((status, [(CONTENT_TYPE, "application/json")], ack).into_response())
}

/// The status that a problem document names.
fn status(problem: &RawValue) -> Option<StatusCode> {
    let document: app::live::message::Problem = serde_json::from_str(problem.get()).ok()?;
    StatusCode::from_u16(document.status).ok()
}
