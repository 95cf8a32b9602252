//! `Ticket -> Labels -> Change`: otai's host.
//!
//! One ticket's way, read downwards: a plugin's [`registry::TicketSystem::find_tickets`] gives a page; [`pipeline`] notes it
//! in the [`state`], claims jobs, classifies them in batches, decides, writes down what it intends, writes it with one PUT and
//! closes the job. [`loader`] brings plugins in, [`services`] is all that they get from us, [`config`] says what is wanted.

pub mod cli;
pub mod config;
pub mod demo_tickets;
pub mod language;
pub mod lesson;
pub mod loader;
pub mod models;
pub mod pipeline;
pub mod registry;
pub mod services;
pub mod state;
