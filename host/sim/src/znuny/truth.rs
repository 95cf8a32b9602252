//! What is true of a ticket, and how near a classifier came to it.

use serde_json::{Value, json};

use crate::ledger::{Judged, Ledger};
use crate::split::Level;

use super::catalog;
use super::ticket::Ticket;
use super::world::Znuny;

/// The queue in which open rows lie, and the type they have, until somebody decides.
pub(super) const RAW: &str = "Raw";
pub(super) const UNCLASSIFIED: &str = "Unclassified";
/// The field that holds a ticket's tags.
pub(super) const TAGS: &str = "OtaiTags";

/// What a human made of a ticket that is still open here, under the helpdesk's own names.
#[derive(Debug, Clone, Default, serde::Deserialize, serde::Serialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Truth {
    pub(super) queue: Option<String>,
    /// `4 high`.
    pub(super) priority: Option<String>,
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) language: String,
}

/// The product's name for a priority of the data set.
pub(super) fn priority(level: Level) -> &'static str {
    match level {
        Level::Low => "2 low",
        Level::Medium => "3 normal",
        Level::High => "4 high",
        Level::Urgent => "5 very high",
    }
}

/// The tags of a ticket.
pub(super) fn tags(ticket: &Ticket) -> Vec<String> {
    let list = ticket.fields.get(TAGS).and_then(Value::as_array);
    let texts = list.into_iter().flatten().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

/// How much of the open rows was written through the interface, and how much of that is right.
pub(super) fn score(ledger: &Ledger<Truth>, znuny: &Znuny) -> Value {
    ledger.score(|id, truth| {
        let ticket = znuny.tickets.get(&id)?;
        let facets = znuny.facets(ticket);
        let judged = |key: &'static str, wanted: &Option<String>| {
            Judged::new(key, wanted.is_some(), facets.get(key) == Some(&json!(wanted)))
        };
        Some([
            judged("Queue", &truth.queue),
            judged("Priority", &truth.priority),
            judged("Type", &truth.kind),
            Judged::new(
                "DynamicField_OtaiTags",
                !truth.tags.is_empty(),
                ledger.true_tags(&tags(ticket), &truth.tags),
            ),
        ])
    })
}

/// The word of the data set for a ticket's priority, or the product's own name.
pub(super) fn level(znuny: &Znuny, ticket: &Ticket) -> String {
    let name = catalog::named(&znuny.catalog.priorities, ticket.priority);
    let level = Level::ALL.into_iter().find(|l| priority(*l) == name);
    level.map_or_else(|| name.to_owned(), |l| l.word().to_owned())
}
