//! One thread owns the connection; whoever arrives while the disk is busy shares the next transaction.
//!
//! A verb is answered only after the commit that carries it, so no answer promises what is not on the disk. Each verb has its
//! own savepoint: a refused one leaves its neighbours alone, a refused commit is everybody's error and nobody's half success.

use std::cell::Cell;
use std::fs::File;
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::{CachedStatement, Connection};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::fault::{Fault, named};
use super::write;
use crate::state::{Clock, Job, StoreError};

/// So many verbs share one transaction at most, so that the first of a flood does not wait for the last. Measured: beyond a
/// few dozen the fsync is spread so thin that more gains nothing.
const GROUP: usize = 256;

/// Room for every statement of the module.
const STATEMENTS: usize = 64;

/// The connection and what belongs to it.
pub(super) struct Db {
    // Fields are dropped in this order: the file is closed before the lock is given up.
    pub(super) sql: Connection,
    pub(super) at: String,
    clock: Arc<dyn Clock>,
    latest: Cell<i64>,
    #[cfg(test)]
    pub(super) prepared: std::cell::RefCell<std::collections::BTreeSet<String>>,
    _lock: Option<File>,
}

impl Db {
    pub(super) fn new(sql: Connection, at: String, clock: Arc<dyn Clock>, lock: Option<File>) -> Self {
        sql.set_prepared_statement_cache_capacity(STATEMENTS);
        Self {
            sql,
            at,
            clock,
            latest: Cell::new(i64::MIN),
            #[cfg(test)]
            prepared: Default::default(),
            _lock: lock,
        }
    }

    /// The store's time in ms; never earlier than the time before.
    pub(super) fn now(&self) -> i64 {
        self.latest.set(self.latest.get().max(self.clock.now_ms()));
        self.latest.get()
    }

    /// A statement of a verb, from the cache if it ran before.
    pub(super) fn prepare(&self, sql: &str) -> rusqlite::Result<CachedStatement<'_>> {
        #[cfg(test)]
        self.prepared.borrow_mut().insert(sql.to_owned());
        self.sql.prepare_cached(sql)
    }

    fn statement(&self, sql: &str) -> Result<(), StoreError> {
        self.sql
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute([]))
            .map_err(|e| named(&self.at, e))?;
        Ok(())
    }
}

/// The thread, as its callers see it.
pub(super) struct Actor {
    at: String,
    inbox: Option<mpsc::Sender<Box<dyn Command>>>,
    thread: Option<JoinHandle<()>>,
}

impl Actor {
    pub(super) fn start(db: Db) -> Result<Self, StoreError> {
        let at = db.at.clone();
        let (inbox, commands) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("otai-state".to_owned())
            .spawn(move || serve(&db, &commands))
            .map_err(|error| StoreError::Other {
                at: at.clone(),
                source: Arc::new(error),
            })?;
        Ok(Self {
            at,
            inbox: Some(inbox),
            thread: Some(thread),
        })
    }

    /// Names the store in errors.
    pub(super) fn at(&self) -> &str {
        &self.at
    }

    /// Runs `verb` in the next transaction and answers after its commit.
    pub(super) async fn call<T, F>(&self, verb: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Db) -> Result<T, Fault> + Send + 'static,
    {
        self.call_then(verb, |value| value).await
    }

    /// Claims; jobs that reach nobody because the caller was dropped meanwhile are given back.
    pub(super) async fn claim(&self, pipeline: &str, limit: usize, lease: Duration) -> Result<Vec<Job>, StoreError> {
        let inbox = self.inbox.clone().ok_or(StoreError::Closed)?;
        let pipeline = pipeline.to_owned();
        // Taken before the store takes its own time, so that ours ends first.
        let deadline = Instant::now().checked_add(lease);
        let mut claimed = self
            .call_then(
                move |db| write::claim(db, &pipeline, limit, lease, deadline),
                // Only what is committed may be given back: an epoch that was rolled back will be somebody else's.
                move |jobs| Claimed { jobs, inbox },
            )
            .await?;
        Ok(std::mem::take(&mut claimed.jobs))
    }

    async fn call_then<T, U, F, G>(&self, verb: F, then: G) -> Result<U, StoreError>
    where
        T: Send + 'static,
        U: Send + 'static,
        F: FnOnce(&Db) -> Result<T, Fault> + Send + 'static,
        G: FnOnce(T) -> U + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let call = Call {
            verb: Some(verb),
            then,
            result: None,
            reply,
        };
        self.inbox
            .as_ref()
            .ok_or(StoreError::Closed)?
            .send(Box::new(call))
            .map_err(|_| StoreError::Closed)?;
        answer.await.unwrap_or(Err(StoreError::Closed))
    }
}

impl Drop for Actor {
    fn drop(&mut self) {
        drop(self.inbox.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was reported to its callers as `Closed`.
            let _ = thread.join();
        }
    }
}

/// Jobs on their way to the caller. If they are dropped on it, in the channel or with the caller's future, they go back.
struct Claimed {
    jobs: Vec<Job>,
    inbox: mpsc::Sender<Box<dyn Command>>,
}

impl Drop for Claimed {
    fn drop(&mut self) {
        if !self.jobs.is_empty() {
            // If the store is closed already, the next owner makes them new.
            let _ = self.inbox.send(Box::new(GiveBack(std::mem::take(&mut self.jobs))));
        }
    }
}

/// Something to be done in a transaction.
trait Command: Send {
    /// True if nobody waits for it any more: then it has not begun, and need not.
    fn is_abandoned(&self) -> bool;
    /// Runs inside the transaction. An error undoes this command alone.
    fn run(&mut self, db: &Db) -> Result<(), StoreError>;
    /// After the commit, or after its failure.
    fn answer(self: Box<Self>, commit: Result<(), StoreError>);
}

struct Call<T, U, F, G> {
    verb: Option<F>,
    then: G,
    result: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<U, StoreError>>,
}

impl<T, U, F, G> Command for Call<T, U, F, G>
where
    T: Send,
    U: Send,
    F: FnOnce(&Db) -> Result<T, Fault> + Send,
    G: FnOnce(T) -> U + Send,
{
    fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn run(&mut self, db: &Db) -> Result<(), StoreError> {
        let Some(verb) = self.verb.take() else { return Ok(()) };
        let result = verb(db).map_err(|fault| fault.named(&db.at));
        let refused = result.as_ref().err().cloned();
        self.result = Some(result);
        refused.map_or(Ok(()), Err)
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>) {
        let Self {
            then, result, reply, ..
        } = *self;
        let answer = match (result, commit) {
            // What was refused before the commit stays refused, whatever became of the others.
            (Some(Err(error)), _) | (_, Err(error)) => Err(error),
            (Some(Ok(value)), Ok(())) => Ok(then(value)),
            (None, Ok(())) => Err(StoreError::Closed),
        };
        let _ = reply.send(answer);
    }
}

struct GiveBack(Vec<Job>);

impl Command for GiveBack {
    fn is_abandoned(&self) -> bool {
        false
    }

    fn run(&mut self, db: &Db) -> Result<(), StoreError> {
        write::give_back(db, &self.0).map_err(|fault| fault.named(&db.at))
    }

    // If it went wrong, the leases end by themselves.
    fn answer(self: Box<Self>, _commit: Result<(), StoreError>) {}
}

fn serve(db: &Db, commands: &mpsc::Receiver<Box<dyn Command>>) {
    while let Ok(first) = commands.recv() {
        let mut group: Vec<_> = std::iter::once(first).chain(commands.try_iter()).take(GROUP).collect();
        group.retain(|command| !command.is_abandoned());
        if group.is_empty() {
            continue;
        }
        let commit = transact(db, &mut group);
        if commit.is_err() && !db.sql.is_autocommit() {
            // If even this is refused, the next BEGIN says so to everybody.
            let _ = db.statement("ROLLBACK");
        }
        for command in group {
            command.answer(commit.clone());
        }
    }
}

fn transact(db: &Db, group: &mut [Box<dyn Command>]) -> Result<(), StoreError> {
    db.statement("BEGIN IMMEDIATE")?;
    for command in group {
        db.statement("SAVEPOINT verb")?;
        if let Err(error) = command.run(db) {
            if db.sql.is_autocommit() {
                // SQLite undid the whole transaction by itself.
                return Err(error);
            }
            db.statement("ROLLBACK TO verb")?;
        }
        db.statement("RELEASE verb")?;
    }
    db.statement("COMMIT")
}
