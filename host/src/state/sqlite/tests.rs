//! The suite on a file, and what only a file can do.

mod damage;
mod file;
mod group;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::SqliteStore;
use crate::state::Store;
use crate::state::suite::{Bench, ManualClock, suite};

fn bench() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    Bench {
        clock: ManualClock::new(),
        opener: Box::new(move |clock| {
            Arc::new(SqliteStore::open_with_clock(&folder.path().join("otai.db"), clock).unwrap()) as Arc<dyn Store>
        }),
    }
}

suite!(bench);

/// A folder that goes away, and the path of the state in it.
fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("otai.db");
    (folder, path)
}

fn open(path: &Path, clock: &Arc<ManualClock>) -> SqliteStore {
    SqliteStore::open_with_clock(path, clock.clone()).unwrap()
}

/// What a refused opening says.
fn refusal(path: &Path) -> crate::state::StoreError {
    match SqliteStore::open(path) {
        Ok(_) => panic!("{} was opened", path.display()),
        Err(error) => error,
    }
}
