//! **No noted ticket is ever lost, and none is worked on by two at a time.**
//!
//! Five verbs move a ticket through its states; each is one transaction that is on the disk before it is answered:
//!
//! ```text
//! note ──> new ──claim──> leased ──intend──> intended ──done──> done
//!           ^                │                   │
//!           │                └───────park────────┤
//!         retry                                  v
//!           └───────────────────────────────── parked ──(its time has come)── claim
//! ```
//!
//! - The cursor moves only together with the rows of its page, so a crash between the two cannot skip a ticket.
//! - A claim is a *lease*: it ends by itself, and it carries an *epoch* that every later verb must show. Whoever was overtaken
//!   gets [`StoreError::Stale`] and stops.
//! - What is about to be sent is written down first ([`Store::intend`]). A job that comes with an intent is *in doubt*: the
//!   earlier try may have worked, so look at the ticket before writing again.
//! - Done is for ever.
//!
//! The store keeps ids, revisions and decisions, never a ticket's text.

mod clock;
mod error;
mod report;
mod sqlite;
mod types;

#[cfg(test)]
mod suite;

use std::time::Duration;

use futures::future::BoxFuture;

pub use clock::{Clock, SystemClock};
pub use error::{Cause, StoreError};
pub use report::{Counts, Due, ParkedTicket, Row, State};
pub use sqlite::SqliteStore;
pub use types::{FieldDecision, Intent, Job, Noted, Outcome, Park, Seen, Verdict};

/// What a verb gives back. Nothing happens before the first poll; dropping it later leaves the store consistent, but the verb
/// may still take effect.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

/// Where the decisions are kept. Meant to be shared as `Arc<dyn Store>`.
///
/// `pipeline` and ticket ids are opaque text; one ticket may be in several pipelines, each with its own row. Every verb may
/// also fail with the errors of the medium: [`StoreError::Full`], [`StoreError::Unwritable`], [`StoreError::Damaged`],
/// [`StoreError::Busy`], [`StoreError::Other`], [`StoreError::Closed`]. Then nothing of it happened.
pub trait Store: Send + Sync {
    /// Where the pipeline's next question to the helpdesk begins; `None` before the first [`note`](Store::note).
    fn cursor<'a>(&'a self, pipeline: &'a str) -> Answer<'a, Option<String>>;

    /// Writes down a page of tickets and the cursor behind it, in one transaction.
    ///
    /// One answer per ticket, in the same order: true if it now waits to be worked on (new, or parked and its time has come),
    /// false if it is done, leased or set aside. Every ticket that is not done gets the new revision; a done one is never
    /// touched again.
    fn note<'a>(&'a self, pipeline: &'a str, tickets: Vec<Noted>, cursor: String) -> Answer<'a, Vec<bool>>;

    /// Leases up to `limit` tickets for `lease`; whoever waited longest comes first. Each gets a new epoch.
    ///
    /// Claimable are new tickets, parked ones whose time has come, and those whose lease ended without an answer.
    fn claim<'a>(&'a self, pipeline: &'a str, limit: usize, lease: Duration) -> Answer<'a, Vec<Job>>;

    /// Writes down what is about to be sent. Send only after this has answered.
    ///
    /// # Errors
    /// [`StoreError::Stale`] if the lease ended, was overtaken or the job is closed already.
    fn intend<'a>(&'a self, job: &'a Job, intent: Intent) -> Answer<'a, ()>;

    /// Closes the ticket for ever.
    ///
    /// A lease that ended but that nobody took over is still good enough: knowing is better than doubting. Of the intent the
    /// fields go; the outcome says why they were decided so.
    ///
    /// # Errors
    /// [`StoreError::Stale`] if the job was overtaken or is closed already.
    fn done<'a>(&'a self, job: &'a Job, outcome: Outcome) -> Answer<'a, ()>;

    /// Sets the ticket aside, see [`Park`].
    ///
    /// # Errors
    /// [`StoreError::Stale`] if the job was overtaken or is closed already.
    fn park<'a>(&'a self, job: &'a Job, park: Park) -> Answer<'a, ()>;

    /// Makes parked tickets (or the one) new again, with no attempts counted; says how many.
    ///
    /// One that is in doubt stays parked until its last lease has ended: its request may still be on the way.
    fn retry<'a>(&'a self, pipeline: &'a str, ticket: Option<&'a str>) -> Answer<'a, u64>;

    /// What there is to do, and when there will be more. Costs nothing for done tickets.
    fn due<'a>(&'a self, pipeline: &'a str) -> Answer<'a, Due>;

    /// All parked tickets, the first noted first.
    fn parked<'a>(&'a self, pipeline: &'a str) -> Answer<'a, Vec<ParkedTicket>>;

    /// How many tickets are in which state. Costs nothing for done tickets.
    fn counts<'a>(&'a self, pipeline: &'a str) -> Answer<'a, Counts>;

    /// Everything that is known about one ticket.
    fn explain<'a>(&'a self, pipeline: &'a str, ticket: &'a str) -> Answer<'a, Option<Row>>;
}
