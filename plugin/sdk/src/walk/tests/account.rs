//! A helpdesk with a list of changes, and a host that walks it.

use std::collections::BTreeMap;

use super::super::*;

const PER_PAGE: usize = 100;

pub(super) fn by(overlap: i64) -> Pages {
    Pages {
        per_page: PER_PAGE,
        last: 300,
        overlap,
    }
}

/// Numbers without a crate: splitmix64.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }
}

/// An account with `GET /tickets` as the reference describes it.
pub(super) struct Account {
    /// Id → (second, how often changed)
    pub(super) tickets: BTreeMap<i64, (i64, u32)>,
    pub(super) clock: i64,
    pub(super) exclusive: bool,
    pub(super) links: bool,
    pub(super) dates: bool,
    pub(super) calls: usize,
    /// Numbers of the calls that sort what changed in one second the other way round: nothing promises an order there.
    pub(super) other_way: Vec<usize>,
    /// Id → second of our own write
    pub(super) own: BTreeMap<i64, i64>,
}

impl Account {
    pub(super) fn new(seconds: impl IntoIterator<Item = i64>) -> Self {
        let tickets: BTreeMap<i64, (i64, u32)> = (1..).zip(seconds).map(|(id, at)| (id, (at, 0))).collect();
        let clock = tickets.values().map(|t| t.0).max().unwrap_or(0) + 1000;
        Self {
            tickets,
            clock,
            exclusive: false,
            links: true,
            dates: true,
            calls: 0,
            other_way: Vec::new(),
            own: BTreeMap::new(),
        }
    }

    pub(super) fn list(&mut self, query: Query, given: &[i64]) -> Answer {
        self.calls += 1;
        assert!(query.page <= 300, "page {} is an error", query.page);
        let mut rows: Vec<(i64, i64)> = self.tickets.iter().map(|(id, t)| (t.0, *id)).collect();
        rows.retain(|(at, _)| *at > query.since || (!self.exclusive && *at == query.since));
        rows.sort_unstable();
        if self.other_way.contains(&self.calls) {
            rows.sort_by_key(|(at, id)| (*at, -id));
        }
        let from = (query.page as usize - 1) * PER_PAGE;
        let page = rows.iter().skip(from).take(PER_PAGE);
        Answer {
            rows: page
                .map(|(at, id)| Seen {
                    id: Some(*id),
                    at: Some(*at),
                    own: self.own.get(id) == Some(at),
                })
                .collect(),
            next: self.links && rows.len() > from + PER_PAGE,
            date: self.dates.then_some(self.clock),
            moved: !given.is_empty()
                && given
                    .iter()
                    .all(|id| self.own.get(id).is_some_and(|at| *at > query.since)),
        }
    }

    pub(super) fn touch(&mut self, id: i64) {
        if let Some(ticket) = self.tickets.get_mut(&id) {
            *ticket = (self.clock, ticket.1 + 1);
        }
    }
}

/// What the host got: the latest state of each ticket, and how many rows in all.
#[derive(Default)]
pub(super) struct Host {
    pub(super) known: BTreeMap<i64, (i64, u32)>,
    pub(super) given: usize,
    pub(super) cursor: Option<String>,
}

impl Host {
    /// One walk; `meanwhile` runs after each page.
    pub(super) fn walk(&mut self, account: &mut Account, overlap: i64, mut meanwhile: impl FnMut(&mut Account, &Self)) {
        for _ in 0..20_000 {
            let cursor = match &self.cursor {
                Some(text) => Cursor::resume(text, overlap, account.clock).unwrap(),
                None => Cursor::first(0, account.clock),
            };
            let answer = account.list(cursor.query(), cursor.given());
            let step = cursor.advance(&answer, &by(overlap));
            for (row, _) in answer.rows.iter().zip(&step.keep).filter(|(_, keep)| **keep) {
                let id = row.id.unwrap();
                self.known.insert(id, account.tickets[&id]);
                self.given += 1;
            }
            self.cursor = Some(step.cursor.to_text());
            meanwhile(account, self);
            if !step.more {
                return;
            }
        }
        panic!("the walk has no end");
    }

    pub(super) fn assert_knows(&self, account: &Account) {
        for (id, ticket) in &account.tickets {
            assert_eq!(self.known.get(id), Some(ticket), "ticket {id}");
        }
    }
}

pub(super) fn quiet(_: &mut Account, _: &Host) {}
