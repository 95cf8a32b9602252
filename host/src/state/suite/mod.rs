//! One suite for every store: what a store must do, said once.
//!
//! A store joins with `suite!(bench)`, where `bench` makes a [`Bench`]; each case then is a test of its own.

mod crowd;
mod doubt;
mod leases;
mod model;
mod reading;
mod verbs;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use otai_interface::model::Change;

use super::{Clock, FieldDecision, Intent, Job, Noted, Park, Seen, State, Store};

pub(in crate::state) use {crowd::*, doubt::*, leases::*, model::*, reading::*, verbs::*};

/// The pipeline of most cases.
pub(in crate::state) const P: &str = "triage";

/// A lease that no case outlives by accident.
pub(in crate::state) const LEASE: Duration = Duration::from_secs(120);

/// A clock that stands still until a case moves it.
pub(in crate::state) struct ManualClock(AtomicI64);

impl ManualClock {
    pub(in crate::state) fn new() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(1_790_000_000_000)))
    }

    pub(in crate::state) fn advance(&self, by: Duration) {
        self.0.fetch_add(by.as_millis() as i64, Ordering::SeqCst);
    }

    pub(in crate::state) fn set_back(&self, by: Duration) {
        self.0.fetch_sub(by.as_millis() as i64, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// A place for a store that can be closed and opened again, with its clock in the hand of the case.
pub(in crate::state) struct Bench {
    pub(in crate::state) clock: Arc<ManualClock>,
    pub(in crate::state) opener: Box<dyn Fn(Arc<ManualClock>) -> Arc<dyn Store> + Send + Sync>,
}

impl Bench {
    /// Opens the store, for the first time or again; the one before must have been dropped.
    pub(in crate::state) fn open(&self) -> Arc<dyn Store> {
        (self.opener)(self.clock.clone())
    }
}

/// Makes one test of each case.
macro_rules! suite {
    ($bench:path) => {
        suite!(@cases $bench:
            note_answers_what_waits, note_is_idempotent, note_moves_rows_and_cursor_together, note_renews_revisions,
            pipelines_do_not_meet, claim_takes_the_longest_waiting_first, claim_measures_the_lease,
            intend_writes_it_down, done_is_for_ever, done_keeps_its_outcome, park_for_a_while, park_until_a_human_retries,
            retry_one_of_many, due_tells_what_and_when, counts_add_up, unknown_things_are_empty, the_longest_lease_is_no_overflow,
            a_second_claim_gets_nothing, an_ended_lease_is_claimed_again, every_verb_refuses_an_old_epoch,
            a_closed_job_stays_closed, an_ended_lease_may_not_send, a_late_answer_is_good_while_nobody_took_over,
            a_clock_set_back_while_running_changes_nothing,
            an_intent_comes_back_after_the_lease, doubt_keeps_the_intent, no_doubt_forgets_the_intent,
            doubt_waits_for_the_lease_to_end, doubt_is_not_retried_before_the_lease_ends,
            reopening_frees_what_was_not_sent, reopening_keeps_the_lease_of_what_was_sent, reopening_forgets_nothing,
            reopening_with_the_clock_set_back,
            a_thousand_random_steps_agree_with_the_model, workers_claim_disjoint_jobs, nobody_passes_twice_through_doubt,
            dropped_futures_leave_it_consistent, pairs_per_second,
        );
    };
    (@cases $bench:path: $($case:ident,)*) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $case() {
            $crate::state::suite::$case($bench()).await;
        })*
    };
}
pub(in crate::state) use suite;

pub(in crate::state) fn noted(ticket: &str, revision: &str) -> Noted {
    Noted {
        ticket: ticket.to_owned(),
        revision: revision.to_owned(),
    }
}

/// `count` tickets named `t0`, `t1`, … in revision `r1`.
pub(in crate::state) fn tickets(count: usize) -> Vec<Noted> {
    (0..count).map(|number| noted(&format!("t{number}"), "r1")).collect()
}

pub(in crate::state) fn intent(queue: &str) -> Intent {
    let change = Change {
        queue: Some(queue.to_owned()),
        custom_fields: BTreeMap::from([("cf_product".to_owned(), serde_json::json!("A > B"))]),
        ..Change::default()
    };
    let seen = Seen {
        priority: Some("Low".to_owned()),
        tags: vec!["vip".to_owned()],
        ..Seen::default()
    };
    let leave = FieldDecision::Leave {
        why: "0.41 is below 0.70".to_owned(),
    };
    Intent {
        change,
        fields: BTreeMap::from([("priority".to_owned(), leave)]),
        seen,
        note: true,
    }
}

pub(in crate::state) fn park_for(until: Option<Duration>) -> Park {
    Park {
        until,
        why: "the helpdesk is busy".to_owned(),
        in_doubt: false,
        count_attempt: true,
    }
}

/// Notes one ticket and claims it.
pub(in crate::state) async fn one_job(store: &dyn Store, ticket: &str) -> Job {
    store.note(P, vec![noted(ticket, "r1")], "c".to_owned()).await.unwrap();
    only(store.claim(P, 10, LEASE).await.unwrap())
}

/// The one job of a claim.
pub(in crate::state) fn only(mut jobs: Vec<Job>) -> Job {
    assert_eq!(jobs.len(), 1, "{jobs:?}");
    jobs.remove(0)
}

pub(in crate::state) async fn claimable(store: &dyn Store) -> Vec<String> {
    store
        .claim(P, 1000, LEASE)
        .await
        .unwrap()
        .into_iter()
        .map(|job| job.ticket)
        .collect()
}

pub(in crate::state) async fn state_of(store: &dyn Store, ticket: &str) -> State {
    store.explain(P, ticket).await.unwrap().unwrap().state
}
