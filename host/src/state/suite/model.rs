//! A thousand random steps beside a store that is so simple that it can be seen to be right.

use std::time::Duration;

use futures::future::join_all;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::state::clock::timestamp;
use crate::state::{Counts, Due, Outcome, ParkedTicket, Row, Verdict};

/// The store as a list of rows in the order of noting. Times are ms.
#[derive(Default)]
struct Model {
    rows: Vec<Row>,
    cursors: BTreeMap<String, String>,
    now: i64,
}

impl Model {
    fn ms(&self, row: &Row) -> Option<i64> {
        row.ready.map(|ready| ready.as_millisecond())
    }

    fn of<'a>(&'a self, pipeline: &'a str) -> impl Iterator<Item = &'a Row> {
        self.rows.iter().filter(move |row| row.pipeline == pipeline)
    }

    fn note(&mut self, pipeline: &str, tickets: &[Noted], cursor: &str) -> Vec<bool> {
        self.cursors.insert(pipeline.to_owned(), cursor.to_owned());
        let now = timestamp(self.now);
        let mut waits = Vec::new();
        for noted in tickets {
            let known = self
                .rows
                .iter_mut()
                .find(|row| row.pipeline == pipeline && row.ticket == noted.ticket);
            if let Some(row) = known {
                if row.state != State::Done {
                    (row.revision, row.changed) = (noted.revision.clone(), now);
                }
                waits.push(row.ready.is_some_and(|ready| ready <= now));
                continue;
            }
            waits.push(true);
            self.rows.push(Row {
                pipeline: pipeline.to_owned(),
                ticket: noted.ticket.clone(),
                state: State::New,
                revision: noted.revision.clone(),
                epoch: 0,
                attempts: 0,
                ready: Some(now),
                lease_until: None,
                intent: None,
                why: None,
                outcome: None,
                noted: now,
                changed: now,
            });
        }
        waits
    }

    fn claim(&mut self, pipeline: &str, limit: usize, lease: i64) -> Vec<(String, i64)> {
        let now = timestamp(self.now);
        let due = |row: &Row| row.pipeline == pipeline && row.ready.is_some_and(|ready| ready <= now);
        let mut found: Vec<usize> = (0..self.rows.len()).filter(|at| due(&self.rows[*at])).collect();
        found.sort_by_key(|at| self.rows[*at].ready);
        found.truncate(limit);
        let until = Some(timestamp(self.now + lease));
        let lease = |at: usize| {
            let row = &mut self.rows[at];
            (row.state, row.epoch, row.ready, row.lease_until, row.changed) =
                (State::Leased, row.epoch + 1, until, until, now);
            (row.ticket.clone(), row.epoch)
        };
        found.into_iter().map(lease).collect()
    }

    /// The row, if the job still holds it.
    fn held(&mut self, job: &Job) -> Option<&mut Row> {
        let held = |row: &&mut Row| {
            (&row.pipeline, &row.ticket, row.epoch) == (&job.pipeline, &job.ticket, job.epoch)
                && matches!(row.state, State::Leased | State::Intended)
        };
        self.rows.iter_mut().find(held)
    }

    fn intend(&mut self, job: &Job, intent: Intent) -> bool {
        let now = timestamp(self.now);
        let Some(row) = self.held(job).filter(|row| row.lease_until > Some(now)) else {
            return false;
        };
        (row.state, row.intent, row.changed) = (State::Intended, Some(intent), now);
        true
    }

    fn done(&mut self, job: &Job, outcome: Outcome) -> bool {
        let now = timestamp(self.now);
        let Some(row) = self.held(job) else { return false };
        (row.state, row.outcome, row.ready, row.changed) = (State::Done, Some(outcome), None, now);
        row.intent.iter_mut().for_each(|intent| intent.fields.clear());
        true
    }

    fn park(&mut self, job: &Job, park: &Park) -> bool {
        let now = self.now;
        let Some(row) = self.held(job) else { return false };
        row.ready = park.until.map(|until| timestamp(now + until.as_millis() as i64));
        if !park.in_doubt {
            row.intent = None;
        } else if row.intent.is_some() && row.ready.is_some() {
            row.ready = row.ready.max(row.lease_until);
        }
        (row.state, row.why, row.changed) = (State::Parked, Some(park.why.clone()), timestamp(now));
        row.attempts += u32::from(park.count_attempt);
        true
    }

    fn retry(&mut self, pipeline: &str, ticket: Option<&str>) -> u64 {
        let now = timestamp(self.now);
        let mut count = 0;
        for row in &mut self.rows {
            let meant = row.pipeline == pipeline && ticket.is_none_or(|ticket| ticket == row.ticket);
            if !meant || row.state != State::Parked {
                continue;
            }
            count += 1;
            (row.attempts, row.changed) = (0, now);
            if row.intent.is_some() && row.lease_until > Some(now) {
                row.ready = row.lease_until;
            } else {
                (row.state, row.ready) = (State::New, Some(now));
            }
        }
        count
    }

    fn reopen(&mut self) {
        let now = timestamp(self.now);
        for row in &mut self.rows {
            if row.state == State::Leased && row.intent.is_none() {
                (row.state, row.ready, row.changed) = (State::New, Some(row.noted), now);
            }
        }
    }

    fn due(&self, pipeline: &str) -> Due {
        let mut due = Due::default();
        for row in self.of(pipeline) {
            match self.ms(row) {
                Some(ready) if ready <= self.now => due.waiting += 1,
                Some(ready) => {
                    let wait = Duration::from_millis((ready - self.now) as u64);
                    due.next = Some(due.next.map_or(wait, |next| next.min(wait)));
                    *(if row.state == State::Parked {
                        &mut due.parked
                    } else {
                        &mut due.held
                    }) += 1;
                }
                None if row.state == State::Parked => {
                    due.parked += 1;
                    due.for_human += 1;
                }
                None => {}
            }
        }
        due
    }

    fn counts(&self, pipeline: &str) -> Counts {
        let mut counts = Counts::default();
        for row in self.of(pipeline) {
            *(match (row.state, row.outcome.as_ref().map(|outcome| outcome.result)) {
                (State::New, _) => &mut counts.new,
                (State::Leased, _) => &mut counts.leased,
                (State::Intended, _) => &mut counts.intended,
                (State::Parked, _) => &mut counts.parked,
                (State::Done, Some(Verdict::Written)) => &mut counts.done_written,
                (State::Done, Some(Verdict::Gone)) => &mut counts.done_gone,
                (State::Done, _) => &mut counts.done_left,
            }) += 1;
        }
        counts
    }

    fn parked(&self, pipeline: &str) -> Vec<ParkedTicket> {
        let tell = |row: &Row| ParkedTicket {
            ticket: row.ticket.clone(),
            why: row.why.clone().unwrap_or_default(),
            until: row.ready,
            attempts: row.attempts,
            in_doubt: row.intent.is_some(),
        };
        self.of(pipeline)
            .filter(|row| row.state == State::Parked)
            .map(tell)
            .collect()
    }
}

pub(in crate::state) async fn a_thousand_random_steps_agree_with_the_model(bench: Bench) {
    let seed = std::env::var("OTAI_STATE_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(20_261_201);
    println!("OTAI_STATE_SEED={seed}");
    let dice = &mut ChaCha8Rng::seed_from_u64(seed);
    let mut store = bench.open();
    let mut model = Model {
        now: bench.clock.now_ms(),
        ..Model::default()
    };
    let mut jobs: Vec<Job> = Vec::new();
    for step in 0..1000 {
        let pipeline = ["p", "q"][dice.random_range(0..2)];
        match dice.random_range(0..100) {
            0..18 => {
                let page: Vec<_> = (0..dice.random_range(0..4)).map(|_| any_ticket(dice)).collect();
                let cursor = format!("after {step}");
                let waits = store.note(pipeline, page.clone(), cursor.clone()).await.unwrap();
                assert_eq!(waits, model.note(pipeline, &page, &cursor), "step {step}");
            }
            18..40 => {
                let (limit, lease) = (dice.random_range(0..4), dice.random_range(1..40));
                let claimed = store
                    .claim(pipeline, limit, Duration::from_millis(lease))
                    .await
                    .unwrap();
                let names: Vec<_> = claimed.iter().map(|job| (job.ticket.clone(), job.epoch)).collect();
                assert_eq!(names, model.claim(pipeline, limit, lease as i64), "step {step}");
                for job in &claimed {
                    let row = model.held(job).unwrap();
                    assert_eq!(
                        (&job.revision, job.attempts, &job.intent, Some(job.until)),
                        (&row.revision, row.attempts, &row.intent, row.lease_until),
                        "step {step}"
                    );
                }
                jobs.extend(claimed);
            }
            // Any job, old and closed ones too.
            40..80 if !jobs.is_empty() => {
                let job = &jobs[jobs.len() - 1 - dice.random_range(0..jobs.len().min(12))];
                let (result, expected) = match dice.random_range(0..10) {
                    0..5 => {
                        let intent = intent(&format!("queue {step}"));
                        (store.intend(job, intent.clone()).await, model.intend(job, intent))
                    }
                    5..7 => {
                        let result = [Verdict::Written, Verdict::LeftToHuman, Verdict::Gone][dice.random_range(0..3)];
                        let outcome = Outcome {
                            result,
                            why: format!("step {step}"),
                            ..Outcome::default()
                        };
                        (store.done(job, outcome.clone()).await, model.done(job, outcome))
                    }
                    _ => {
                        let until = dice
                            .random_bool(0.7)
                            .then(|| Duration::from_millis(dice.random_range(0..40)));
                        let (in_doubt, count_attempt) = (dice.random_bool(0.5), dice.random_bool(0.5));
                        let park = Park {
                            until,
                            why: format!("step {step}"),
                            in_doubt,
                            count_attempt,
                        };
                        (store.park(job, park.clone()).await, model.park(job, &park))
                    }
                };
                assert_eq!(result.is_ok(), expected, "step {step}: {result:?}");
                assert!(result.is_ok() || result.unwrap_err().is_stale(), "step {step}");
            }
            80..84 => {
                let one = any_ticket(dice).ticket;
                let one = dice.random_bool(0.7).then_some(one.as_str());
                assert_eq!(
                    store.retry(pipeline, one).await.unwrap(),
                    model.retry(pipeline, one),
                    "step {step}"
                );
            }
            84..86 => {
                drop(store);
                store = bench.open();
                model.reopen();
            }
            _ => {
                let by = dice.random_range(0..15);
                bench.clock.advance(Duration::from_millis(by));
                model.now += by as i64;
            }
        }
        agree(&*store, &model, step).await;
    }
    let done = model.rows.iter().filter(|row| row.state == State::Done).count();
    assert!(
        done > 20 && model.rows.len() > done,
        "the walk went everywhere: {done} of {}",
        model.rows.len()
    );
}

fn any_ticket(dice: &mut impl Rng) -> Noted {
    noted(
        &format!("t{}", dice.random_range(0..60)),
        &format!("r{}", dice.random_range(0..4)),
    )
}

async fn agree(store: &dyn Store, model: &Model, step: usize) {
    for pipeline in ["p", "q"] {
        assert_eq!(store.due(pipeline).await.unwrap(), model.due(pipeline), "step {step}");
        assert_eq!(
            store.counts(pipeline).await.unwrap(),
            model.counts(pipeline),
            "step {step}"
        );
        assert_eq!(
            store.parked(pipeline).await.unwrap(),
            model.parked(pipeline),
            "step {step}"
        );
        assert_eq!(
            store.cursor(pipeline).await.unwrap().as_ref(),
            model.cursors.get(pipeline),
            "step {step}"
        );
    }
    let found = join_all(model.rows.iter().map(|row| store.explain(&row.pipeline, &row.ticket))).await;
    for (row, found) in model.rows.iter().zip(found) {
        assert_eq!(found.unwrap().as_ref(), Some(row), "step {step}");
    }
}
