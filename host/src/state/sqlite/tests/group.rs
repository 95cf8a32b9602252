//! Shared transactions: who gets which error, and what becomes of those who left.

use std::sync::mpsc;

use futures::future::join_all;
use futures::poll;

use super::*;
use crate::state::suite::{LEASE, P, claimable, intent, noted, only, tickets};
use crate::state::{Outcome, State, StoreError};

/// Holds the thread until the sender is dropped, so that what is sent meanwhile becomes one group.
async fn hold(store: &Arc<SqliteStore>) -> mpsc::Sender<()> {
    let (release, held) = mpsc::channel();
    let (begun, begins) = tokio::sync::oneshot::channel();
    let holder = store.clone();
    tokio::spawn(async move {
        holder
            .actor
            .call(move |_| {
                let _ = begun.send(());
                let _ = held.recv();
                Ok(())
            })
            .await
    });
    begins.await.unwrap();
    release
}

/// How many commits the WAL holds: the header of a transaction's last frame names the size of the database after it.
fn commits(path: &Path) -> usize {
    let wal = std::fs::read(path.with_extension("db-wal")).unwrap();
    wal[32..]
        .chunks(24 + 4096)
        .filter(|frame| frame[4..8] != [0; 4])
        .count()
}

#[tokio::test]
async fn those_who_arrive_together_share_one_commit() {
    let (_folder, path) = place();
    let store = Arc::new(open(&path, &ManualClock::new()));
    store.note(P, tickets(20), "c".to_owned()).await.unwrap();
    let jobs = store.claim(P, 20, LEASE).await.unwrap();
    let before = commits(&path);
    let release = hold(&store).await;
    let mut all: Vec<_> = jobs.iter().map(|job| store.intend(job, intent("Billing"))).collect();
    for one in &mut all {
        assert!(poll!(one).is_pending());
    }
    drop(release);
    assert!(join_all(all).await.iter().all(Result::is_ok));
    assert_eq!(commits(&path) - before, 1);
}

#[tokio::test]
async fn a_stale_one_leaves_its_neighbours_alone() {
    let (_folder, path) = place();
    let store = Arc::new(open(&path, &ManualClock::new()));
    store.note(P, tickets(2), "c".to_owned()).await.unwrap();
    let jobs = store.claim(P, 2, LEASE).await.unwrap();
    let mut stale = jobs[0].clone();
    stale.epoch = 0;
    let release = hold(&store).await;
    let mut first = store.done(&jobs[0], Outcome::left_to_human("unsure"));
    let mut second = store.done(&stale, Outcome::gone("x"));
    let mut third = store.done(&jobs[1], Outcome::left_to_human("unsure"));
    assert!(poll!(&mut first).is_pending() && poll!(&mut second).is_pending() && poll!(&mut third).is_pending());
    drop(release);
    assert!(second.await.unwrap_err().is_stale());
    first.await.unwrap();
    third.await.unwrap();
    let counts = store.counts(P).await.unwrap();
    assert_eq!((counts.done_left, counts.done_gone), (2, 0));
}

#[tokio::test]
async fn a_refused_statement_undoes_its_whole_verb_alone() {
    let (_folder, path) = place();
    let store = Arc::new(open(&path, &ManualClock::new()));
    let release = hold(&store).await;
    let mut good = store.note(P, tickets(1), "good".to_owned());
    let mut bad = Box::pin(store.actor.call(|db| {
        db.sql
            .execute("INSERT INTO pipelines (pipeline, cursor) VALUES ('half', 'half')", [])?;
        db.sql.execute("INSERT INTO nowhere VALUES (1)", [])?;
        Ok(())
    }));
    assert!(poll!(&mut good).is_pending() && poll!(&mut bad).is_pending());
    drop(release);
    assert!(matches!(bad.await, Err(StoreError::Other { .. })));
    assert_eq!(good.await.unwrap(), [true]);
    assert_eq!(store.cursor("half").await.unwrap(), None);
    assert_eq!(store.cursor(P).await.unwrap().as_deref(), Some("good"));
}

#[tokio::test]
async fn a_refused_commit_is_everybodys_error_and_nobodys_half_success() {
    let (_folder, path) = place();
    let store = Arc::new(open(&path, &ManualClock::new()));
    // A violation that SQLite finds only at the commit.
    let trap = |db: &super::super::actor::Db| {
        db.sql.execute_batch(
            "CREATE TABLE parent (id INTEGER PRIMARY KEY);
             CREATE TABLE child (id INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)",
        )?;
        Ok(())
    };
    store.actor.call(trap).await.unwrap();
    store.note(P, tickets(2), "c".to_owned()).await.unwrap();
    let job = only(store.claim(P, 1, LEASE).await.unwrap());
    let release = hold(&store).await;
    let mut noting = store.note(P, vec![noted("x", "r")], "lost".to_owned());
    let mut claiming = store.claim(P, 1, LEASE);
    let mut closing = store.done(&job, Outcome::gone("x"));
    let mut springing = Box::pin(store.actor.call(|db| {
        db.sql.execute_batch("INSERT INTO child VALUES (7)")?;
        Ok(())
    }));
    let mut looking = store.cursor(P);
    assert!(poll!(&mut noting).is_pending() && poll!(&mut claiming).is_pending() && poll!(&mut closing).is_pending());
    assert!(poll!(&mut springing).is_pending() && poll!(&mut looking).is_pending());
    drop(release);
    assert!(matches!(noting.await, Err(StoreError::Other { .. })));
    assert!(matches!(claiming.await, Err(StoreError::Other { .. })));
    assert!(matches!(closing.await, Err(StoreError::Other { .. })));
    assert!(springing.await.is_err());
    assert!(looking.await.is_err(), "what it saw was taken back");
    assert_eq!(store.cursor(P).await.unwrap().as_deref(), Some("c"));
    assert_eq!(store.explain(P, "x").await.unwrap(), None);
    assert_eq!(
        store.explain(P, &job.ticket).await.unwrap().unwrap().state,
        State::Leased
    );
    assert_eq!(claimable(&*store).await, ["t1"], "and the store goes on");
    store.done(&job, Outcome::gone("x")).await.unwrap();
}

#[tokio::test]
async fn a_future_that_was_never_polled_did_nothing() {
    let (_folder, path) = place();
    let store = open(&path, &ManualClock::new());
    drop(store.note(P, tickets(1), "c".to_owned()));
    assert_eq!(store.cursor(P).await.unwrap(), None);
}

#[tokio::test]
async fn a_claim_whose_caller_left_is_given_back() {
    let (_folder, path) = place();
    let store = Arc::new(open(&path, &ManualClock::new()));
    store.note(P, tickets(1), "c".to_owned()).await.unwrap();
    // Left before it began.
    let release = hold(&store).await;
    let mut early = store.claim(P, 1, LEASE);
    assert!(poll!(&mut early).is_pending());
    drop(early);
    drop(release);
    assert_eq!(store.explain(P, "t0").await.unwrap().unwrap().epoch, 0);
    // Left when the answer was there already.
    let release = hold(&store).await;
    let mut late = store.claim(P, 1, LEASE);
    assert!(poll!(&mut late).is_pending());
    drop(release);
    assert_eq!(store.explain(P, "t0").await.unwrap().unwrap().epoch, 1);
    drop(late);
    let job = only(store.claim(P, 1, LEASE).await.unwrap());
    assert_eq!((job.ticket.as_str(), job.epoch), ("t0", 2));
    // Who has got it, keeps it.
    assert!(claimable(&*store).await.is_empty());
}

#[tokio::test]
async fn dropping_the_store_finishes_what_was_sent() {
    let (_folder, path) = place();
    let clock = ManualClock::new();
    let store = Arc::new(open(&path, &clock));
    let release = hold(&store).await;
    let noting = store.clone();
    let noting = tokio::spawn(async move { noting.note(P, tickets(3), "c".to_owned()).await });
    tokio::task::yield_now().await;
    drop(release);
    drop(store);
    assert_eq!(noting.await.unwrap().unwrap(), [true; 3]);
    // The last handle went with the task above: the file is closed and free.
    let store = open(&path, &clock);
    assert_eq!(store.cursor(P).await.unwrap().as_deref(), Some("c"));
}
