//! The work of the `image` provider: edits a picture on this machine, in a child process with hard limits.
//!
//! One fixed order, whatever order the payload names its fields in:
//! EXIF orientation → crop → resize → turn and mirror → grayscale → brightness and contrast → blur → text → encode.
//! Every result is written anew from pixels, so nothing else of the source survives: no location, no camera
//! data, no bytes hidden behind the picture. Only what its numbers mean as colours goes along (see `profile`).

mod child;
mod decode;
mod edit;
mod encode;
mod fault;
mod frame;
mod job;
mod jpeg;
mod preview;
mod profile;
mod prompt;
mod provider;
mod resize;
mod text;
mod worker;

#[cfg(test)]
mod tests;

pub use child::{preview_child, run_child};
pub use edit::{check_source, edit};
pub use encode::Edited;
pub use fault::ImageFault;
pub use job::{Fit, Flip, ImageJob, OutputFormat, TextPosition};
pub use preview::preview;
pub use provider::ImageProvider;
pub use worker::{WORKER, worker_main};

/// The payload's JSON Schema (draft 2020-12); also the only place where its ranges are written.
pub const SCHEMA: &str = include_str!("schema.json");

/// Largest picture file that is edited.
pub const MAX_SOURCE_BYTES: usize = 25 * 1024 * 1024;
/// Most pixels of a picture that is edited.
pub const MAX_PIXELS: u64 = 40_000_000;
/// Largest file written.
pub const MAX_RESULT_BYTES: usize = 64 * 1024 * 1024;
/// How many pictures are edited at once, and how many previews are drawn at once; each may take a gigabyte.
pub const AT_ONCE: usize = 2;
/// What a decoder may allocate.
const MAX_DECODE_BYTES: u64 = 256 * 1024 * 1024;
/// Address space of the child process.
const CHILD_MEMORY: u64 = 1024 * 1024 * 1024;
/// What one step may hold at once, so that it is refused with a reason before the child runs out.
const STEP_MEMORY: u64 = 900 * 1024 * 1024;
