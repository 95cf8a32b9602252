//! What nobody asks a helpdesk for and a test wants to know: the truth about a ticket, who changed it and how well an
//! automatic classifier did.
//!
//! `T` is what a desk holds for the truth about one ticket, in whatever form it compares best.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;
use serde_json::{Value, json};

use crate::time;

/// Who changed a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// The agent whose credentials the client uses.
    Key,
    /// Another agent, played by a test.
    Human,
    /// The helpdesk itself.
    System,
}

impl Who {
    fn name(self) -> &'static str {
        match self {
            Self::Key => "api",
            Self::Human => "human",
            Self::System => "system",
        }
    }
}

#[derive(Debug)]
pub(crate) struct Ledger<T> {
    truths: HashMap<u64, T>,
    /// Ticket of every open row of the data set.
    rows: BTreeMap<usize, u64>,
    /// Which keys writes of the API carried, whether they changed anything or not.
    written: HashMap<u64, BTreeSet<String>>,
    revisions: HashMap<u64, Vec<Value>>,
    /// Tags that mean something in the data set; others are marks.
    vocabulary: BTreeSet<String>,
}

impl<T> Default for Ledger<T> {
    fn default() -> Self {
        Self {
            truths: HashMap::new(),
            rows: BTreeMap::new(),
            written: HashMap::new(),
            revisions: HashMap::new(),
            vocabulary: BTreeSet::new(),
        }
    }
}

/// One decision about one ticket, compared with the truth.
#[derive(Debug)]
pub(crate) struct Judged {
    key: &'static str,
    known: bool,
    right: bool,
}

impl Judged {
    /// `key` is what a write carries for it (see [`Ledger::carried`]), `known` says whether there is a truth, `right`
    /// whether the ticket now has it.
    pub(crate) fn new(key: &'static str, known: bool, right: bool) -> Self {
        Self { key, known, right }
    }
}

impl<T> Ledger<T> {
    /// Learns the truth about a ticket. `row` is the data row it was made from, counted from 1, unless a test planted it.
    pub(crate) fn know(&mut self, id: u64, row: Option<usize>, truth: T, tags: &[String]) {
        self.vocabulary.extend(tags.iter().cloned());
        self.truths.insert(id, truth);
        if let Some(row) = row {
            self.rows.insert(row, id);
        }
    }

    pub(crate) fn truth(&self, id: u64) -> Option<&T> {
        self.truths.get(&id)
    }

    /// Data row and ticket of every open row, in file order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (usize, u64)> {
        self.rows.iter().map(|(row, id)| (*row, *id))
    }

    /// Notes which keys a write of the API carried.
    pub(crate) fn carried<'a>(&mut self, id: u64, keys: impl Iterator<Item = &'a String>) {
        self.written.entry(id).or_default().extend(keys.cloned());
    }

    /// Notes a revision; `changes` are key, old and new value.
    pub(crate) fn record(&mut self, id: u64, who: Who, at: i64, action: &str, changes: Vec<(String, Value, Value)>) {
        let changes: serde_json::Map<String, Value> = changes
            .into_iter()
            .map(|(key, old, new)| (key, json!({ "from": old, "to": new })))
            .collect();
        let entry = json!({ "at": time::show(at), "who": who.name(), "action": action, "changes": changes });
        self.revisions.entry(id).or_default().push(entry);
    }

    /// Adds what happened to a ticket to what a desk shows of it: `revisions`, `written` and `truth`.
    pub(crate) fn tell(&self, id: u64, shown: &mut Value)
    where
        T: Serialize,
    {
        shown["revisions"] = json!(self.revisions.get(&id).map(Vec::as_slice).unwrap_or_default());
        shown["written"] = json!(self.written.get(&id));
        shown["truth"] = json!(self.truth(id));
    }

    /// How much of what is known was written through the API, and how much of that is right. `judge` compares a ticket
    /// with its truth: queue, priority, type, tags; `None` if the ticket is gone.
    pub(crate) fn score(&self, judge: impl Fn(u64, &T) -> Option<[Judged; 4]>) -> Value {
        let mut tallies = [Tally::default(), Tally::default(), Tally::default(), Tally::default()];
        let mut touched = 0u64;
        for (id, truth) in &self.truths {
            let Some(judged) = judge(*id, truth) else { continue };
            let written = self.written.get(id);
            touched += u64::from(written.is_some());
            for (tally, judged) in tallies.iter_mut().zip(judged) {
                tally.count(&judged, written.is_some_and(|w| w.contains(judged.key)));
            }
        }
        let [queue, priority, kind, tags] = tallies.map(Tally::show);
        json!({
            "queue": queue, "priority": priority, "type": kind, "tags": tags,
            "tickets": { "open_rows": self.truths.len(), "touched": touched },
        })
    }

    /// Every tag that a ticket got is a true one; a mark beside them is no mistake, a missing one is no wrong decision.
    pub(crate) fn true_tags(&self, got: &[String], truth: &[String]) -> bool {
        let meant: BTreeSet<&String> = got.iter().filter(|t| self.vocabulary.contains(*t)).collect();
        !meant.is_empty() && meant.is_subset(&truth.iter().collect())
    }
}

#[derive(Debug, Default)]
struct Tally {
    total: u64,
    written: u64,
    correct: u64,
}

impl Tally {
    fn count(&mut self, judged: &Judged, written: bool) {
        let Judged { known, right, .. } = *judged;
        self.total += u64::from(known);
        self.written += u64::from(known && written);
        self.correct += u64::from(known && written && right);
    }

    fn show(self) -> Value {
        let share = |part: u64, whole: u64| {
            if whole == 0 {
                Value::Null
            } else {
                json!(part as f64 / whole as f64)
            }
        };
        json!({
            "total": self.total, "written": self.written, "correct": self.correct,
            "accuracy": share(self.correct, self.written), "coverage": share(self.written, self.total),
        })
    }
}
