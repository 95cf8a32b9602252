//! Where a walk over the changed tickets stands.
//!
//! **Invariant: a ticket that exists is given, in its last state, by this walk or by the next one, whatever is written
//! meanwhile.** The list is sorted by the time of the last change and cut into pages by offset, so a ticket that changes while
//! it is read moves to the end and everything behind it one place forward: who turns the page then skips tickets. Therefore
//! pages are not turned: after each page the walk asks anew from the second of its last row, and drops what it gave already.
//!
//! That stands still where one second holds more than a page (a bulk update). Only there pages are turned: forwards to find
//! the last one, then backwards, because what leaves the second moves the rest *towards* the pages still to be read; again
//! and again until one way back brings nothing new.
//!
//! Whether "changed since" includes its own second is often not documented. The walk notices: if no row of that second comes
//! back, it asks once more from a second earlier, and remembers the answer.

use serde::{Deserialize, Serialize};

/// How far the server's clock is trusted when nothing has changed: the next walk starts at most this much before it, so that a
/// quiet account does not read its last busy second for ever, and a clock that is wrong by less loses nothing.
const QUIET: i64 = 300;
/// Some helpdesks stamp a new ticket anew a while after its creation (Freshdesk about a second later, when it sets the due
/// dates), so what was there when the walk began may lie behind its end mark. The walk follows such tickets for so many seconds.
const CATCH_UP: i64 = 30;

/// How a helpdesk cuts its list into pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pages {
    /// Rows on a full page, as they are asked for.
    pub per_page: usize,
    /// The last page that the helpdesk gives, where it has such a limit; otherwise `u32::MAX`.
    pub last: u32,
    /// Seconds that each walk reads back over what the last one saw: longer than a change may take to show in the list.
    pub overlap: i64,
}

/// What a page is asked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query {
    /// "Changed since", seconds since 1970; the rows must be sorted by the time of their last change, oldest first.
    pub since: i64,
    /// Number of the page, from 1.
    pub page: u32,
}

/// What a page told.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answer {
    /// Its rows.
    pub(crate) rows: Vec<Seen>,
    /// It named a next page.
    pub(crate) next: bool,
    /// The server's clock.
    pub(crate) date: Option<i64>,
    /// Every ticket of the second that was asked from has been written by us since, so that none of them can come back.
    pub(crate) moved: bool,
}

/// One row, as far as the walk cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Id; `None` if the row was unreadable.
    pub(crate) id: Option<i64>,
    /// Second of the last change; `None` if the row was unreadable.
    pub(crate) at: Option<i64>,
    /// The last change was our own write: nothing to tell.
    pub(crate) own: bool,
}

/// What to do with a page.
#[derive(Debug)]
pub struct Step {
    /// For each row: give it to the host?
    pub keep: Vec<bool>,
    /// Where to go on: the cursor of the host's page.
    pub cursor: Cursor,
    /// Going on at once will bring more.
    pub more: bool,
}

/// Where the walk stands; crosses to the host as opaque JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cursor {
    v: u8,
    /// Everything before this second has been given.
    since: i64,
    place: Place,
    /// The server's clock at the first page: what others change much later belongs to the next walk, and so does everything
    /// behind the first page that holds our own writes alone.
    #[serde(default)]
    until: Option<i64>,
    /// Tickets of second `since` that this walk has given, sorted.
    #[serde(default)]
    seen: Vec<i64>,
    /// "Changed since" leaves out its own second.
    #[serde(default)]
    exclusive: bool,
    /// It was seen not to.
    #[serde(default)]
    inclusive: bool,
    /// The server's clock at the first page, as it was.
    #[serde(default)]
    began: Option<i64>,
    /// Between two walks: the second before `since` was over when it was read, so nothing can have joined it.
    #[serde(default)]
    over: bool,
    /// When a walk last began `overlap` seconds back, on our clock.
    #[serde(default)]
    reread: i64,
    /// The server names next pages, so that a full page without one is the last.
    #[serde(default)]
    links: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Place {
    /// Between two walks.
    Rest,
    /// Page 1 from `since`.
    Along,
    /// As `Along`, from one second earlier: does "changed since" include its own second?
    Probe,
    /// Turning pages of one second forwards.
    Ahead {
        page: u32,
        /// It brought something new; without it nothing will leave the second because of us.
        #[serde(default)]
        fresh: bool,
    },
    /// Turning them backwards; `fresh`: this way back has brought something new; `top`: where the next way back starts.
    Back { page: u32, top: u32, fresh: bool },
}

impl Cursor {
    /// The first walk ever. `now`: our clock.
    pub(crate) fn first(since: i64, now: i64) -> Self {
        Self {
            v: 1,
            since,
            place: Place::Along,
            until: None,
            seen: Vec::new(),
            exclusive: false,
            inclusive: false,
            began: None,
            over: false,
            reread: now,
            links: false,
        }
    }

    /// Reads a cursor, and begins the next walk if it was between two.
    ///
    /// A change may become visible up to `overlap` seconds late. So once in `overlap` seconds a walk begins that much before the
    /// last such walk; those in between go on where the last one ended, or every poll after a busy minute would read that
    /// minute again. `now`: our clock.
    pub(crate) fn resume(text: &str, overlap: i64, now: i64) -> Option<Self> {
        let mut cursor: Self = serde_json::from_str(text).ok().filter(|c: &Self| c.v == 1)?;
        // Within what a timestamp can hold, so that arithmetic below cannot overflow.
        if !(0..=253_402_207_200).contains(&cursor.since) {
            return None;
        }
        if cursor.place == Place::Rest {
            let passed = now.saturating_sub(cursor.reread);
            if (0..overlap.max(1)).contains(&passed) {
                // The second itself, if it may not have been over.
                cursor.since -= i64::from(!cursor.over);
            } else {
                cursor.since -= overlap.max(1) + passed.clamp(0, overlap);
                cursor.reread = now;
            }
            cursor.place = Place::Along;
            cursor.until = None;
            cursor.seen.clear();
        }
        Some(cursor)
    }

    /// Tickets of the second that is asked from.
    pub(crate) fn given(&self) -> &[i64] {
        &self.seen
    }

    /// For the host to keep.
    #[must_use]
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What to ask now.
    #[must_use]
    pub fn query(&self) -> Query {
        let earlier = i64::from(self.exclusive || self.place == Place::Probe);
        let page = match self.place {
            Place::Rest | Place::Along | Place::Probe => 1,
            Place::Ahead { page, .. } | Place::Back { page, .. } => page,
        };
        Query {
            since: self.since - earlier,
            page,
        }
    }

    /// Digests a page.
    pub(crate) fn advance(mut self, answer: &Answer, pages: &Pages) -> Step {
        if self.until.is_none() {
            self.began = answer.date;
            // Never before the place that the last walk reached: with a clock that stands still no walk would get further.
            self.until = answer.date.map(|d| d.max(self.since + pages.overlap.max(1)));
        }
        self.links |= answer.next;
        let full = answer.next || (!self.links && answer.rows.len() >= pages.per_page);
        let last = answer.rows.iter().rev().find_map(|r| r.at).unwrap_or(self.since);
        let last = last.max(self.since);
        match self.place {
            Place::Rest | Place::Along | Place::Probe => self.along(answer, full, last),
            Place::Ahead { page, fresh } => {
                let (keep, new) = self.of_this_second(answer);
                let fresh = fresh || new;
                let goes_on = full && last <= self.since && page < pages.last;
                if !goes_on && !fresh {
                    return self.leave_second(keep, full, last);
                }
                self.place = if goes_on {
                    Place::Ahead { page: page + 1, fresh }
                } else {
                    Place::Back {
                        page: page - 1,
                        top: page,
                        fresh: false,
                    }
                };
                self.more(keep)
            }
            Place::Back { page, top, fresh } => self.back(answer, full, last, (page, top, fresh)),
        }
    }

    fn along(mut self, answer: &Answer, full: bool, last: i64) -> Step {
        let in_second = |r: &Seen| r.at.is_none_or(|at| at == self.since);
        let untested = !self.exclusive && !self.inclusive && !self.seen.is_empty() && !answer.moved;
        self.inclusive |=
            self.place == Place::Along && !self.exclusive && answer.rows.iter().any(|r| r.at == Some(self.since));
        if self.place != Place::Probe && untested && !answer.rows.iter().any(in_second) {
            self.place = Place::Probe;
            return self.more(vec![false; answer.rows.len()]);
        }
        if self.place == Place::Probe {
            self.exclusive = answer.rows.iter().any(|r| in_second(r) && self.was_given(r));
        }
        let earlier_asked = self.exclusive || self.place == Place::Probe;
        let keep = answer
            .rows
            .iter()
            .map(|r| {
                let too_early = earlier_asked && r.at.is_some_and(|at| at < self.since);
                !too_early && !r.own && !self.is_repeat(r)
            })
            .collect::<Vec<bool>>();
        self.place = Place::Along;
        let beyond = |mark: i64| self.until.is_some_and(|until| last > until + mark);
        if !full || beyond(CATCH_UP) || (beyond(0) && !keep.contains(&true)) {
            return self.rest(keep, last);
        }
        if last > self.since {
            self.since = last;
            self.seen.clear();
            self.remember(answer);
        } else {
            self.remember(answer);
            let fresh = keep.contains(&true);
            self.place = Place::Ahead { page: 2, fresh };
        }
        self.more(keep)
    }

    fn back(mut self, answer: &Answer, full: bool, last: i64, (page, top, fresh): (u32, u32, bool)) -> Step {
        let (keep, new) = self.of_this_second(answer);
        let fresh = fresh || new;
        if page > 1 {
            // A page that the second no longer reaches needs no further visit.
            let reaches = answer.rows.iter().any(|r| r.at == Some(self.since));
            let top = if reaches { top } else { top.min(page - 1).max(1) };
            self.place = Place::Back {
                page: page - 1,
                top,
                fresh,
            };
            return self.more(keep);
        }
        let on_one_page = !full || last > self.since;
        if fresh && !on_one_page {
            self.place = Place::Back {
                page: top,
                top,
                fresh: false,
            };
            return self.more(keep);
        }
        self.leave_second(keep, full, last)
    }

    /// The second is read: on to the next one, if there is more.
    fn leave_second(mut self, keep: Vec<bool>, full: bool, last: i64) -> Step {
        let at_the_mark = self.until.is_some_and(|until| self.since >= until);
        if at_the_mark || (!full && last <= self.since) {
            let since = self.since;
            return self.rest(keep, since);
        }
        self.since += 1;
        self.seen.clear();
        self.place = Place::Along;
        self.more(keep)
    }

    /// While pages are turned only rows of that one second are given: the others come again, in order.
    fn of_this_second(&mut self, answer: &Answer) -> (Vec<bool>, bool) {
        let here = |r: &Seen| r.at.is_none_or(|at| at == self.since);
        let keep: Vec<bool> = answer
            .rows
            .iter()
            .map(|r| here(r) && !r.own && !self.is_repeat(r))
            .collect();
        let new = answer.rows.iter().any(|r| here(r) && !r.own && !self.was_given(r));
        self.remember(answer);
        (keep, new)
    }

    fn was_given(&self, row: &Seen) -> bool {
        row.id.is_some_and(|id| self.seen.binary_search(&id).is_ok())
    }

    /// The same ticket with the same second. In a second that was not over when the walk began, or that may not have been
    /// for want of a clock, it may still differ: then it is given again.
    fn is_repeat(&self, row: &Seen) -> bool {
        let over = self.until.is_some_and(|until| self.since < until);
        over && row.at.is_none_or(|at| at == self.since) && self.was_given(row)
    }

    fn remember(&mut self, answer: &Answer) {
        let here = answer.rows.iter().filter(|r| r.at.is_none_or(|at| at == self.since));
        let mut ids: Vec<i64> = here.filter_map(|r| r.id).collect();
        self.seen.append(&mut ids);
        self.seen.sort_unstable();
        self.seen.dedup();
    }

    fn more(self, keep: Vec<bool>) -> Step {
        Step {
            keep,
            cursor: self,
            more: true,
        }
    }

    fn rest(mut self, keep: Vec<bool>, since: i64) -> Step {
        // What changes in a second that is over changes it to a later one.
        self.over = self.began.is_some_and(|began| since < began);
        let next = since + i64::from(self.over);
        self.since = self.until.map_or(next, |until| next.max(until - QUIET));
        self.place = Place::Rest;
        self.until = None;
        self.seen.clear();
        Step {
            keep,
            cursor: self,
            more: false,
        }
    }
}

#[cfg(test)]
mod tests;
