//! `Ticket -> Label -> Change`: the border between otai and its plugins.
//!
//! This crate says what crosses the border ([`model`]), what can go wrong there ([`Failure`]) and in which binary form it
//! crosses ([`abi`]). It will never do I/O, start a runtime, know a helpdesk or know the host.
//!
//! Two halves, two rules:
//!
//! - [`abi`] is **frozen**. The layout check refuses an older plugin as soon as a type there gains anything, so nothing is
//!   ever added to it; what is invented later goes through `invoke`, or into a second generation beside this one.
//! - [`model`] **grows**. Its types cross as JSON: unknown keys are ignored and missing ones get their default, so plugin and
//!   host may be of different age.

pub mod abi;
mod failure;
pub mod model;

pub use failure::Failure;
