//! The pages of Countersign.
pub mod components;
