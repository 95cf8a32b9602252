//! The simulator from outside, over real connections.

mod api;
mod client;
mod control;
mod faults;
mod hostile;
