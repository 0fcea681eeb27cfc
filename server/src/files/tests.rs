//! The promises of `Files`, on memory and on a folder, and the rules for names and types.

mod faulty;
mod naming;
mod promises;
mod sniffing;
mod unused;
