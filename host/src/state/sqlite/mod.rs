//! The store in one SQLite file: WAL, `synchronous=FULL`, one owner.
//!
//! What was answered is on the disk. `FULL` costs one fsync per transaction, so verbs that arrive together share one
//! transaction ([`actor`]): throughput grows with the number of callers.

mod actor;
mod fault;
mod place;
mod read;
mod schema;
mod sound;
mod write;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use self::actor::Actor;
use self::fault::encode;
use super::{
    Answer, Clock, Counts, Due, Intent, Job, Noted, Outcome, Park, ParkedTicket, Row, Store, StoreError, SystemClock,
};

/// The state in one SQLite file, or in memory for a dry run.
///
/// The file belongs to this process until the store is dropped: `<path>.lock` beside it is kept locked, and dropping waits
/// until everything that was sent is on the disk.
pub struct SqliteStore {
    actor: Actor,
}

impl SqliteStore {
    /// Opens the file, or creates it and its folder.
    ///
    /// As nobody else can own it, whatever was leased without an intent is new again at once: nothing had been sent. What was
    /// intended keeps its lease, because the dead process's request may still be on its way.
    ///
    /// Reads and writes files: on an async thread this blocks for some milliseconds.
    ///
    /// # Errors
    /// [`StoreError::InUse`], [`StoreError::Newer`], [`StoreError::Foreign`], [`StoreError::Damaged`],
    /// [`StoreError::Unwritable`], [`StoreError::Full`], [`StoreError::Busy`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_with_clock(path, Arc::new(SystemClock::new()))
    }

    /// Like [`open`](Self::open), with another clock.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub fn open_with_clock(path: &Path, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        Ok(Self {
            actor: Actor::start(place::open(path, clock)?)?,
        })
    }

    /// For a dry run: a copy in memory of what the file holds now, or an empty store. Changes nothing on the disk and works
    /// while another process owns the file.
    ///
    /// # Errors
    /// [`StoreError::Newer`], [`StoreError::Foreign`], [`StoreError::Damaged`], [`StoreError::Unwritable`],
    /// [`StoreError::Busy`]. A file that does not exist is an empty store.
    pub fn in_memory_copy(path: Option<&Path>) -> Result<Self, StoreError> {
        Self::in_memory_copy_with_clock(path, Arc::new(SystemClock::new()))
    }

    /// Like [`in_memory_copy`](Self::in_memory_copy), with another clock.
    ///
    /// # Errors
    /// Those of [`in_memory_copy`](Self::in_memory_copy).
    pub fn in_memory_copy_with_clock(path: Option<&Path>, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        Ok(Self {
            actor: Actor::start(place::copy(path, clock)?)?,
        })
    }
}

impl Store for SqliteStore {
    fn cursor<'a>(&'a self, pipeline: &'a str) -> Answer<'a, Option<String>> {
        let pipeline = pipeline.to_owned();
        Box::pin(self.actor.call(move |db| read::cursor(db, &pipeline)))
    }

    fn note<'a>(&'a self, pipeline: &'a str, tickets: Vec<Noted>, cursor: String) -> Answer<'a, Vec<bool>> {
        let pipeline = pipeline.to_owned();
        Box::pin(self.actor.call(move |db| write::note(db, &pipeline, &tickets, &cursor)))
    }

    fn claim<'a>(&'a self, pipeline: &'a str, limit: usize, lease: Duration) -> Answer<'a, Vec<Job>> {
        Box::pin(self.actor.claim(pipeline, limit, lease))
    }

    fn intend<'a>(&'a self, job: &'a Job, intent: Intent) -> Answer<'a, ()> {
        Box::pin(async move {
            let (held, intent) = (write::Held::of(job), encode(self.actor.at(), &intent)?);
            self.actor.call(move |db| write::intend(db, &held, &intent)).await
        })
    }

    fn done<'a>(&'a self, job: &'a Job, outcome: Outcome) -> Answer<'a, ()> {
        Box::pin(async move {
            let (held, result, outcome) = (write::Held::of(job), outcome.result, encode(self.actor.at(), &outcome)?);
            self.actor
                .call(move |db| write::done(db, &held, result, &outcome))
                .await
        })
    }

    fn park<'a>(&'a self, job: &'a Job, park: Park) -> Answer<'a, ()> {
        let held = write::Held::of(job);
        Box::pin(self.actor.call(move |db| write::park(db, &held, &park)))
    }

    fn retry<'a>(&'a self, pipeline: &'a str, ticket: Option<&'a str>) -> Answer<'a, u64> {
        let (pipeline, ticket) = (pipeline.to_owned(), ticket.map(str::to_owned));
        Box::pin(
            self.actor
                .call(move |db| write::retry(db, &pipeline, ticket.as_deref())),
        )
    }

    fn due<'a>(&'a self, pipeline: &'a str) -> Answer<'a, Due> {
        let pipeline = pipeline.to_owned();
        Box::pin(self.actor.call(move |db| read::due(db, &pipeline)))
    }

    fn parked<'a>(&'a self, pipeline: &'a str) -> Answer<'a, Vec<ParkedTicket>> {
        let pipeline = pipeline.to_owned();
        Box::pin(self.actor.call(move |db| read::parked(db, &pipeline)))
    }

    fn counts<'a>(&'a self, pipeline: &'a str) -> Answer<'a, Counts> {
        let pipeline = pipeline.to_owned();
        Box::pin(self.actor.call(move |db| read::counts(db, &pipeline)))
    }

    fn explain<'a>(&'a self, pipeline: &'a str, ticket: &'a str) -> Answer<'a, Option<Row>> {
        let (pipeline, ticket) = (pipeline.to_owned(), ticket.to_owned());
        Box::pin(self.actor.call(move |db| read::explain(db, &pipeline, &ticket)))
    }
}
