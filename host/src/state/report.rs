//! What the store tells about its tickets.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use super::{Intent, Outcome};

/// Where a ticket is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Noted; waits to be claimed.
    New,
    /// Somebody works on it; nothing was sent under this lease.
    Leased,
    /// The intent is written down; the request may be on its way.
    Intended,
    /// Set aside until its time has come or a person retries it.
    Parked,
    /// Closed for ever.
    Done,
}

/// What there is to do for one pipeline.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Due {
    /// Tickets that can be claimed now.
    pub waiting: u64,
    /// Tickets under a lease that still runs, here or left behind by a dead process.
    pub held: u64,
    /// All tickets that are set aside and not claimable now.
    pub parked: u64,
    /// Those of `parked` that wait for a person.
    pub for_human: u64,
    /// How long until the first of the held and timed parked ones becomes claimable; `None` if there is none.
    pub next: Option<Duration>,
}

/// How many tickets of a pipeline are in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Noted, not begun.
    pub new: u64,
    /// Claimed.
    pub leased: u64,
    /// About to be written.
    pub intended: u64,
    /// Set aside.
    pub parked: u64,
    /// Done: written.
    pub done_written: u64,
    /// Done: left to a person.
    pub done_left: u64,
    /// Done: the ticket is gone.
    pub done_gone: u64,
}

/// A ticket that is set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ParkedTicket {
    /// The helpdesk's id.
    pub ticket: String,
    /// The reason, for people.
    pub why: String,
    /// When it will be tried again; `None`: when a person says so.
    pub until: Option<Timestamp>,
    /// How many tries were counted.
    pub attempts: u32,
    /// Whether the write may have happened.
    pub in_doubt: bool,
}

/// Everything that is known about one ticket. Times are on the store's clock.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// The pipeline.
    pub pipeline: String,
    /// The helpdesk's id.
    pub ticket: String,
    /// Where it is.
    pub state: State,
    /// The revision noted last before it was done.
    pub revision: String,
    /// How often it was claimed.
    pub epoch: i64,
    /// How many tries were counted.
    pub attempts: u32,
    /// From when on it may be claimed; `None`: never (done) or not before a person retries it.
    pub ready: Option<Timestamp>,
    /// When its last lease ends or ended; `None` if it was never claimed.
    pub lease_until: Option<Timestamp>,
    /// What was, or may have been, sent last.
    pub intent: Option<Intent>,
    /// Why it was set aside last; stays after it was taken up again.
    pub why: Option<String>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// When it was noted first.
    pub noted: Timestamp,
    /// When its row changed last.
    pub changed: Timestamp,
}
