//! The simulator from outside, over real connections.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests lie outside the test functions that clippy knows"
)]

mod api;
mod client;
#[path = "../common/mod.rs"]
mod common;
mod control;
mod faults;
mod hostile;
