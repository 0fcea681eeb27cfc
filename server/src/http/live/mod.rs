//! The live doors: the socket, the same feed as server-sent events, and single messages for relays.

mod desk;
mod events;
mod read;
mod relay;
mod socket;
mod wording;

use axum::{
    Router,
    routing::{get, post},
};

use super::Doors;

pub(super) use {
    events::{__path_events, events},
    relay::{__path_message, message},
    socket::{__path_socket, socket},
};

pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/api/hitl/ws", get(socket))
        .route("/api/hitl/events", get(events))
        .route("/api/hitl/websocket/message", post(message))
}
