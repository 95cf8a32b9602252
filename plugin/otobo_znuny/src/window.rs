//! Where a walk over the changed tickets stands.
//!
//! **Invariant: a ticket that is visible and changes is given, in its last state, by the walk that runs or by the next one.**
//!
//! The search has no offset and no total, and its times have no zone. So a walk asks for everything that changed in the last so
//! many minutes: the server compares its own stamps with its own clock, and no zone of either side and no difference between
//! the clocks gets in. The number of minutes is a length on our clock alone, from the beginning of the window until now, rounded
//! up. The answer is a set of ids; sorted, it is cut into pages behind the last id given. That order cannot move under the
//! reader's feet as one by time would.
//!
//! - What changes while a walk runs changes after its beginning, and the next window begins before that, by `OVERLAP`.
//! - A change moves a ticket's stamp forwards, never out of a window that is still to be searched. So a search that is repeated
//!   in the middle of a walk (after a restart) finds at least what is still to be given.
//! - Where the helpdesk stamps in local time, the hour that comes twice in autumn hides changes from windows shorter than that
//!   hour. Once in `DEEP` seconds the window reaches over everything since the last such walk and `LOST_HOUR` more.
//! - If our clock was put back, its lengths mean nothing: the walk begins anew.

use otai_plugin::{
    Failure, first_look,
    model::Find,
    serde::{Deserialize, Serialize},
    serde_json, tracing,
};

/// Seconds that each window reaches back over the beginning of the last walk: longer than a change takes to become visible.
const OVERLAP: i64 = 90;
/// Seconds between two walks that reach far back.
const DEEP: i64 = 6 * 3600;
/// Seconds that those reach back further.
const LOST_HOUR: i64 = 3600;

/// Crosses to the host as opaque JSON. All times are seconds since 1970 on our clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "otai_plugin::serde")]
pub(crate) struct Cursor {
    v: u8,
    /// Beginning of the window.
    since: i64,
    /// When this walk began; between two walks: when the last one did.
    began: i64,
    /// When the last far-reaching walk began.
    deep: i64,
    /// The last id given; `None` between two walks.
    last: Option<i64>,
}

impl Cursor {
    /// Where the host wants to go on. A cursor that cannot be read begins anew: rather twice than not at all.
    pub(crate) fn begin(find: &Find, now: i64) -> Result<Self, Failure> {
        let Some(text) = find.cursor.as_deref() else {
            return Ok(Self::first(first_look(find)?, now));
        };
        let kept = serde_json::from_str(text).ok().filter(|c: &Self| c.v == 1);
        match kept {
            Some(cursor) if cursor.began <= now => Ok(cursor.resume(now)),
            found => {
                let why = if found.is_none() {
                    "is unreadable"
                } else {
                    "lies in the future: the clock was put back"
                };
                tracing::warn!("the place in the list of tickets {why}: starting again from the beginning");
                Ok(Self::first(first_look(find)?, now))
            }
        }
    }

    fn first(since: i64, now: i64) -> Self {
        Self {
            v: 1,
            since,
            began: now,
            deep: now,
            last: Some(0),
        }
    }

    fn resume(self, now: i64) -> Self {
        if self.last.is_some() {
            return self;
        }
        let far = now - self.deep >= DEEP;
        let since = if far { self.deep - LOST_HOUR } else { self.began };
        Self {
            since: since - OVERLAP,
            began: now,
            deep: if far { now } else { self.deep },
            last: Some(0),
            v: 1,
        }
    }

    /// How many minutes the window is long now: a started one counts as a whole, and one more for the rounding of the server.
    pub(crate) fn minutes(&self, now: i64) -> i64 {
        let seconds = now.saturating_sub(self.since).max(0);
        seconds / 60 + 2
    }

    /// The next ids to give, of a sorted list, and whether more are left behind them.
    pub(crate) fn page<'a>(&self, ids: &'a [i64], size: usize) -> (&'a [i64], bool) {
        let last = self.last.unwrap_or_default();
        let rest = &ids[ids.partition_point(|id| *id <= last)..];
        let page = &rest[..rest.len().min(size)];
        (page, page.len() < rest.len())
    }

    /// Behind the page that ends with this id.
    pub(crate) fn behind(self, last: i64) -> Self {
        Self {
            last: Some(last),
            ..self
        }
    }

    /// At the end of the walk.
    pub(crate) fn ended(self) -> Self {
        Self { last: None, ..self }
    }

    /// What one search serves: this walk, and no other.
    pub(crate) fn walk(&self) -> (i64, i64) {
        (self.since, self.began)
    }

    /// For the host to keep.
    pub(crate) fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(cursor: Option<&Cursor>) -> Find {
        Find {
            cursor: cursor.map(Cursor::to_text),
            since: Some("1970-01-12T13:46:40Z".into()),
            ..Find::default()
        }
    }

    fn begin(cursor: Option<&Cursor>, now: i64) -> Cursor {
        Cursor::begin(&find(cursor), now).unwrap()
    }

    const NOW: i64 = 2_000_000;

    #[test]
    fn a_window_covers_the_beginning_of_the_last_walk() {
        let first = begin(None, NOW);
        assert_eq!(
            (first.walk(), first.minutes(NOW)),
            ((1_000_000, NOW), 1_000_000 / 60 + 2)
        );
        // The walk took long; what matters is when it began.
        let next = begin(Some(&first.ended()), NOW + 1000);
        assert_eq!(next.walk(), (NOW - OVERLAP, NOW + 1000));
        assert!(next.minutes(NOW + 1000) * 60 >= 1000 + OVERLAP);
        assert!(
            next.minutes(NOW + 2000) * 60 >= 2000 + OVERLAP,
            "also when it is searched later"
        );
    }

    #[test]
    fn pages_follow_the_ids_whatever_becomes_of_the_list() {
        let walk = begin(None, NOW);
        let (page, more) = walk.page(&[3, 5, 9], 2);
        assert_eq!((page, more), (&[3, 5][..], true));
        let walk = begin(Some(&walk.behind(5)), NOW + 10);
        assert_eq!(walk.walk(), (1_000_000, NOW), "the same walk");
        // Searched again: 5 is gone, 1 and 7 are new; 1 has changed since the walk began and belongs to the next.
        assert_eq!(walk.page(&[1, 3, 7, 9], 2), (&[7, 9][..], false));
        assert_eq!(walk.behind(9).page(&[1, 3, 7, 9], 2), (&[][..], false));
    }

    #[test]
    fn now_and_then_a_window_reaches_over_the_hour_that_comes_twice() {
        let mut cursor = begin(None, NOW).ended();
        let mut deep = Vec::new();
        let mut covered = NOW;
        for poll in 1..=900 {
            let now = NOW + poll * 60;
            let walk = begin(Some(&cursor), now);
            assert!(walk.since <= covered - OVERLAP, "no gap");
            if now - walk.since > LOST_HOUR {
                deep.push((walk.since, now));
            }
            covered = now;
            cursor = walk.ended();
        }
        assert_eq!(deep.len(), 2);
        assert!(
            deep[0].0 <= NOW - LOST_HOUR && deep[1].0 <= deep[0].1 - LOST_HOUR,
            "{deep:?}"
        );
    }

    #[test]
    fn a_clock_that_was_put_back_and_a_broken_cursor_begin_anew() {
        let rest = begin(None, NOW).ended();
        assert_eq!(begin(Some(&rest), NOW - 3600).walk(), (1_000_000, NOW - 3600));
        let broken = Find {
            cursor: Some("{".into()),
            ..find(None)
        };
        assert_eq!(Cursor::begin(&broken, NOW).unwrap().walk().0, 1_000_000);
    }
}
