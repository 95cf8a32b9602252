//! Every request of the API, for those who want to prove what a client did.
//!
//! The key is never in it. Entries are bounded, counts are not: an old entry may be forgotten, but that it happened is
//! still counted.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;
use serde_json::{Value, json};

/// Entries kept in full. At half a kilobyte each this stays near 100 MB.
const KEPT: usize = 200_000;
/// Bodies longer than this are noted by their length.
const LONGEST_BODY: usize = 65_536;

/// One request of the API.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// Number of the request, from 1.
    pub n: u64,
    /// When it came, in milliseconds since 1970.
    pub at: f64,
    /// HTTP method.
    pub method: String,
    /// Path, e.g. `/api/v2/tickets/7`.
    pub path: String,
    /// The route it matched, e.g. `/api/v2/tickets/{id}`.
    pub pattern: String,
    /// Query as it was sent.
    pub query: String,
    /// What the client was told; null when it was told nothing, or nothing yet.
    pub status: Option<u16>,
    /// What the API itself answered, when a fault hid that from the client.
    pub handled: Option<u16>,
    /// Credits taken.
    pub cost: f64,
    /// Body of a write.
    pub body: Option<Value>,
    /// `User-Agent` of the client.
    pub user_agent: String,
    /// Whether the credentials were right.
    pub authorized: bool,
    /// Kinds of the faults that struck.
    pub faults: Vec<String>,
    /// Milliseconds until the answer was ready.
    pub took_ms: Option<f64>,
}

/// What is known of a request when it arrives.
#[derive(Debug, Default)]
pub(crate) struct Arrived {
    pub(crate) at_ms: i64,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) pattern: String,
    pub(crate) ticket: Option<u64>,
    pub(crate) put: bool,
    pub(crate) query: String,
    pub(crate) cost: f64,
    pub(crate) body: Option<Value>,
    pub(crate) body_bytes: usize,
    pub(crate) user_agent: String,
    pub(crate) authorized: bool,
    pub(crate) faults: Vec<String>,
}

/// What became of a request.
#[derive(Debug, Default)]
pub(crate) struct Did {
    pub(crate) ticket: Option<u64>,
    pub(crate) put: bool,
    pub(crate) note: bool,
    pub(crate) write: bool,
    /// Whether it took effect.
    pub(crate) effect: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Journal {
    entries: VecDeque<Entry>,
    last: u64,
    methods: BTreeMap<String, u64>,
    patterns: BTreeMap<String, u64>,
    statuses: BTreeMap<u16, u64>,
    unauthorized: u64,
    /// Writes of a ticket that arrived, and those that were applied.
    puts: BTreeMap<u64, u64>,
    applied: BTreeMap<u64, u64>,
    notes: BTreeMap<u64, u64>,
    writes: BTreeMap<u64, u64>,
}

impl Journal {
    /// Notes a request on arrival and returns its number.
    pub(crate) fn arrive(&mut self, request: Arrived) -> u64 {
        self.last += 1;
        *self.methods.entry(request.method.clone()).or_default() += 1;
        *self
            .patterns
            .entry(format!("{} {}", request.method, request.pattern))
            .or_default() += 1;
        self.unauthorized += u64::from(!request.authorized);
        if let (Some(id), true) = (request.ticket, request.put) {
            *self.puts.entry(id).or_default() += 1;
        }
        if self.entries.len() == KEPT {
            self.entries.pop_front();
        }
        let long = request.body_bytes > LONGEST_BODY;
        self.entries.push_back(Entry {
            n: self.last,
            at: request.at_ms as f64,
            method: request.method,
            path: request.path,
            pattern: request.pattern,
            query: request.query,
            status: None,
            handled: None,
            cost: request.cost,
            body: if long {
                Some(json!({ "bytes": request.body_bytes }))
            } else {
                request.body
            },
            user_agent: request.user_agent,
            authorized: request.authorized,
            faults: request.faults,
            took_ms: None,
        });
        self.last
    }

    /// Notes that the API has handled a request, whether or not the client gets to know.
    pub(crate) fn handled(&mut self, n: u64, did: &Did, status: u16) {
        if let Some(entry) = self.entry(n) {
            entry.handled = Some(status);
        }
        let Some(id) = did.ticket.filter(|_| did.effect) else {
            return;
        };
        let count = |map: &mut BTreeMap<u64, u64>, counts: bool| {
            if counts {
                *map.entry(id).or_default() += 1;
            }
        };
        count(&mut self.applied, did.put);
        count(&mut self.notes, did.note);
        count(&mut self.writes, did.write);
    }

    /// How many requests changed a ticket in whatever way.
    pub(crate) fn writes(&self, ticket: u64) -> u64 {
        self.writes.get(&ticket).copied().unwrap_or(0)
    }

    /// Notes what the client was told.
    pub(crate) fn answered(&mut self, n: u64, status: u16, now_ms: i64) {
        *self.statuses.entry(status).or_default() += 1;
        if let Some(entry) = self.entry(n) {
            entry.status = Some(status);
            entry.took_ms = Some(now_ms as f64 - entry.at);
        }
    }

    pub(crate) fn clear(&mut self) {
        // Numbers go on, so that a late answer finds no stranger's entry.
        *self = Self {
            last: self.last,
            ..Self::default()
        };
    }

    /// Entries after number `since`, of one method if given.
    pub(crate) fn read<'a>(&'a self, since: u64, method: Option<&'a str>) -> impl Iterator<Item = &'a Entry> {
        let method = method.map(str::to_uppercase);
        let first = self.entries.front().map_or(1, |e| e.n);
        let skip = (since + 1).saturating_sub(first) as usize;
        self.entries
            .iter()
            .skip(skip)
            .filter(move |e| method.as_ref().is_none_or(|m| *m == e.method))
    }

    pub(crate) fn counts(&self) -> Value {
        let most = |map: &BTreeMap<u64, u64>| map.values().max().copied().unwrap_or(0);
        let sum = |map: &BTreeMap<u64, u64>| map.values().sum::<u64>();
        json!({
            "total": self.methods.values().sum::<u64>(),
            "methods": self.methods,
            "routes": self.patterns,
            "statuses": self.statuses,
            "unauthorized": self.unauthorized,
            "puts": { "total": sum(&self.puts), "max": most(&self.puts), "per_ticket": self.puts },
            "applied_puts": { "total": sum(&self.applied), "max": most(&self.applied), "per_ticket": self.applied },
            "notes": { "total": sum(&self.notes), "max": most(&self.notes), "per_ticket": self.notes },
        })
    }

    fn entry(&mut self, n: u64) -> Option<&mut Entry> {
        let first = self.entries.front()?.n;
        self.entries.get_mut(n.checked_sub(first)? as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(journal: &mut Journal, id: u64) -> u64 {
        journal.arrive(Arrived {
            method: "PUT".into(),
            pattern: "/api/v2/tickets/{id}".into(),
            ticket: Some(id),
            put: true,
            ..Arrived::default()
        })
    }

    #[test]
    fn attempts_and_applied_writes_are_told_apart() {
        let mut journal = Journal::default();
        let n = put(&mut journal, 7);
        let did = Did {
            ticket: Some(7),
            put: true,
            effect: true,
            ..Did::default()
        };
        journal.handled(n, &did, 200);
        journal.answered(n, 200, 5);
        put(&mut journal, 7);
        let counts = journal.counts();
        assert_eq!(
            (&counts["puts"]["per_ticket"]["7"], &counts["puts"]["max"]),
            (&json!(2), &json!(2))
        );
        assert_eq!(counts["applied_puts"]["per_ticket"]["7"], 1);
        let second = journal.read(1, Some("put")).next().unwrap();
        assert_eq!((second.n, second.status), (2, None));
        assert_eq!(journal.read(0, Some("GET")).count(), 0);
    }

    #[test]
    fn numbers_go_on_after_a_clearing() {
        let mut journal = Journal::default();
        let n = put(&mut journal, 7);
        journal.clear();
        journal.answered(n, 200, 5);
        assert_eq!(journal.read(0, None).count(), 0);
        assert_eq!(put(&mut journal, 7), n + 1);
    }

    #[test]
    fn old_entries_go_and_their_count_stays() {
        let mut journal = Journal::default();
        for _ in 0..KEPT + 10 {
            put(&mut journal, 1);
        }
        assert_eq!(journal.entries.len(), KEPT);
        assert_eq!(journal.counts()["puts"]["total"], json!(KEPT + 10));
        assert_eq!(
            journal.read(KEPT as u64, None).next().map(|e| e.n),
            Some(KEPT as u64 + 1)
        );
    }
}
