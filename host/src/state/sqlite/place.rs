//! From a path to an open database: folder, lock, format, and what a dead owner left behind.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags, params};

use super::actor::Db;
use super::fault::named;
use super::schema;
use super::sound::{intact, whole};
use crate::state::{Clock, StoreError};

/// How long a foreign lock (a database browser, a backup) is waited for.
const BUSY: Duration = Duration::from_secs(5);

/// Opens or creates the file for writing; the lock lives in the [`Db`].
pub(super) fn open(path: &Path, clock: Arc<dyn Clock>) -> Result<Db, StoreError> {
    let path = settle(path)?;
    let at = path.display().to_string();
    let lock = lock(&path)?;
    whole(&path)?;
    let sql = |error| named(&at, error);
    // Without SQLITE_OPEN_URI: a path is a path, whatever it is called.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(&path, flags).map_err(sql)?;
    db.busy_timeout(BUSY).map_err(sql)?;
    // Before anything is written: another program's database must stay as it is.
    schema::recognise(&db, &at)?;
    intact(&db, &at, &path)?;
    db.pragma_update(None, "journal_mode", "WAL").map_err(sql)?;
    db.pragma_update(None, "synchronous", "FULL").map_err(sql)?;
    ready(db, at, clock, Some(lock))
}

/// A copy in memory; the file is only read, and without the lock.
pub(super) fn copy(path: Option<&Path>, clock: Arc<dyn Clock>) -> Result<Db, StoreError> {
    let at = path.map_or_else(|| "the state in memory".to_owned(), |path| path.display().to_string());
    let sql = |error| named(&at, error);
    let mut db = Connection::open_in_memory().map_err(sql)?;
    if let Some(path) = path.filter(|path| path.exists()) {
        whole(path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let file = Connection::open_with_flags(path, flags).map_err(sql)?;
        file.busy_timeout(BUSY).map_err(sql)?;
        schema::recognise(&file, &at)?;
        intact(&file, &at, path)?;
        // All pages in one step: one moment of the file, even while its owner goes on writing.
        let step = Backup::new(&file, &mut db)
            .and_then(|copy| copy.step(-1))
            .map_err(sql)?;
        if step != StepResult::Done {
            let source = Arc::new(io::Error::from(io::ErrorKind::WouldBlock));
            return Err(StoreError::Busy { at, source });
        }
    }
    ready(db, at, clock, None)
}

fn ready(mut db: Connection, at: String, clock: Arc<dyn Clock>, lock: Option<File>) -> Result<Db, StoreError> {
    schema::bring_up(&mut db, &at)?;
    take_over(&mut db, clock.now_ms()).map_err(|error| named(&at, error))?;
    Ok(Db::new(db, at, clock, lock))
}

/// What the last owner, who is dead, left behind.
fn take_over(db: &mut Connection, now: i64) -> rusqlite::Result<()> {
    let all = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    // The wall clock was set back while nobody ran: all appointments move with it, or they would be kept days too late.
    let last: Option<i64> = all.query_row(
        "SELECT max(changed_at) FROM jobs INDEXED BY jobs_open WHERE ready_at IS NOT NULL",
        [],
        |row| row.get(0),
    )?;
    if let Some(ahead) = last.map(|last| last - now).filter(|ahead| *ahead > 0) {
        all.execute(
            "UPDATE jobs INDEXED BY jobs_open
             SET ready_at = ready_at - ?1, lease_until = lease_until - ?1, changed_at = changed_at - ?1
             WHERE ready_at IS NOT NULL",
            params![ahead],
        )?;
    }
    // Leased without an intent: nothing was sent, so there is nothing to wait for.
    all.execute(
        "UPDATE jobs INDEXED BY jobs_open SET state = 'new', ready_at = min(noted_at, ?1), changed_at = ?1
         WHERE ready_at IS NOT NULL AND state = 'leased' AND intent IS NULL",
        params![now],
    )?;
    all.commit()
}

/// The one true path of the file, so that two names of it share one lock; creates the folder.
fn settle(path: &Path) -> Result<PathBuf, StoreError> {
    let unwritable = |error: io::Error| StoreError::Unwritable {
        at: path.display().to_string(),
        source: Arc::new(error),
    };
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(unwritable)?;
    match fs::canonicalize(path) {
        Ok(path) => Ok(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let name = path
                .file_name()
                .ok_or_else(|| unwritable(io::ErrorKind::InvalidInput.into()))?;
            Ok(fs::canonicalize(folder).map_err(unwritable)?.join(name))
        }
        Err(error) => Err(unwritable(error)),
    }
}

/// Locks `<path>.lock`. The operating system lets go of it when the process dies, however it dies.
fn lock(path: &Path) -> Result<File, StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let name = PathBuf::from(name);
    let unwritable = |error: io::Error| StoreError::Unwritable {
        at: name.display().to_string(),
        source: Arc::new(error),
    };
    // The file stays when the store is closed: removing it would let a third process lock a new one beside the old.
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&name)
        .map_err(unwritable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse {
            at: path.display().to_string(),
        }),
        Err(TryLockError::Error(error)) => Err(unwritable(error)),
    }
}
