//! The rules of a run, proven on whole runs.

mod bench;
mod rules;
