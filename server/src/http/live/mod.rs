//! The live doors: the socket, the same feed as server-sent events, and single messages for relays.

mod desk;
mod events;
mod read;
mod relay;
mod socket;
mod wording;

use std::sync::Arc;

use axum::{
    Router,
    extract::FromRef,
    routing::{get, post},
};

use super::Doors;
use crate::bridge::Source;

pub(super) use {
    events::{__path_events, events},
    relay::{__path_message, message},
    socket::{__path_socket, socket},
};

/// The doors, and the one source that all connections share.
#[derive(Clone)]
pub struct Live {
    doors: Doors,
    source: Source,
}

impl FromRef<Live> for Doors {
    fn from_ref(live: &Live) -> Self {
        live.doors.clone()
    }
}

pub fn routes(doors: &Doors) -> Router<Doors> {
    let (doors, bridge) = (doors.clone(), doors.bridge.clone());
    let source = Source { bridge, desk: Arc::new(doors.clone()) };
    Router::new()
        .route("/api/hitl/ws", get(socket))
        .route("/api/hitl/events", get(events))
        .route("/api/hitl/websocket/message", post(message))
        .with_state(Live { doors, source })
}
