//! otai from outside: its binary, its plugins as files, a simulated helpdesk, and an oracle that compares what the one believes
//! with what the other saw.
//!
//! Nothing here knows otai's insides. A test that needs more than command line, config, exit code and output looks at the
//! helpdesk's side.

mod build;
mod config;
mod desk;
mod engine;
mod helpline;
mod hub;
pub mod oracle;
mod process;
mod stranger;
mod tiny;
mod wire;
mod znuny;

pub use build::{Built, built};
pub use config::{Config, KEYWORDS};
pub use desk::{Desk, KEY, Want, row, rows, want};
pub use engine::{Asked, ENGINE_KEY, Engine, Mood};
pub use helpline::{HELPLINE_TOKEN, Helpline};
pub use hub::{Hub, Sent, WEIGHTS};
pub use process::{Ended, Place, Running};
pub use stranger::Stranger;
pub use tiny::tiny_model;
pub use wire::{Counter, exchange};
pub use znuny::{INBOX, Znuny};
