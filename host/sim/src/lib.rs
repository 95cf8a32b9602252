//! Stateful helpdesk simulators for otai's demo, commands and tests.
//!
//! A simulator speaks its helpdesk's API as real clients know it, and it knows nothing of otai's own types: one that
//! shared them would share their mistakes. Behind the API lies a control interface under `/_sim`: faults, a journal of
//! every request, the truth about every open ticket, and the hands of the humans who work in the same helpdesk.
//!
//! ```no_run
//! # async fn demo() -> Result<(), Box<dyn std::error::Error>> {
//! use otai_sim::{Options, read_csv, start};
//!
//! let tickets = read_csv("tickets.csv")?;
//! let sim = start(Options { api_key: "key".into(), tickets, ..Options::default() }).await?;
//! println!("{}/api/v2/tickets", sim.base_url());
//! sim.stop().await;
//! # Ok(())
//! # }
//! ```

mod answer;
mod background;
mod control;
mod courier;
mod desk;
mod dice;
mod faults;
mod freshdesk;
mod gate;
mod html;
mod journal;
mod ledger;
mod listener;
mod options;
mod query;
mod rate;
mod rows;
mod server;
mod split;
mod spoil;
mod time;
mod visit;
mod webhooks;
mod world;
mod zammad;
mod znuny;

pub use background::Background;
pub use faults::{Fault, FaultKind, Matching};
pub use journal::Entry;
pub use options::{DeskKind, Options, Rate, RateError, StartError, SubLimits};
pub use rows::{CsvError, Row, read_csv};
pub use server::{Running, start};
pub use znuny::{Flavour, FlavourError, ZoneError};
