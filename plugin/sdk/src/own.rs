//! Our own writes, so that a walk need not read them again: they lie at the end of the list, as many as we wrote.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{changes::Row, walk::Seen};

/// Writes remembered at most, 16 bytes each and some; forgetting them costs list calls and nothing else.
const KEPT: usize = 200_000;

/// Ticket → second of its last change, as the answer to our own write gave it.
#[derive(Debug, Default)]
pub(crate) struct Own(Mutex<HashMap<i64, i64>>);

impl Own {
    fn kept(&self) -> MutexGuard<'_, HashMap<i64, i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers a write by the row that answered it.
    pub(crate) fn wrote(&self, row: Row) {
        if let (Some(id), Some(at)) = (row.id, row.at) {
            let mut kept = self.kept();
            if kept.len() >= KEPT {
                kept.clear();
            }
            kept.insert(id, at);
        }
    }

    /// True if all of these tickets were written by us after that second.
    pub(crate) fn moved(&self, ids: &[i64], second: i64) -> bool {
        let kept = self.kept();
        !ids.is_empty() && ids.iter().all(|id| kept.get(id).is_some_and(|at| *at > second))
    }

    /// Marks the rows that nobody has changed since. Seconds are all that many a helpdesk tells: a change by somebody else in the
    /// very second of our write looks like it, and the ticket is decided by then.
    pub(crate) fn mark(&self, rows: impl Iterator<Item = Seen>) -> Vec<Seen> {
        let kept = self.kept();
        let own = |row: &Seen| {
            row.id
                .is_some_and(|id| row.at.is_some() && kept.get(&id).copied() == row.at)
        };
        rows.map(|row| Seen { own: own(&row), ..row }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_ours_until_somebody_changes_it() {
        let row = |id, at| Seen {
            id: Some(id),
            at: Some(at),
            own: false,
        };
        let own = Own::default();
        own.wrote(Row {
            id: Some(1),
            at: Some(100),
        });
        assert!(own.moved(&[1], 99) && !own.moved(&[1], 100) && !own.moved(&[1, 2], 99) && !own.moved(&[], 99));
        let marked = own.mark([row(1, 100), row(1, 101), row(2, 100)].into_iter());
        assert_eq!(marked.iter().map(|r| r.own).collect::<Vec<_>>(), [true, false, false]);
    }
}
