//! The verbs that only look.

use std::time::Duration;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{OptionalExtension, params};

use super::actor::Db;
use super::fault::Fault;
use crate::state::clock::timestamp;
use crate::state::{Counts, Due, ParkedTicket, Row, State};

impl FromSql for State {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(match value.as_str()? {
            "new" => Self::New,
            "leased" => Self::Leased,
            "intended" => Self::Intended,
            "parked" => Self::Parked,
            "done" => Self::Done,
            _ => return Err(FromSqlError::InvalidType),
        })
    }
}

/// A count; SQLite's are signed but never negative.
fn amount(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<u64> {
    Ok(row.get::<_, i64>(column)?.unsigned_abs())
}

pub(super) fn cursor(db: &Db, pipeline: &str) -> Result<Option<String>, Fault> {
    let mut cursor = db.prepare("SELECT cursor FROM pipelines WHERE pipeline = ?1")?;
    Ok(cursor
        .query_row(params![pipeline], |row| row.get(0))
        .optional()?
        .flatten())
}

pub(super) fn due(db: &Db, pipeline: &str) -> Result<Due, Fault> {
    let now = db.now();
    let mut open = db.prepare(
        "SELECT count(*) FILTER (WHERE ready_at <= ?2),
                count(*) FILTER (WHERE ready_at > ?2 AND state <> 'parked'),
                count(*) FILTER (WHERE ready_at > ?2 AND state = 'parked'),
                min(ready_at) FILTER (WHERE ready_at > ?2)
         FROM jobs INDEXED BY jobs_open WHERE pipeline = ?1 AND ready_at IS NOT NULL",
    )?;
    let for_human = for_human(db, pipeline)?;
    Ok(open.query_row(params![pipeline, now], |row| {
        Ok(Due {
            waiting: amount(row, 0)?,
            held: amount(row, 1)?,
            parked: amount(row, 2)? + for_human,
            for_human,
            next: row
                .get::<_, Option<i64>>(3)?
                .map(|next| Duration::from_millis(next.abs_diff(now))),
        })
    })?)
}

fn for_human(db: &Db, pipeline: &str) -> Result<u64, Fault> {
    let mut parked = db.prepare(
        "SELECT count(*) FROM jobs INDEXED BY jobs_parked WHERE pipeline = ?1 AND state = 'parked' AND ready_at IS NULL",
    )?;
    Ok(parked.query_row(params![pipeline], |row| amount(row, 0))?)
}

pub(super) fn parked(db: &Db, pipeline: &str) -> Result<Vec<ParkedTicket>, Fault> {
    let mut parked = db.prepare(
        "SELECT ticket, why, ready_at, attempts, intent IS NOT NULL FROM jobs INDEXED BY jobs_parked
         WHERE pipeline = ?1 AND state = 'parked' ORDER BY seq",
    )?;
    let parked = parked.query_map(params![pipeline], |row| {
        Ok(ParkedTicket {
            ticket: row.get(0)?,
            why: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
            until: row.get::<_, Option<i64>>(2)?.map(timestamp),
            attempts: row.get(3)?,
            in_doubt: row.get(4)?,
        })
    })?;
    Ok(parked.collect::<Result<_, _>>()?)
}

pub(super) fn counts(db: &Db, pipeline: &str) -> Result<Counts, Fault> {
    let mut done = db.prepare("SELECT done_written, done_left, done_gone FROM pipelines WHERE pipeline = ?1")?;
    let done = done
        .query_row(params![pipeline], |row| {
            Ok((amount(row, 0)?, amount(row, 1)?, amount(row, 2)?))
        })
        .optional()?;
    let (done_written, done_left, done_gone) = done.unwrap_or_default();
    let mut open = db.prepare(
        "SELECT count(*) FILTER (WHERE state = 'new'), count(*) FILTER (WHERE state = 'leased'),
                count(*) FILTER (WHERE state = 'intended'), count(*) FILTER (WHERE state = 'parked')
         FROM jobs INDEXED BY jobs_open WHERE pipeline = ?1 AND ready_at IS NOT NULL",
    )?;
    let for_human = for_human(db, pipeline)?;
    Ok(open.query_row(params![pipeline], |row| {
        Ok(Counts {
            new: amount(row, 0)?,
            leased: amount(row, 1)?,
            intended: amount(row, 2)?,
            parked: amount(row, 3)? + for_human,
            done_written,
            done_left,
            done_gone,
        })
    })?)
}

pub(super) fn explain(db: &Db, pipeline: &str, ticket: &str) -> Result<Option<Row>, Fault> {
    let mut one = db.prepare(
        "SELECT state, revision, epoch, attempts, ready_at, lease_until, why, noted_at, changed_at, intent, outcome
         FROM jobs WHERE pipeline = ?1 AND ticket = ?2",
    )?;
    let found = one.query_row(params![pipeline, ticket], |row| {
        let bare = Row {
            pipeline: pipeline.to_owned(),
            ticket: ticket.to_owned(),
            state: row.get(0)?,
            revision: row.get(1)?,
            epoch: row.get(2)?,
            attempts: row.get(3)?,
            ready: row.get::<_, Option<i64>>(4)?.map(timestamp),
            lease_until: row.get::<_, Option<i64>>(5)?.map(timestamp),
            intent: None,
            why: row.get(6)?,
            outcome: None,
            noted: timestamp(row.get(7)?),
            changed: timestamp(row.get(8)?),
        };
        Ok((
            bare,
            row.get::<_, Option<String>>(9)?,
            row.get::<_, Option<String>>(10)?,
        ))
    });
    let Some((mut row, intent, outcome)) = found.optional()? else {
        return Ok(None);
    };
    row.intent = intent.as_deref().map(serde_json::from_str).transpose()?;
    row.outcome = outcome.as_deref().map(serde_json::from_str).transpose()?;
    Ok(Some(row))
}
