//! Znuny and OTOBO: the REST side of their generic interface, as the real systems answered.
//!
//! [`world::Znuny`] is the helpdesk itself and stands alone; [`desk`] puts it behind the shell. Where behaviour was
//! recorded from a real Znuny 6.5.15, Znuny 6.5.1 or OTOBO 11, a [`Flavour`] decides between them.

mod article;
mod auth;
mod catalog;
mod change;
mod check;
mod control;
mod create;
mod desk;
mod flavour;
mod get;
mod html;
mod people;
mod render;
mod search;
mod seed;
mod select;
mod service;
mod session;
mod settings;
mod ticket;
mod transport;
mod truth;
mod update;
mod value;
mod world;
mod zone;

pub(crate) use desk::open;
pub use flavour::{Flavour, FlavourError};
pub use zone::ZoneError;
