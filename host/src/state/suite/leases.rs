//! Whose ticket is it?

use std::time::Duration;

use super::*;
use crate::state::{Outcome, StoreError};

pub(in crate::state) async fn a_second_claim_gets_nothing(bench: Bench) {
    let store = bench.open();
    let job = one_job(&*store, "a").await;
    assert!(claimable(&*store).await.is_empty());
    store.intend(&job, intent("Billing")).await.unwrap();
    assert!(claimable(&*store).await.is_empty());
}

pub(in crate::state) async fn an_ended_lease_is_claimed_again(bench: Bench) {
    let store = bench.open();
    one_job(&*store, "a").await;
    bench.clock.advance(LEASE - Duration::from_millis(1));
    assert!(claimable(&*store).await.is_empty());
    bench.clock.advance(Duration::from_millis(1));
    let job = only(store.claim(P, 1, LEASE).await.unwrap());
    assert_eq!((job.epoch, job.intent), (2, None));
}

pub(in crate::state) async fn every_verb_refuses_an_old_epoch(bench: Bench) {
    let store = bench.open();
    let old = one_job(&*store, "a").await;
    bench.clock.advance(LEASE);
    let new = only(store.claim(P, 1, LEASE).await.unwrap());
    let before = store.explain(P, "a").await.unwrap();
    let stale = |result: Result<(), StoreError>| match result {
        Err(StoreError::Stale { ticket }) => assert_eq!(ticket, "a"),
        other => panic!("{other:?}"),
    };
    stale(store.intend(&old, intent("Billing")).await);
    stale(store.done(&old, Outcome::gone("x")).await);
    stale(store.park(&old, park_for(None)).await);
    assert_eq!(
        store.explain(P, "a").await.unwrap(),
        before,
        "a refused verb changes nothing"
    );
    let mut ahead = new.clone();
    ahead.epoch += 1;
    stale(store.done(&ahead, Outcome::gone("x")).await);
    store.done(&new, Outcome::left_to_human("unsure")).await.unwrap();
    assert_eq!(store.counts(P).await.unwrap().done_gone, 0);
}

pub(in crate::state) async fn a_closed_job_stays_closed(bench: Bench) {
    let store = bench.open();
    let job = one_job(&*store, "a").await;
    store.done(&job, Outcome::left_to_human("unsure")).await.unwrap();
    assert!(store.done(&job, Outcome::gone("x")).await.unwrap_err().is_stale());
    assert!(store.intend(&job, intent("Billing")).await.unwrap_err().is_stale());
    assert!(store.park(&job, park_for(None)).await.unwrap_err().is_stale());
    assert_eq!(state_of(&*store, "a").await, State::Done);
    let job = one_job(&*store, "b").await;
    store.park(&job, park_for(Some(LEASE))).await.unwrap();
    assert!(store.intend(&job, intent("Billing")).await.unwrap_err().is_stale());
    assert!(store.done(&job, Outcome::gone("x")).await.unwrap_err().is_stale());
    assert!(store.park(&job, park_for(None)).await.unwrap_err().is_stale());
    let counts = store.counts(P).await.unwrap();
    assert_eq!((counts.done_left, counts.done_gone, counts.parked), (1, 0, 1));
}

pub(in crate::state) async fn an_ended_lease_may_not_send(bench: Bench) {
    let store = bench.open();
    let job = one_job(&*store, "a").await;
    bench.clock.advance(LEASE);
    assert!(store.intend(&job, intent("Billing")).await.unwrap_err().is_stale());
    assert_eq!(state_of(&*store, "a").await, State::Leased);
}

pub(in crate::state) async fn a_late_answer_is_good_while_nobody_took_over(bench: Bench) {
    let store = bench.open();
    store.note(P, tickets(2), "c".to_owned()).await.unwrap();
    let jobs = store.claim(P, 2, LEASE).await.unwrap();
    store.intend(&jobs[0], intent("Billing")).await.unwrap();
    bench.clock.advance(LEASE * 2);
    store
        .done(&jobs[0], Outcome::written(intent("Billing").change, None))
        .await
        .unwrap();
    store.park(&jobs[1], park_for(None)).await.unwrap();
    assert!(claimable(&*store).await.is_empty());
}

pub(in crate::state) async fn a_clock_set_back_while_running_changes_nothing(bench: Bench) {
    let store = bench.open();
    one_job(&*store, "a").await;
    store.note(P, vec![noted("b", "r1")], "c".to_owned()).await.unwrap();
    bench.clock.set_back(Duration::from_secs(3 * 86_400));
    assert_eq!(store.due(P).await.unwrap().next, Some(LEASE));
    assert_eq!(claimable(&*store).await, ["b"]);
}
