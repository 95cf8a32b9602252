//! The list of changed tickets, read without a gap: [`Changes`] joins the walk over the list with our own writes.

use std::time::SystemTime;

use crate::{
    Failure,
    model::Find,
    own::Own,
    time,
    walk::{Answer, Cursor, Pages, Seen, Step},
};

/// How far back the very first walk looks when nobody says.
const FIRST_LOOK: i64 = 30 * 24 * 3600;

/// Reads a list that is sorted by the time of the last change, for a helpdesk that takes "changed since" and a page number.
///
/// A ticket that exists is given, in its last state, by this walk or by the next one, whatever is written meanwhile; pages are
/// not simply turned, because a ticket that changes meanwhile moves the others across their borders.
///
/// ```
/// # use otai_plugin::{Changes, Pages, Row, model::Find};
/// # let find = Find { since: Some("2026-01-01T00:00:00Z".into()), ..Find::default() };
/// let changes = Changes::new(Pages { per_page: 100, last: u32::MAX, overlap: 90 });
/// let cursor = changes.begin(&find)?;
/// let query = cursor.query(); // ask the helpdesk: changed since `query.since`, page `query.page`
/// let rows = [Row { id: Some(7), at: Some(query.since + 5) }];
/// let step = changes.advance(cursor, rows, false, None);
/// assert_eq!((step.keep, step.more), (vec![true], false)); // row 7 is new; nothing more for now
/// # Ok::<(), otai_plugin::Failure>(())
/// ```
#[derive(Debug)]
pub struct Changes {
    pages: Pages,
    own: Own,
}

/// One row of a list, as far as [`Changes`] cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// A number that stands for the ticket; `None` if the row was unreadable.
    pub id: Option<i64>,
    /// Second of its last change; `None` if the row was unreadable.
    pub at: Option<i64>,
}

impl Changes {
    /// For a list that is cut in this way.
    #[must_use]
    pub fn new(pages: Pages) -> Self {
        Self {
            pages,
            own: Own::default(),
        }
    }

    /// Where the host wants to go on. A cursor that cannot be read begins anew, with a warning: rather twice than not at all.
    ///
    /// # Errors
    /// [`Failure::Bug`] if the host names a time that is none.
    pub fn begin(&self, find: &Find) -> Result<Cursor, Failure> {
        let now = now();
        if let Some(text) = find.cursor.as_deref() {
            match Cursor::resume(text, self.pages.overlap, now) {
                Some(cursor) => return Ok(cursor),
                None => {
                    tracing::warn!("the place in the list of tickets is unreadable: starting again from the beginning")
                }
            }
        }
        Ok(Cursor::first(first_look(find)?, now))
    }

    /// Digests a page. `next`: the answer named a further page, where the helpdesk does so; `date`: the server's clock in
    /// seconds since 1970, where it tells.
    pub fn advance(&self, cursor: Cursor, rows: impl IntoIterator<Item = Row>, next: bool, date: Option<i64>) -> Step {
        let rows = rows.into_iter().map(|row| Seen {
            id: row.id,
            at: row.at,
            own: false,
        });
        let answer = Answer {
            rows: self.own.mark(rows),
            next,
            date,
            moved: self.own.moved(cursor.given(), cursor.query().since),
        };
        cursor.advance(&answer, &self.pages)
    }

    /// Remembers our own write by the row that answered it, so that no walk gives it as news.
    pub fn wrote(&self, row: Row) {
        self.own.wrote(row);
    }
}

/// The second from which a host without a cursor wants to read.
///
/// # Errors
/// [`Failure::Bug`] if the host names a time that is none.
pub fn first_look(find: &Find) -> Result<i64, Failure> {
    match find.since.as_deref() {
        None => Ok(now() - FIRST_LOOK),
        Some(since) => match time::second(since) {
            Some(second) => Ok(second.max(0)),
            None => Err(Failure::bug(
                "the host asks for tickets since a time that is not RFC 3339",
            )),
        },
    }
}

/// Our clock, seconds since 1970.
#[must_use]
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |d| i64::try_from(d.as_secs()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_look_goes_back_as_far_as_it_is_told() {
        let find = |since: Option<&str>| Find {
            since: since.map(str::to_owned),
            ..Find::default()
        };
        assert_eq!(first_look(&find(Some("1970-01-01T00:01:40Z"))), Ok(100));
        assert!((first_look(&find(None)).unwrap() - (now() - FIRST_LOOK)).abs() < 5);
        assert!(matches!(first_look(&find(Some("yesterday"))), Err(Failure::Bug { .. })));
    }

    #[test]
    fn an_unreadable_cursor_begins_anew() {
        let changes = Changes::new(Pages {
            per_page: 100,
            last: 300,
            overlap: 90,
        });
        let find = Find {
            cursor: Some("{".into()),
            since: Some("1970-01-01T00:01:40Z".into()),
            ..Find::default()
        };
        assert_eq!(changes.begin(&find).unwrap().query().since, 100);
    }

    #[test]
    fn what_we_wrote_is_no_news() {
        let changes = Changes::new(Pages {
            per_page: 100,
            last: 300,
            overlap: 90,
        });
        let row = |id| Row {
            id: Some(id),
            at: Some(500),
        };
        changes.wrote(row(1));
        let step = changes.advance(Cursor::first(100, 1), [row(1), row(2)], false, None);
        assert_eq!(step.keep, [false, true]);
    }
}
