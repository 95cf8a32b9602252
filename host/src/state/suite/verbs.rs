//! Each verb by itself.

use std::collections::BTreeMap;
use std::time::Duration;

use otai_interface::model::Change;

use super::*;
use crate::state::{Counts, Due, Outcome, Verdict};

pub(in crate::state) async fn note_answers_what_waits(bench: Bench) {
    let store = bench.open();
    let job = one_job(&*store, "done").await;
    store.done(&job, Outcome::left_to_human("no")).await.unwrap();
    let job = one_job(&*store, "later").await;
    store.park(&job, park_for(Some(Duration::from_secs(60)))).await.unwrap();
    let job = one_job(&*store, "due").await;
    store.park(&job, park_for(Some(Duration::from_secs(10)))).await.unwrap();
    let job = one_job(&*store, "human").await;
    store.park(&job, park_for(None)).await.unwrap();
    one_job(&*store, "leased").await;
    bench.clock.advance(Duration::from_secs(10));
    let page = ["done", "later", "due", "human", "leased", "new"]
        .map(|name| noted(name, "r2"))
        .to_vec();
    let waits = store.note(P, page, "c".to_owned()).await.unwrap();
    assert_eq!(waits, [false, false, true, false, false, true]);
}

pub(in crate::state) async fn note_is_idempotent(bench: Bench) {
    let store = bench.open();
    let twice = vec![noted("a", "r1"), noted("a", "r1")];
    assert_eq!(
        store.note(P, twice.clone(), "c".to_owned()).await.unwrap(),
        [true, true]
    );
    assert_eq!(store.note(P, twice, "c".to_owned()).await.unwrap(), [true, true]);
    assert_eq!(claimable(&*store).await, ["a"]);
    assert_eq!(
        store.counts(P).await.unwrap(),
        Counts {
            leased: 1,
            ..Counts::default()
        }
    );
}

pub(in crate::state) async fn note_moves_rows_and_cursor_together(bench: Bench) {
    let store = bench.open();
    assert_eq!(store.cursor(P).await.unwrap(), None);
    store.note(P, tickets(3), "after t2".to_owned()).await.unwrap();
    assert_eq!(store.cursor(P).await.unwrap().as_deref(), Some("after t2"));
    store.note(P, Vec::new(), "empty page".to_owned()).await.unwrap();
    drop(store);
    let store = bench.open();
    assert_eq!(store.cursor(P).await.unwrap().as_deref(), Some("empty page"));
    assert_eq!(claimable(&*store).await, ["t0", "t1", "t2"]);
}

pub(in crate::state) async fn note_renews_revisions(bench: Bench) {
    let store = bench.open();
    let held = one_job(&*store, "held").await;
    let parked = one_job(&*store, "parked").await;
    store
        .park(&parked, park_for(Some(Duration::from_secs(1))))
        .await
        .unwrap();
    let closed = one_job(&*store, "closed").await;
    store.done(&closed, Outcome::gone("deleted")).await.unwrap();
    store.note(P, vec![noted("new", "r1")], "c".to_owned()).await.unwrap();
    let page = ["held", "parked", "closed", "new"]
        .map(|name| noted(name, "r2"))
        .to_vec();
    store.note(P, page, "c".to_owned()).await.unwrap();
    bench.clock.advance(LEASE);
    let mut jobs = store.claim(P, 10, LEASE).await.unwrap();
    jobs.sort_by(|a, b| a.ticket.cmp(&b.ticket));
    let now: Vec<_> = jobs
        .iter()
        .map(|job| (job.ticket.as_str(), job.revision.as_str()))
        .collect();
    assert_eq!(now, [("held", "r2"), ("new", "r2"), ("parked", "r2")]);
    assert_eq!(held.revision, "r1", "a job keeps what it was claimed with");
    assert_eq!(store.explain(P, "closed").await.unwrap().unwrap().revision, "r1");
}

pub(in crate::state) async fn pipelines_do_not_meet(bench: Bench) {
    let store = bench.open();
    store.note(P, tickets(2), "mine".to_owned()).await.unwrap();
    store.note("other", tickets(1), "theirs".to_owned()).await.unwrap();
    assert_eq!(store.cursor("other").await.unwrap().as_deref(), Some("theirs"));
    let job = only(store.claim("other", 10, LEASE).await.unwrap());
    assert_eq!(job.pipeline, "other");
    store.park(&job, park_for(None)).await.unwrap();
    assert_eq!(
        store.counts(P).await.unwrap(),
        Counts {
            new: 2,
            ..Counts::default()
        }
    );
    assert_eq!(
        store.due(P).await.unwrap(),
        Due {
            waiting: 2,
            ..Due::default()
        }
    );
    assert_eq!(store.parked(P).await.unwrap(), []);
    assert_eq!(store.retry(P, None).await.unwrap(), 0);
    assert_eq!(
        store.counts("other").await.unwrap(),
        Counts {
            parked: 1,
            ..Counts::default()
        }
    );
}

pub(in crate::state) async fn claim_takes_the_longest_waiting_first(bench: Bench) {
    let store = bench.open();
    let troubled = one_job(&*store, "troubled").await;
    store
        .note(
            P,
            vec![noted("z", "r"), noted("a", "r"), noted("m", "r")],
            "c".to_owned(),
        )
        .await
        .unwrap();
    store
        .park(&troubled, park_for(Some(Duration::from_secs(5))))
        .await
        .unwrap();
    bench.clock.advance(Duration::from_secs(6));
    store.note(P, vec![noted("b", "r")], "c".to_owned()).await.unwrap();
    let first = store.claim(P, 2, LEASE).await.unwrap();
    assert_eq!(
        first.iter().map(|job| job.ticket.as_str()).collect::<Vec<_>>(),
        ["z", "a"]
    );
    assert_eq!(
        claimable(&*store).await,
        ["m", "troubled", "b"],
        "as on the page, then by the time since when it waits"
    );
    assert!(store.claim(P, 0, LEASE).await.unwrap().is_empty());
}

pub(in crate::state) async fn claim_measures_the_lease(bench: Bench) {
    let store = bench.open();
    let job = one_job(&*store, "a").await;
    assert_eq!(
        (job.pipeline.as_str(), job.ticket.as_str(), job.revision.as_str()),
        (P, "a", "r1")
    );
    assert_eq!((job.epoch, job.attempts, job.intent.clone()), (1, 0, None));
    let row = store.explain(P, "a").await.unwrap().unwrap();
    assert_eq!((row.lease_until, row.state), (Some(job.until), State::Leased));
    assert_eq!(job.until.as_millisecond() - row.changed.as_millisecond(), 120_000);
    assert!(
        job.remaining() <= LEASE && job.remaining() > LEASE - Duration::from_secs(20),
        "{:?}",
        job.remaining()
    );
}

pub(in crate::state) async fn intend_writes_it_down(bench: Bench) {
    let store = bench.open();
    let job = one_job(&*store, "a").await;
    store.intend(&job, intent("Billing")).await.unwrap();
    let row = store.explain(P, "a").await.unwrap().unwrap();
    assert_eq!((row.state, row.intent), (State::Intended, Some(intent("Billing"))));
    store.intend(&job, intent("Sales")).await.unwrap();
    assert_eq!(
        store.explain(P, "a").await.unwrap().unwrap().intent,
        Some(intent("Sales"))
    );
}

pub(in crate::state) async fn done_is_for_ever(bench: Bench) {
    let store = bench.open();
    for (ticket, outcome) in [
        ("w", Outcome::written(Change::default(), None)),
        ("l", Outcome::left_to_human("unsure")),
        ("g", Outcome::gone("merged")),
    ] {
        let job = one_job(&*store, ticket).await;
        store.done(&job, outcome).await.unwrap();
    }
    for _ in 0..2 {
        let page = ["w", "l", "g"].map(|name| noted(name, "r9")).to_vec();
        assert_eq!(
            store.note(P, page, "c".to_owned()).await.unwrap(),
            [false, false, false]
        );
        bench.clock.advance(LEASE * 100);
        assert!(claimable(&*store).await.is_empty());
        assert_eq!(store.retry(P, None).await.unwrap(), 0);
    }
    let all = Counts {
        done_written: 1,
        done_left: 1,
        done_gone: 1,
        ..Counts::default()
    };
    assert_eq!(store.counts(P).await.unwrap(), all);
    assert_eq!(store.due(P).await.unwrap(), Due::default());
}

pub(in crate::state) async fn done_keeps_its_outcome(bench: Bench) {
    let store = bench.open();
    let job = one_job(&*store, "a").await;
    store.intend(&job, intent("Billing")).await.unwrap();
    let outcome = Outcome::written(intent("Billing").change, Some("r2".to_owned()))
        .because("queue", "0.93 is above 0.85")
        .because("priority", "0.41 is below 0.70");
    store.done(&job, outcome.clone()).await.unwrap();
    drop(store);
    let store = bench.open();
    let row = store.explain(P, "a").await.unwrap().unwrap();
    assert_eq!((row.state, row.outcome, row.ready), (State::Done, Some(outcome), None));
    let kept = Intent {
        fields: BTreeMap::new(),
        ..intent("Billing")
    };
    assert_eq!(row.intent, Some(kept), "what an undo needs");
    assert_eq!(serde_json::to_value(Verdict::LeftToHuman).unwrap(), "left_to_human");
}

pub(in crate::state) async fn park_for_a_while(bench: Bench) {
    let store = bench.open();
    let job = one_job(&*store, "a").await;
    store.park(&job, park_for(Some(Duration::from_secs(30)))).await.unwrap();
    let parked = store.parked(P).await.unwrap();
    assert_eq!(
        (parked[0].ticket.as_str(), parked[0].why.as_str()),
        ("a", "the helpdesk is busy")
    );
    assert_eq!((parked[0].attempts, parked[0].in_doubt), (1, false));
    assert!(parked[0].until.is_some());
    bench.clock.advance(Duration::from_millis(29_999));
    assert!(claimable(&*store).await.is_empty());
    bench.clock.advance(Duration::from_millis(1));
    let job = only(store.claim(P, 1, LEASE).await.unwrap());
    assert_eq!((job.attempts, job.epoch), (1, 2));
    store
        .park(
            &job,
            Park {
                count_attempt: false,
                ..park_for(Some(Duration::ZERO))
            },
        )
        .await
        .unwrap();
    assert_eq!(
        only(store.claim(P, 1, LEASE).await.unwrap()).attempts,
        1,
        "a wait is no attempt"
    );
}

pub(in crate::state) async fn park_until_a_human_retries(bench: Bench) {
    let store = bench.open();
    let job = one_job(&*store, "a").await;
    store.park(&job, park_for(None)).await.unwrap();
    bench.clock.advance(LEASE * 10_000);
    assert!(claimable(&*store).await.is_empty());
    assert_eq!(store.parked(P).await.unwrap()[0].until, None);
    assert_eq!(store.retry(P, None).await.unwrap(), 1);
    assert_eq!(state_of(&*store, "a").await, State::New);
    assert_eq!(store.parked(P).await.unwrap(), []);
    let job = only(store.claim(P, 1, LEASE).await.unwrap());
    assert_eq!((job.attempts, job.epoch), (0, 2));
}

pub(in crate::state) async fn retry_one_of_many(bench: Bench) {
    let store = bench.open();
    store.note(P, tickets(3), "c".to_owned()).await.unwrap();
    for job in store.claim(P, 2, LEASE).await.unwrap() {
        store.park(&job, park_for(Some(LEASE))).await.unwrap();
    }
    bench.clock.advance(Duration::from_secs(1));
    assert_eq!(store.retry(P, Some("t1")).await.unwrap(), 1);
    assert_eq!(store.retry(P, Some("t2")).await.unwrap(), 0, "it is not parked");
    assert_eq!(store.retry(P, Some("nobody")).await.unwrap(), 0);
    let parked: Vec<_> = store
        .parked(P)
        .await
        .unwrap()
        .into_iter()
        .map(|parked| parked.ticket)
        .collect();
    assert_eq!(parked, ["t0"]);
    assert_eq!(claimable(&*store).await, ["t2", "t1"]);
}

pub(in crate::state) async fn the_longest_lease_is_no_overflow(bench: Bench) {
    let store = bench.open();
    store.note(P, tickets(2), "c".to_owned()).await.unwrap();
    let jobs = store.claim(P, usize::MAX, Duration::MAX).await.unwrap();
    assert!(jobs[0].remaining() > LEASE);
    store.intend(&jobs[0], intent("Billing")).await.unwrap();
    store.park(&jobs[1], park_for(Some(Duration::MAX))).await.unwrap();
    assert!(store.parked(P).await.unwrap()[0].until.is_some());
    assert!(claimable(&*store).await.is_empty());
}
