//! The tables, and how an older file becomes a newer one.

use rusqlite::{Connection, TransactionBehavior};

use super::fault::named;
use crate::state::StoreError;

/// `PRAGMA application_id` of our files: the four letters "otai".
const APPLICATION_ID: i64 = 0x6f74_6169;

/// One step per schema version, applied in order; never change a step that was released, append one.
///
/// `jobs.ready_at` is the whole schedule: from that moment on (ms since 1970 on the store's clock) the row may be claimed. It
/// is the time of noting for a new row, the end of the lease for a held one, the time of the next try for a parked one and
/// NULL for what never comes up by itself (done, or parked until a person retries it). Both indexes leave the done rows out,
/// so a million of them costs neither claim nor count anything; how they ended is counted in `pipelines`.
const STEPS: [&str; 1] = ["
CREATE TABLE pipelines (
    pipeline TEXT PRIMARY KEY,
    cursor TEXT,
    done_written INTEGER NOT NULL DEFAULT 0,
    done_left INTEGER NOT NULL DEFAULT 0,
    done_gone INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
    seq INTEGER PRIMARY KEY,
    pipeline TEXT NOT NULL,
    ticket TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('new', 'leased', 'intended', 'parked', 'done')),
    revision TEXT NOT NULL,
    epoch INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    ready_at INTEGER,
    lease_until INTEGER,
    intent TEXT,
    why TEXT,
    outcome TEXT,
    noted_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    UNIQUE (pipeline, ticket)
) STRICT;

CREATE INDEX jobs_open ON jobs (pipeline, ready_at, seq, state) WHERE ready_at IS NOT NULL;
CREATE INDEX jobs_parked ON jobs (pipeline, ready_at) WHERE state = 'parked';
"];

/// The newest schema version that this otai knows.
pub(super) const KNOWN: i64 = STEPS.len() as i64;

/// Refuses what is not ours or newer than us. Only reads.
pub(super) fn recognise(db: &Connection, at: &str) -> Result<i64, StoreError> {
    let sql = |error| named(at, error);
    let found: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(sql)?;
    let application: i64 = db
        .query_row("PRAGMA application_id", [], |row| row.get(0))
        .map_err(sql)?;
    let empty: bool = db
        .query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))
        .map_err(sql)?;
    if !(application == APPLICATION_ID || empty && found == 0) {
        return Err(StoreError::Foreign { at: at.to_owned() });
    }
    if found > KNOWN {
        return Err(StoreError::Newer {
            at: at.to_owned(),
            found,
            known: KNOWN,
        });
    }
    Ok(found)
}

/// Applies the steps that the file lacks, each with its version in one transaction.
pub(super) fn bring_up(db: &mut Connection, at: &str) -> Result<(), StoreError> {
    let found = recognise(db, at)?;
    let sql = |error| named(at, error);
    for (version, step) in (1..).zip(STEPS).skip_while(|(version, _)| *version <= found) {
        let step_and_version = db
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(sql)?;
        step_and_version.execute_batch(step).map_err(sql)?;
        step_and_version
            .pragma_update(None, "application_id", APPLICATION_ID)
            .map_err(sql)?;
        step_and_version
            .pragma_update(None, "user_version", version)
            .map_err(sql)?;
        step_and_version.commit().map_err(sql)?;
    }
    Ok(())
}
