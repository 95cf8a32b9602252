//! May it have been sent already?

use std::time::Duration;

use super::*;
use crate::state::Outcome;

pub(in crate::state) async fn an_intent_comes_back_after_the_lease(bench: Bench) {
    let store = bench.open();
    let job = one_job(&*store, "a").await;
    store.intend(&job, intent("Billing")).await.unwrap();
    bench.clock.advance(LEASE);
    let again = only(store.claim(P, 1, LEASE).await.unwrap());
    assert_eq!((again.epoch, again.intent.clone()), (2, Some(intent("Billing"))));
    assert_eq!(state_of(&*store, "a").await, State::Leased);
    // Looking at the ticket takes longer than the lease: the doubt must outlive that too.
    bench.clock.advance(LEASE);
    let third = only(store.claim(P, 1, LEASE).await.unwrap());
    assert_eq!((third.epoch, third.intent), (3, Some(intent("Billing"))));
}

pub(in crate::state) async fn doubt_keeps_the_intent(bench: Bench) {
    let store = bench.open();
    let job = one_job(&*store, "a").await;
    store.intend(&job, intent("Billing")).await.unwrap();
    store
        .park(
            &job,
            Park {
                in_doubt: true,
                ..park_for(Some(LEASE * 2))
            },
        )
        .await
        .unwrap();
    assert!(store.parked(P).await.unwrap()[0].in_doubt);
    bench.clock.advance(LEASE * 2);
    assert_eq!(
        only(store.claim(P, 1, LEASE).await.unwrap()).intent,
        Some(intent("Billing"))
    );
}

pub(in crate::state) async fn no_doubt_forgets_the_intent(bench: Bench) {
    let store = bench.open();
    let job = one_job(&*store, "a").await;
    store.intend(&job, intent("Billing")).await.unwrap();
    store.park(&job, park_for(Some(Duration::ZERO))).await.unwrap();
    let again = only(store.claim(P, 1, LEASE).await.unwrap());
    assert_eq!(again.intent, None, "it is known that nothing was sent");
    store
        .park(
            &again,
            Park {
                in_doubt: true,
                ..park_for(Some(Duration::ZERO))
            },
        )
        .await
        .unwrap();
    let third = only(store.claim(P, 1, LEASE).await.unwrap());
    assert_eq!(third.intent, None, "without an intent there is nothing to doubt");
}

pub(in crate::state) async fn doubt_waits_for_the_lease_to_end(bench: Bench) {
    let store = bench.open();
    let job = one_job(&*store, "a").await;
    store.intend(&job, intent("Billing")).await.unwrap();
    store
        .park(
            &job,
            Park {
                in_doubt: true,
                ..park_for(Some(Duration::from_secs(5)))
            },
        )
        .await
        .unwrap();
    bench.clock.advance(Duration::from_secs(60));
    assert!(
        claimable(&*store).await.is_empty(),
        "the request may still be on its way"
    );
    bench.clock.advance(Duration::from_secs(60));
    assert_eq!(claimable(&*store).await, ["a"]);
}

pub(in crate::state) async fn doubt_is_not_retried_before_the_lease_ends(bench: Bench) {
    let store = bench.open();
    let job = one_job(&*store, "a").await;
    store.intend(&job, intent("Billing")).await.unwrap();
    store
        .park(
            &job,
            Park {
                in_doubt: true,
                ..park_for(None)
            },
        )
        .await
        .unwrap();
    assert_eq!(store.retry(P, None).await.unwrap(), 1);
    assert!(claimable(&*store).await.is_empty());
    assert_eq!(store.due(P).await.unwrap().next, Some(LEASE), "but it has a time now");
    bench.clock.advance(LEASE);
    assert_eq!(store.retry(P, Some("a")).await.unwrap(), 1);
    assert_eq!(state_of(&*store, "a").await, State::New);
    let job = only(store.claim(P, 1, LEASE).await.unwrap());
    assert_eq!((job.intent, job.attempts), (Some(intent("Billing")), 0));
}

pub(in crate::state) async fn reopening_frees_what_was_not_sent(bench: Bench) {
    let store = bench.open();
    one_job(&*store, "a").await;
    drop(store);
    let store = bench.open();
    assert_eq!(state_of(&*store, "a").await, State::New);
    let job = only(store.claim(P, 1, LEASE).await.unwrap());
    assert_eq!((job.epoch, job.attempts, job.intent), (2, 0, None));
}

pub(in crate::state) async fn reopening_keeps_the_lease_of_what_was_sent(bench: Bench) {
    let store = bench.open();
    store.note(P, tickets(2), "c".to_owned()).await.unwrap();
    let jobs = store.claim(P, 2, LEASE).await.unwrap();
    store.intend(&jobs[0], intent("Billing")).await.unwrap();
    store.intend(&jobs[1], intent("Sales")).await.unwrap();
    store
        .park(
            &jobs[1],
            Park {
                in_doubt: true,
                ..park_for(Some(Duration::ZERO))
            },
        )
        .await
        .unwrap();
    bench.clock.advance(Duration::from_secs(100));
    drop(store);
    let store = bench.open();
    assert!(claimable(&*store).await.is_empty());
    assert_eq!(store.due(P).await.unwrap().next, Some(Duration::from_secs(20)));
    bench.clock.advance(Duration::from_secs(20));
    let jobs = store.claim(P, 2, LEASE).await.unwrap();
    let intents: Vec<_> = jobs.iter().map(|job| job.intent.clone()).collect();
    assert_eq!(intents, [Some(intent("Billing")), Some(intent("Sales"))]);
    // Claimed in doubt and died again: still in doubt, and its lease holds.
    drop(store);
    let store = bench.open();
    assert!(claimable(&*store).await.is_empty());
    bench.clock.advance(LEASE);
    assert!(
        store
            .claim(P, 2, LEASE)
            .await
            .unwrap()
            .iter()
            .all(|job| job.intent.is_some())
    );
}

pub(in crate::state) async fn reopening_forgets_nothing(bench: Bench) {
    let store = bench.open();
    store.note(P, tickets(4), "c4".to_owned()).await.unwrap();
    let jobs = store.claim(P, 3, LEASE).await.unwrap();
    store.intend(&jobs[0], intent("Billing")).await.unwrap();
    store
        .done(
            &jobs[0],
            Outcome::written(intent("Billing").change, Some("r2".to_owned())),
        )
        .await
        .unwrap();
    store.park(&jobs[1], park_for(Some(LEASE))).await.unwrap();
    store.intend(&jobs[2], intent("Sales")).await.unwrap();
    let mut before = Vec::new();
    for ticket in tickets(4) {
        before.push(store.explain(P, &ticket.ticket).await.unwrap().unwrap());
    }
    let (counts, due) = (store.counts(P).await.unwrap(), store.due(P).await.unwrap());
    drop(store);
    let store = bench.open();
    for row in before {
        assert_eq!(store.explain(P, &row.ticket).await.unwrap(), Some(row));
    }
    assert_eq!(
        (store.counts(P).await.unwrap(), store.due(P).await.unwrap()),
        (counts, due)
    );
    assert_eq!(store.cursor(P).await.unwrap().as_deref(), Some("c4"));
}

pub(in crate::state) async fn reopening_with_the_clock_set_back(bench: Bench) {
    let store = bench.open();
    store.note(P, tickets(3), "c".to_owned()).await.unwrap();
    let jobs = store.claim(P, 2, LEASE).await.unwrap();
    store.intend(&jobs[0], intent("Billing")).await.unwrap();
    store
        .park(&jobs[1], park_for(Some(Duration::from_secs(30))))
        .await
        .unwrap();
    drop(store);
    bench.clock.set_back(Duration::from_secs(3 * 86_400));
    let store = bench.open();
    assert_eq!(claimable(&*store).await, ["t2"]);
    bench.clock.advance(Duration::from_secs(30));
    assert_eq!(claimable(&*store).await, ["t1"]);
    bench.clock.advance(LEASE);
    assert_eq!(
        claimable(&*store).await,
        ["t0", "t2", "t1"],
        "in the order in which their leases ended"
    );
}
