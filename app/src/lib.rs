//! The interface: pages, components and the server functions behind them.

pub mod api;
pub mod components;
pub mod error;
pub mod pages;
pub mod run;
