//! The rules of Countersign: values and one pure [`step::step`]. No IO, no clock, no randomness.

pub mod access;
pub mod action;
pub mod audit;
pub mod checkpoint;
pub mod decision;
pub mod digest;
pub mod effect;
pub mod event;
pub mod id;
pub mod information;
pub mod issue;
pub mod json;
pub mod patch;
pub mod payload;
pub mod policy;
pub mod run;
pub mod schema;
pub mod state;
pub mod step;
pub mod words;
