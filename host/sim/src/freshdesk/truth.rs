//! What is true of a Freshdesk ticket, and how near a classifier came to it.

use serde_json::Value;

use crate::freshdesk::store::Store;
use crate::ledger::{Judged, Ledger};

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

/// How much of the open rows was written through the API, and how much of that is right.
pub(crate) fn score(ledger: &Ledger<Truth>, store: &Store) -> Value {
    ledger.score(|id, truth| {
        let ticket = store.get(id)?;
        Some([
            Judged::new("group_id", truth.group_id.is_some(), ticket.group_id == truth.group_id),
            Judged::new(
                "priority",
                truth.priority.is_some(),
                Some(ticket.priority) == truth.priority,
            ),
            Judged::new("type", truth.kind.is_some(), ticket.kind == truth.kind),
            Judged::new(
                "tags",
                !truth.tags.is_empty(),
                ledger.true_tags(&ticket.tags, &truth.tags),
            ),
        ])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::freshdesk::ticket::Ticket;
    use serde_json::json;

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
            let tags = truth.tags.clone();
            ledger.know(id, None, truth, &tags);
        }
        store.edit(1, 0, |t| {
            t.group_id = Some(7);
            t.tags = vec!["ai-mark".into(), "vpn".into()];
        });
        ledger.carried(
            1,
            ["group_id".to_owned(), "priority".to_owned(), "tags".to_owned()].iter(),
        );
        let score = score(&ledger, &store);
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
