//! Is the file what it was when it was closed?

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;

use super::fault::named;
use crate::state::StoreError;

/// The database header, <https://www.sqlite.org/fileformat2.html#the_database_header>.
const HEADER: usize = 100;

/// Files up to this size are read through at every start; in larger ones damage shows when it is met. Measured: a quarter of
/// a million tickets fit, and the check reads 60 MB a second on two busy cores.
const CHECKED_BYTES: u64 = 64 << 20;

/// Refuses a file that was cut off: SQLite takes a stump for an empty database and fills a missing end with zeros.
pub(super) fn whole(path: &Path) -> Result<(), StoreError> {
    // https://www.sqlite.org/fileformat2.html#the_database_header
    let mut header = Vec::with_capacity(HEADER);
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    let read = File::open(path).and_then(|file| {
        (&file).take(HEADER as u64).read_to_end(&mut header)?;
        file.metadata()
    });
    let length = match read {
        Ok(file) => file.len(),
        // SQLite finds the better words for the rest.
        Err(_) => return Ok(()),
    };
    let needed = match header[..] {
        [] => 0,
        // What is not in the file may still be in the WAL; then SQLite compares by itself.
        _ if fs::metadata(PathBuf::from(wal)).is_ok_and(|wal| wal.len() > 0) => 0,
        [b'S', b'Q', b'L', b'i', b't', b'e', .., _] if header.len() == HEADER => {
            let page = match u16::from_be_bytes([header[16], header[17]]) {
                1 => 65_536,
                page => u64::from(page),
            };
            page * u64::from(u32::from_be_bytes([header[28], header[29], header[30], header[31]]))
        }
        _ => HEADER as u64,
    };
    if length < needed {
        let source = Arc::new(io::Error::new(io::ErrorKind::UnexpectedEof, "the file is cut off"));
        return Err(StoreError::Damaged {
            at: path.display().to_string(),
            source,
        });
    }
    Ok(())
}

/// Reads the whole file through, if it is not too large, before anything is built on it.
pub(super) fn intact(db: &Connection, at: &str, path: &Path) -> Result<(), StoreError> {
    if fs::metadata(path).is_ok_and(|file| file.len() > CHECKED_BYTES) {
        return Ok(());
    }
    let found: String = db
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(|error| named(at, error))?;
    if found != "ok" {
        let source = Arc::new(io::Error::new(io::ErrorKind::InvalidData, found));
        return Err(StoreError::Damaged {
            at: at.to_owned(),
            source,
        });
    }
    Ok(())
}
