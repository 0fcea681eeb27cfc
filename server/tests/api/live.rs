//! The live doors, over real connections.

mod arriving;
mod bad_frames;
mod client;
mod deciding;
mod events;
mod limits;
mod nasty;
mod relay;
mod rights;
mod writers;
