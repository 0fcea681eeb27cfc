//! What a run can call.

pub mod image;
