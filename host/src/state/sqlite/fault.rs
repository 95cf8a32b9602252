//! What can go wrong inside a verb, and what it is called outside.

use std::sync::Arc;

use rusqlite::ErrorCode;
use serde::Serialize;

use crate::state::StoreError;

/// Why a verb did not run to its end.
#[derive(Debug)]
pub(super) enum Fault {
    /// Zero rows carried the epoch: the ticket is somebody else's by now.
    Stale(String),
    /// SQLite refused.
    Sql(rusqlite::Error),
    /// A row holds what cannot be understood.
    Content(serde_json::Error),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self::Content(error)
    }
}

impl Fault {
    /// The error for the caller; `at` names the store.
    pub(super) fn named(self, at: &str) -> StoreError {
        match self {
            Self::Stale(ticket) => StoreError::Stale { ticket },
            Self::Sql(error) => named(at, error),
            Self::Content(error) => StoreError::Damaged {
                at: at.to_owned(),
                source: Arc::new(error),
            },
        }
    }
}

/// Sorts what SQLite says by what a person can do about it.
pub(super) fn named(at: &str, error: rusqlite::Error) -> StoreError {
    let code = error.sqlite_error_code();
    let (at, source) = (at.to_owned(), Arc::new(error));
    match code {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => StoreError::Damaged { at, source },
        Some(ErrorCode::DiskFull) => StoreError::Full { at, source },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy { at, source },
        Some(
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen | ErrorCode::SystemIoFailure,
        ) => StoreError::Unwritable { at, source },
        _ => StoreError::Other { at, source },
    }
}

/// JSON for a column, made on the caller's thread.
pub(super) fn encode<T: Serialize>(at: &str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Other {
        at: at.to_owned(),
        source: Arc::new(error),
    })
}
