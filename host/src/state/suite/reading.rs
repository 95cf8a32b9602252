//! What the store tells.

use std::time::Duration;

use otai_interface::model::Change;

use super::*;
use crate::state::{Counts, Due, Outcome};

pub(in crate::state) async fn due_tells_what_and_when(bench: Bench) {
    let store = bench.open();
    assert_eq!(store.due(P).await.unwrap(), Due::default());
    store.note(P, tickets(5), "c".to_owned()).await.unwrap();
    let jobs = store.claim(P, 4, LEASE).await.unwrap();
    store.intend(&jobs[0], intent("Billing")).await.unwrap();
    store
        .park(&jobs[1], park_for(Some(Duration::from_secs(30))))
        .await
        .unwrap();
    store.park(&jobs[2], park_for(None)).await.unwrap();
    let due = store.due(P).await.unwrap();
    let next = Some(Duration::from_secs(30));
    assert_eq!(
        due,
        Due {
            waiting: 1,
            held: 2,
            parked: 2,
            for_human: 1,
            next
        }
    );
    bench.clock.advance(Duration::from_secs(31));
    let next = Some(Duration::from_secs(89));
    assert_eq!(
        store.due(P).await.unwrap(),
        Due {
            waiting: 2,
            held: 2,
            parked: 1,
            for_human: 1,
            next
        }
    );
    bench.clock.advance(LEASE);
    assert_eq!(
        store.due(P).await.unwrap(),
        Due {
            waiting: 4,
            held: 0,
            parked: 1,
            for_human: 1,
            next: None
        }
    );
    assert_eq!(claimable(&*store).await.len(), 4, "as many as it said");
}

pub(in crate::state) async fn counts_add_up(bench: Bench) {
    let store = bench.open();
    store.note(P, tickets(8), "c".to_owned()).await.unwrap();
    let jobs = store.claim(P, 7, LEASE).await.unwrap();
    store.intend(&jobs[0], intent("Billing")).await.unwrap();
    store.park(&jobs[1], park_for(None)).await.unwrap();
    store.park(&jobs[2], park_for(Some(LEASE))).await.unwrap();
    store
        .done(&jobs[3], Outcome::written(Change::default(), None))
        .await
        .unwrap();
    store.done(&jobs[4], Outcome::left_to_human("unsure")).await.unwrap();
    store.done(&jobs[5], Outcome::gone("spam")).await.unwrap();
    let expected = Counts {
        new: 1,
        leased: 1,
        intended: 1,
        parked: 2,
        done_written: 1,
        done_left: 1,
        done_gone: 1,
    };
    assert_eq!(store.counts(P).await.unwrap(), expected);
}

pub(in crate::state) async fn unknown_things_are_empty(bench: Bench) {
    let store = bench.open();
    assert_eq!(store.explain(P, "nobody").await.unwrap(), None);
    assert_eq!(store.cursor("nowhere").await.unwrap(), None);
    assert_eq!(store.counts("nowhere").await.unwrap(), Counts::default());
    assert!(store.claim("nowhere", 10, LEASE).await.unwrap().is_empty());
    let mut job = one_job(&*store, "a").await;
    job.ticket = "nobody".to_owned();
    assert!(
        store
            .done(&job, Outcome::gone("never was"))
            .await
            .unwrap_err()
            .is_stale()
    );
    assert_eq!(
        store.counts(P).await.unwrap(),
        Counts {
            leased: 1,
            ..Counts::default()
        }
    );
}
