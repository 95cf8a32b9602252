//! The verbs that change rows. Each runs inside a transaction of the actor.

use std::time::Duration;

use rusqlite::{OptionalExtension, params};
use tokio::time::Instant;

use super::actor::Db;
use super::fault::Fault;
use crate::state::clock::{later, timestamp};
use crate::state::{Job, Noted, Park, Verdict};

/// What proves that a ticket is still ours.
pub(super) struct Held {
    pipeline: String,
    ticket: String,
    epoch: i64,
}

impl Held {
    pub(super) fn of(job: &Job) -> Self {
        Self {
            pipeline: job.pipeline.clone(),
            ticket: job.ticket.clone(),
            epoch: job.epoch,
        }
    }

    /// Zero rows changed: somebody else has it, or it is closed.
    fn check(&self, changed: usize) -> Result<(), Fault> {
        if changed == 0 {
            Err(Fault::Stale(self.ticket.clone()))
        } else {
            Ok(())
        }
    }
}

pub(super) fn note(db: &Db, pipeline: &str, tickets: &[Noted], cursor: &str) -> Result<Vec<bool>, Fault> {
    let now = db.now();
    // A held row gets the revision too: if its lease ends unanswered, the next one must not trust the older text.
    let mut note = db.prepare(
        "INSERT INTO jobs (pipeline, ticket, state, revision, ready_at, noted_at, changed_at)
         VALUES (?1, ?2, 'new', ?3, ?4, ?4, ?4)
         ON CONFLICT (pipeline, ticket) DO UPDATE SET revision = excluded.revision, changed_at = excluded.changed_at
         WHERE state <> 'done'
         RETURNING ready_at IS NOT NULL AND ready_at <= ?4",
    )?;
    let waits = tickets
        .iter()
        .map(|noted| {
            let waits = note.query_row(params![pipeline, noted.ticket, noted.revision, now], |row| row.get(0));
            // No row comes back for a done one.
            Ok(waits.optional()?.unwrap_or(false))
        })
        .collect::<Result<_, Fault>>()?;
    db.prepare(
        "INSERT INTO pipelines (pipeline, cursor) VALUES (?1, ?2)
             ON CONFLICT (pipeline) DO UPDATE SET cursor = excluded.cursor",
    )?
    .execute(params![pipeline, cursor])?;
    Ok(waits)
}

/// `deadline`: the end of the lease on the caller's monotonic clock; `None` if it lies beyond what that clock can tell.
pub(super) fn claim(
    db: &Db,
    pipeline: &str,
    limit: usize,
    lease: Duration,
    deadline: Option<Instant>,
) -> Result<Vec<Job>, Fault> {
    let now = db.now();
    let until = later(now, lease);
    // A century is for ever here.
    let deadline = deadline.unwrap_or_else(|| Instant::now() + Duration::from_secs(100 * 365 * 86_400));
    let mut waiting = db.prepare(
        "SELECT seq, ticket, revision, epoch, attempts, intent FROM jobs INDEXED BY jobs_open
         WHERE pipeline = ?1 AND ready_at <= ?2 ORDER BY ready_at, seq LIMIT ?3",
    )?;
    let mut lease_it = db.prepare(
        "UPDATE jobs SET state = 'leased', epoch = ?2, ready_at = ?3, lease_until = ?3, changed_at = ?4 WHERE seq = ?1",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let found = waiting
        .query_map(params![pipeline, now, limit], |row| {
            let intent: Option<String> = row.get(5)?;
            let job = Job {
                pipeline: pipeline.to_owned(),
                ticket: row.get(1)?,
                revision: row.get(2)?,
                epoch: row.get::<_, i64>(3)? + 1,
                until: timestamp(until),
                deadline,
                attempts: row.get(4)?,
                intent: None,
            };
            Ok((row.get::<_, i64>(0)?, job, intent))
        })?
        .collect::<Result<Vec<_>, _>>()?;
    found
        .into_iter()
        .map(|(seq, mut job, intent)| {
            job.intent = intent.as_deref().map(serde_json::from_str).transpose()?;
            lease_it.execute(params![seq, job.epoch, until, now])?;
            Ok(job)
        })
        .collect()
}

/// Undoes a claim that reached nobody.
pub(super) fn give_back(db: &Db, jobs: &[Job]) -> Result<(), Fault> {
    let now = db.now();
    let mut give_back = db.prepare(
        "UPDATE jobs SET ready_at = ?4, lease_until = ?4, changed_at = ?4
         WHERE pipeline = ?1 AND ticket = ?2 AND epoch = ?3 AND state = 'leased'",
    )?;
    for job in jobs {
        give_back.execute(params![job.pipeline, job.ticket, job.epoch, now])?;
    }
    Ok(())
}

pub(super) fn intend(db: &Db, held: &Held, intent: &str) -> Result<(), Fault> {
    // Unlike done and park this asks for a running lease: it is the permission to send.
    let changed = db.prepare(
            "UPDATE jobs SET state = 'intended', intent = ?4, changed_at = ?5
             WHERE pipeline = ?1 AND ticket = ?2 AND epoch = ?3 AND state IN ('leased', 'intended') AND lease_until > ?5",
        )?
        .execute(params![held.pipeline, held.ticket, held.epoch, intent, db.now()])?;
    held.check(changed)
}

pub(super) fn done(db: &Db, held: &Held, result: Verdict, outcome: &str) -> Result<(), Fault> {
    // Why each field was decided so stands in the outcome from now on; what was there before stays, for an undo.
    let changed = db
        .prepare(
            "UPDATE jobs SET state = 'done', ready_at = NULL, outcome = ?4, changed_at = ?5,
                 intent = json_remove(intent, '$.fields')
             WHERE pipeline = ?1 AND ticket = ?2 AND epoch = ?3 AND state IN ('leased', 'intended')",
        )?
        .execute(params![held.pipeline, held.ticket, held.epoch, outcome, db.now()])?;
    held.check(changed)?;
    let count = match result {
        Verdict::Written => "UPDATE pipelines SET done_written = done_written + 1 WHERE pipeline = ?1",
        Verdict::LeftToHuman => "UPDATE pipelines SET done_left = done_left + 1 WHERE pipeline = ?1",
        Verdict::Gone => "UPDATE pipelines SET done_gone = done_gone + 1 WHERE pipeline = ?1",
    };
    // The pipeline's row exists: the note that brought the ticket wrote it.
    db.prepare(count)?.execute(params![held.pipeline])?;
    Ok(())
}

pub(super) fn park(db: &Db, held: &Held, park: &Park) -> Result<(), Fault> {
    let now = db.now();
    // In doubt, the request may be on its way until the lease ends; looking earlier could miss it and send a second one.
    let changed = db.prepare(
            "UPDATE jobs SET state = 'parked', why = ?5, attempts = attempts + ?7, changed_at = ?8,
                 ready_at = CASE WHEN ?6 AND intent IS NOT NULL AND ?4 IS NOT NULL THEN max(?4, lease_until) ELSE ?4 END,
                 intent = CASE WHEN ?6 THEN intent END
             WHERE pipeline = ?1 AND ticket = ?2 AND epoch = ?3 AND state IN ('leased', 'intended')",
        )?
        .execute(params![
            held.pipeline,
            held.ticket,
            held.epoch,
            park.until.map(|until| later(now, until)),
            park.why,
            park.in_doubt,
            park.count_attempt,
            now
        ])?;
    held.check(changed)
}

pub(super) fn retry(db: &Db, pipeline: &str, ticket: Option<&str>) -> Result<u64, Fault> {
    let changed = db
        .prepare(
            "UPDATE jobs INDEXED BY jobs_parked SET attempts = 0, changed_at = ?3,
                 state = CASE WHEN intent IS NOT NULL AND lease_until > ?3 THEN 'parked' ELSE 'new' END,
                 ready_at = CASE WHEN intent IS NOT NULL AND lease_until > ?3 THEN lease_until ELSE ?3 END
             WHERE pipeline = ?1 AND state = 'parked' AND (?2 IS NULL OR ticket = ?2)",
        )?
        .execute(params![pipeline, ticket, db.now()])?;
    Ok(changed as u64)
}
