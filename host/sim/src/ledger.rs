//! What nobody asks Freshdesk for and a test wants to know: the truth about a ticket, who changed it and how well an
//! automatic classifier did.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Value, json};

use crate::store::Store;
use crate::ticket::Ticket;
use crate::time;

/// What a human made of a ticket that is still open here.
#[derive(Debug, Clone, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub(crate) struct Truth {
    pub(crate) group_id: Option<u64>,
    pub(crate) priority: Option<u64>,
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) language: String,
}

/// Who changed a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// The agent to whom the API key belongs.
    Key,
    /// Another agent, played by a test.
    Human,
    /// Freshdesk itself.
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

#[derive(Debug, Default)]
pub(crate) struct Ledger {
    truths: HashMap<u64, Truth>,
    /// Which keys writes of the API carried, whether they changed anything or not.
    written: HashMap<u64, BTreeSet<String>>,
    revisions: HashMap<u64, Vec<Value>>,
    /// Tags that mean something in the data set; others are marks.
    vocabulary: BTreeSet<String>,
}

impl Ledger {
    pub(crate) fn know(&mut self, id: u64, truth: Truth) {
        self.vocabulary.extend(truth.tags.iter().cloned());
        self.truths.insert(id, truth);
    }

    pub(crate) fn truth(&self, id: u64) -> Option<&Truth> {
        self.truths.get(&id)
    }

    pub(crate) fn carried<'a>(&mut self, id: u64, keys: impl Iterator<Item = &'a String>) {
        self.written.entry(id).or_default().extend(keys.cloned());
    }

    pub(crate) fn record(&mut self, who: Who, at: i64, action: &str, changes: Vec<(String, Value)>, now: &Ticket) {
        let changes: serde_json::Map<String, Value> = changes
            .into_iter()
            .map(|(key, old)| {
                let new = now.get(&key);
                (key, json!({ "from": old, "to": new }))
            })
            .collect();
        let entry = json!({ "at": time::show(at), "who": who.name(), "action": action, "changes": changes });
        self.revisions.entry(now.id).or_default().push(entry);
    }

    pub(crate) fn revisions(&self, id: u64) -> Value {
        json!(self.revisions.get(&id).map(Vec::as_slice).unwrap_or_default())
    }

    pub(crate) fn written(&self, id: u64) -> Value {
        json!(self.written.get(&id))
    }

    /// How much of the open rows was written through the API, and how much of that is right.
    pub(crate) fn score(&self, store: &Store) -> Value {
        let mut tallies = [Tally::default(), Tally::default(), Tally::default(), Tally::default()];
        let mut touched = 0u64;
        for (id, truth) in &self.truths {
            let Some(ticket) = store.get(*id) else { continue };
            let written = self.written.get(id);
            touched += u64::from(written.is_some());
            let wrote = |key: &str| written.is_some_and(|w| w.contains(key));
            let [queue, priority, kind, tags] = &mut tallies;
            queue.count(
                truth.group_id.is_some(),
                wrote("group_id"),
                ticket.group_id == truth.group_id,
            );
            priority.count(
                truth.priority.is_some(),
                wrote("priority"),
                Some(ticket.priority) == truth.priority,
            );
            kind.count(truth.kind.is_some(), wrote("type"), ticket.kind == truth.kind);
            tags.count(!truth.tags.is_empty(), wrote("tags"), self.true_tags(ticket, truth));
        }
        let [queue, priority, kind, tags] = tallies.map(Tally::show);
        json!({
            "queue": queue, "priority": priority, "type": kind, "tags": tags,
            "tickets": { "open_rows": self.truths.len(), "touched": touched },
        })
    }

    /// Every tag that the ticket got is a true one; a mark beside them is no mistake, a missing one is no wrong decision.
    fn true_tags(&self, ticket: &Ticket, truth: &Truth) -> bool {
        let meant: BTreeSet<&String> = ticket.tags.iter().filter(|t| self.vocabulary.contains(*t)).collect();
        !meant.is_empty() && meant.is_subset(&truth.tags.iter().collect())
    }
}

#[derive(Debug, Default)]
struct Tally {
    total: u64,
    written: u64,
    correct: u64,
}

impl Tally {
    fn count(&mut self, known: bool, written: bool, right: bool) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_api_carried_counts_as_written() {
        let mut ledger = Ledger::default();
        let mut store = Store::new(0);
        for id in 1..=2 {
            store.put_indexed(Ticket::new(id, 9, 100));
            let truth = Truth {
                group_id: Some(7),
                priority: Some(1),
                tags: vec!["vpn".into()],
                ..Truth::default()
            };
            ledger.know(id, truth);
        }
        store.edit(1, 0, |t| {
            t.group_id = Some(7);
            t.tags = vec!["ai-mark".into(), "vpn".into()];
        });
        ledger.carried(
            1,
            ["group_id".to_owned(), "priority".to_owned(), "tags".to_owned()].iter(),
        );
        let score = ledger.score(&store);
        assert_eq!(
            score["queue"],
            json!({"total": 2, "written": 1, "correct": 1, "accuracy": 1.0, "coverage": 0.5})
        );
        assert_eq!(
            score["priority"]["written"], 1,
            "priority Low was written though it is the default"
        );
        assert_eq!(score["tags"]["correct"], 1, "a mark beside the true tags is no mistake");
        assert_eq!(score["type"]["accuracy"], Value::Null);
        assert_eq!(score["tickets"], json!({"open_rows": 2, "touched": 1}));
    }
}
