//! The conversation, the hub and the subscription, without a socket.

mod conversation;
mod hub;
mod make;
mod outage;
mod topics;
