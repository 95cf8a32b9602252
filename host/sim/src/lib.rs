//! Stateful helpdesk simulators for otai's demo, commands and tests.

mod listener;
mod options;
mod rows;
mod server;

pub use options::{Options, Rate, RateError, StartError, SubLimits};
pub use rows::{CsvError, Row, read_csv};
pub use server::{Running, start};
