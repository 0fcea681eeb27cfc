//! Single messages, for relays that hold sockets of their own.

use app::{
    api::port::Once,
    error::ApiError,
    live::{
        Ask,
        message::{Ack, Message},
    },
};
use axum::{
    extract::{Request, State},
    response::Response,
};
use http::header::CONTENT_TYPE;

use super::read::{self, Unread};
use crate::{
    bridge::MOST_IN,
    http::{
        Doors, Problem, Signed,
        api::{idempotency_key, once},
        body,
    },
};

/// Send one message of the socket's
///
/// The answer is the message that a socket would get: `HITL_ACK`, whatever came of it. `HITL_SUBSCRIBE` needs a
/// connection that lasts. A decision's key is its `idempotency_key`, or else that of the header.
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
        ask => doors.once(&caller, ask).await.map(Some),
    };
    let replayed = matches!(answer, Ok(Some(Once { replayed: true, .. })));
    let ok = answer.is_ok();
    let (result, problem) = match answer {
        Ok(result) => (result.map(|once| once.answer), None),
        Err(problem) => (None, Some(problem)),
    };
    let ack = Message::Ack(Ack { id, ok, result, problem }).to_text();
    Ok(once(replayed, ([(CONTENT_TYPE, "application/json")], ack)))
}
