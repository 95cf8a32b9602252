//! The simulated Znuny and OTOBO, from outside: what real systems were recorded to say, and what only the wire shows.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests lie outside the test functions that clippy knows"
)]

mod client;
#[path = "../common/mod.rs"]
mod common;
mod control;
mod replay;
mod rights;
mod search;
mod session;
mod wire;
