//! `Ticket -> Labels -> Change`: otai's host.

pub mod config;
pub mod demo_tickets;
pub mod state;
