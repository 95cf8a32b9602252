//! Many callers at once, and callers that walk away.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use futures::future::join_all;
use tokio::task::JoinSet;

use super::*;
use crate::state::Outcome;

const CALLERS: usize = 32;

pub(in crate::state) async fn workers_claim_disjoint_jobs(bench: Bench) {
    const TICKETS: usize = 1000;
    let store = bench.open();
    store.note(P, tickets(TICKETS), "c".to_owned()).await.unwrap();
    let mut workers = JoinSet::new();
    for _ in 0..CALLERS {
        let store = store.clone();
        workers.spawn(async move {
            let mut mine = Vec::new();
            loop {
                let jobs = store.claim(P, 3, LEASE).await.unwrap();
                if jobs.is_empty() {
                    return mine;
                }
                for job in jobs {
                    assert_eq!(job.epoch, 1, "{} was claimed before", job.ticket);
                    store.intend(&job, intent("Billing")).await.unwrap();
                    store
                        .done(&job, Outcome::written(Default::default(), None))
                        .await
                        .unwrap();
                    mine.push(job.ticket);
                }
            }
        });
    }
    let all: Vec<String> = workers.join_all().await.into_iter().flatten().collect();
    assert_eq!(all.len(), TICKETS);
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), TICKETS);
    assert_eq!(store.counts(P).await.unwrap().done_written, TICKETS as u64);
}

/// Of all that work on one ticket with overtaken leases, one alone closes it.
pub(in crate::state) async fn nobody_passes_twice_through_doubt(bench: Bench) {
    let store = bench.open();
    let mut jobs = vec![one_job(&*store, "a").await];
    for _ in 1..CALLERS {
        bench.clock.advance(LEASE);
        jobs.push(only(store.claim(P, 1, LEASE).await.unwrap()));
    }
    let intended = join_all(jobs.iter().map(|job| store.intend(job, intent("Billing")))).await;
    let closed = join_all(jobs.iter().map(|job| store.done(job, Outcome::gone("x")))).await;
    for (at, (intended, closed)) in intended.iter().zip(&closed).enumerate() {
        let last = at == CALLERS - 1;
        assert_eq!((intended.is_ok(), closed.is_ok()), (last, last), "epoch {}", at + 1);
    }
    assert_eq!(store.counts(P).await.unwrap().done_gone, 1);
}

/// Callers are cut off at any moment, as by a timeout or a `select!`; then everything still comes to its end.
pub(in crate::state) async fn dropped_futures_leave_it_consistent(bench: Bench) {
    const TICKETS: usize = 200;
    let store = bench.open();
    let mut cut = 0;
    for round in 0..400_u64 {
        let once = async {
            let page = tickets(TICKETS)[..(round as usize * 7) % TICKETS].to_vec();
            store.note(P, page, format!("{round}")).await.unwrap();
            let works = store.claim(P, 8, LEASE).await.unwrap().into_iter().map(|job| {
                let store = &store;
                async move {
                    store.intend(&job, intent("Billing")).await.unwrap();
                    store
                        .done(&job, Outcome::written(Default::default(), None))
                        .await
                        .unwrap();
                }
            });
            join_all(works).await;
        };
        // 0 to 1.2 ms: somewhere between the first poll and the last answer.
        cut += usize::from(
            tokio::time::timeout(Duration::from_micros(round % 60 * 20), once)
                .await
                .is_err(),
        );
    }
    assert!(cut > 0, "nobody was cut off");
    store.note(P, tickets(TICKETS), "end".to_owned()).await.unwrap();
    let cursor = store.cursor(P).await.unwrap();
    assert_eq!(cursor.as_deref(), Some("end"));
    bench.clock.advance(LEASE);
    for job in store.claim(P, TICKETS, LEASE).await.unwrap() {
        store
            .done(&job, Outcome::written(Default::default(), None))
            .await
            .unwrap();
    }
    let counts = store.counts(P).await.unwrap();
    assert_eq!(counts.done_written, TICKETS as u64, "{counts:?}");
    assert_eq!(
        (counts.new, counts.leased, counts.intended, counts.parked),
        (0, 0, 0, 0)
    );
}

/// Not a test of speed (the machine decides), but of many callers at full speed; it prints what it saw.
pub(in crate::state) async fn pairs_per_second(bench: Bench) {
    const TICKETS: usize = 3300;
    let store = bench.open();
    for page in tickets(TICKETS).chunks(100) {
        store.note(P, page.to_vec(), "c".to_owned()).await.unwrap();
    }
    let jobs = store.claim(P, TICKETS, LEASE).await.unwrap();
    let (alone, jobs) = jobs.split_at(TICKETS / (CALLERS + 1));
    let began = Instant::now();
    for job in alone {
        store.intend(job, intent("Billing")).await.unwrap();
        store
            .done(job, Outcome::written(intent("Billing").change, None))
            .await
            .unwrap();
    }
    println!(
        "1 caller: {:.0} intend+done pairs per second",
        alone.len() as f64 / began.elapsed().as_secs_f64()
    );
    let began = Instant::now();
    let mut callers = JoinSet::new();
    for mine in jobs.chunks(TICKETS / (CALLERS + 1)) {
        let (store, mine) = (store.clone(), mine.to_vec());
        callers.spawn(async move {
            for job in mine {
                store.intend(&job, intent("Billing")).await.unwrap();
                store
                    .done(&job, Outcome::written(intent("Billing").change, None))
                    .await
                    .unwrap();
            }
        });
    }
    callers.join_all().await;
    println!(
        "{CALLERS} callers: {:.0} intend+done pairs per second",
        TICKETS as f64 / began.elapsed().as_secs_f64()
    );
    assert_eq!(store.counts(P).await.unwrap().done_written, TICKETS as u64);
}
