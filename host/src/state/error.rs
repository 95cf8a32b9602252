//! Why a verb did not happen, and what a person can do about it.

use std::error::Error;
use std::sync::Arc;

/// What the medium said, shared by all callers of a group that went down together.
pub type Cause = Arc<dyn Error + Send + Sync>;

/// A verb that did not happen. `at` names the place of the store: a path (or later an address without its secrets).
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The job is not ours any more: its lease ended, somebody else claimed it, or it is closed. Stop working on it.
    #[error("ticket {ticket} is no longer held by this claim: drop the work on it")]
    Stale {
        /// The helpdesk's id.
        ticket: String,
    },
    /// Another process holds the store.
    #[error("{at} is in use by another otai: stop that one, or give this one its own `state:` path")]
    InUse {
        /// Which store.
        at: String,
    },
    /// A newer otai wrote it.
    #[error(
        "{at} was written by a newer otai (schema {found}, this one knows up to {known}): install that version again, or give \
         another `state:` path"
    )]
    Newer {
        /// Which store.
        at: String,
        /// The schema version found.
        found: i64,
        /// The newest schema version that this otai knows.
        known: i64,
    },
    /// A database, but not ours.
    #[error("{at} is a database of another program: give another `state:` path")]
    Foreign {
        /// Which store.
        at: String,
    },
    /// The content cannot be read.
    #[error(
        "{at} is damaged or is no otai state: restore it from a backup, or move it away together with its -wal and -shm files; \
         otai then starts with an empty state and looks at the recent tickets anew"
    )]
    Damaged {
        /// Which store.
        at: String,
        /// What was found.
        #[source]
        source: Cause,
    },
    /// No room. Everything stays as it was; the next verb may work again.
    #[error("no room left for {at}: free some space on that disk (or raise the quota), otai then goes on by itself")]
    Full {
        /// Which store.
        at: String,
        /// What the medium said.
        #[source]
        source: Cause,
    },
    /// The medium refuses reads or writes.
    #[error(
        "{at} cannot be opened or written: check that it is a file, its folder's owner and rights, and the disk's health"
    )]
    Unwritable {
        /// Which path.
        at: String,
        /// What the medium said.
        #[source]
        source: Cause,
    },
    /// Another program keeps it locked for longer than we wait.
    #[error("{at} is kept locked by another program (a database browser or a backup?): close that one")]
    Busy {
        /// Which store.
        at: String,
        /// What the medium said.
        #[source]
        source: Cause,
    },
    /// Anything else; a bug of ours.
    #[error("{at}: the database refused a statement, please report this")]
    Other {
        /// Which store.
        at: String,
        /// What the medium said.
        #[source]
        source: Cause,
    },
    /// The store was shut down.
    #[error("the state is closed")]
    Closed,
}

impl StoreError {
    /// True if the job was overtaken: an ordinary event that concerns this one ticket.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        matches!(self, Self::Stale { .. })
    }

    /// True if the same verb may work later without anybody restarting otai: no room, or locked by another program.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Full { .. } | Self::Busy { .. })
    }
}
