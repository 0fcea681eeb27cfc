//! The socket's handshake. What is said over it, [`crate::bridge`] knows.

use app::{
    error::ApiError,
    live::{PROTOCOL, message::Message, message::Welcome},
};
use axum::{
    extract::{
        State,
        ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    response::{IntoResponse as _, Response},
};
use domain::access::Caller;
use http::HeaderMap;

use super::Live;
use crate::{
    bridge::{HEARTBEAT, Kind, MOST_IN, Place, Socket, Source, converse},
    http::{Doors, Problem, Signed, caller, guard},
};

/// A socket holds no more than this for what it reads, and for what it writes.
const BUFFER: usize = 2048;
const VERSION: &str = "v1";
/// Try again after that many seconds.
const FULL: u32 = 30;

/// Follow what happens, over a WebSocket
///
/// Messages are JSON texts, tagged `type`, of at most 64 KiB in and 256 KiB out. The server begins with `HITL_WELCOME`;
/// `HITL_SUBSCRIBE` says what to follow (`scope`: `inbox`, `session` or `run`) and from where (`after`: the `seq` of
/// the last message that was seen). Without `after`, `HITL_SNAPSHOT` comes first. A socket has one subscription: a new
/// one replaces it. Every message with a `seq` comes once and in order. A browser is known by its cookie and has to
/// come from this very site; a program sends `Authorization`. Five messages a second, twenty at once; ten sockets for
/// each person. Code 4008: too slow, come back; 4029: too many messages; 4401: the session or the key is over.
#[utoipa::path(get, path = "/api/hitl/ws", tag = "Live",
    responses((status = 101, description = "The socket is open.")))]
pub async fn socket(
    State(Live { doors, source }): State<Live>,
    Signed(caller): Signed,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    // A handshake is a `GET`, which the rule for the whole router lets pass from anywhere.
    if !guard::is_same_site(&headers, &doors.public_url.origin().ascii_serialization()) {
        tracing::warn!("a socket from another site was refused");
        let message = "this came from another site; open Countersign itself and try again";
        return Err(ApiError::Forbidden(message.to_owned()).into());
    }
    let upgrade = upgrade.map_err(|_| {
        ApiError::BadRequest("this address takes WebSocket handshakes only".to_owned())
    })?;
    let place = doors.bridge.places.take(caller.person, Kind::Socket);
    let place = place.map_err(|_full| ApiError::TooMany(FULL))?;
    let client = client(&doors, source, caller, &headers, place)?;
    let upgrade = upgrade
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .max_message_size(MOST_IN)
        .max_frame_size(MOST_IN)
        .protocols([VERSION]);
    Ok(upgrade.on_upgrade(|socket| converse(client, socket)).into_response())
}

fn client(
    doors: &Doors,
    source: Source,
    caller: Caller,
    headers: &HeaderMap,
    place: Place,
) -> Result<Socket, ApiError> {
    let credential = caller::credential(doors, headers).ok_or(ApiError::NotSignedIn)?;
    let welcome = Message::Welcome(Welcome {
        connection_id: doors.ids.uuid(),
        seq: doors.bridge.hub.head(),
        heartbeat_seconds: u32::try_from(HEARTBEAT.as_secs()).unwrap_or(u32::MAX),
        protocol: PROTOCOL,
        now: doors.clock.now(),
    });
    let accounts = doors.accounts.clone();
    Ok(Socket { source, accounts, credential, caller, place, welcome })
}
