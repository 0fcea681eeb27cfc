//! Pages as a browser without scripts gets them, from a server that is made up.
#![cfg(feature = "ssr")]
// A page's type is as deep as its markup.
#![recursion_limit = "256"]

mod browser;
mod fake;
mod gate;
mod inbox;
mod new_run;
mod people;
mod runs;
mod whole;
