//! What crosses the border, as JSON.
//!
//! Every type ignores unknown keys and gives missing ones a default, so that a newer plugin and an older host (or the other
//! way round) understand each other. Times are RFC 3339 in UTC, durations milliseconds, ids text.

mod catalog;
mod classification;
mod network;
mod plugin;
mod ticket;

pub use catalog::{Catalog, CustomField, FieldKind, Status};
pub use classification::{
    Classified, Classify, Example, FieldCard, Label, ModelCard, Prediction, Text, Thresholds, Train,
};
pub use network::{Limits, LogRecord, Network, RequestOptions};
pub use plugin::{Injectable, InjectableKind, PluginDescription};
pub use ticket::{AddNote, Change, Complete, CreateTicket, Find, Page, Requester, Ticket, Update};
