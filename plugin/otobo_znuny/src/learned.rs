//! Names that were seen on tickets. The API lists none, so this is all that is known of them besides the config.

use std::collections::{BTreeMap, BTreeSet};

use otai_plugin::model::{CustomField, FieldKind, Status};

use crate::{
    params::Settings,
    values,
    wire::{self, Row},
};

/// What tickets have shown so far.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Learned {
    queues: BTreeSet<String>,
    /// By id, which is the order in which they were made: lowest first in every default.
    priorities: BTreeSet<(i64, String)>,
    types: BTreeSet<String>,
    /// Name → type.
    states: BTreeMap<String, String>,
    fields: BTreeMap<String, FieldKind>,
}

impl Learned {
    /// Takes in what a ticket shows.
    pub(crate) fn learn(&mut self, row: &Row) {
        let text = |key: &str| wire::text_of(row, key);
        self.queues.extend(text("Queue"));
        self.types.extend(text("Type"));
        self.states.extend(text("State").zip(text("StateType")));
        let id = row.get("PriorityID").and_then(wire::number_of).unwrap_or(i64::MAX);
        self.priorities.extend(text("Priority").map(|name| (id, name)));
        for (name, value) in wire::dynamic_fields(row) {
            let seen = values::kind_of(value);
            // A field of two kinds is one that we do not understand.
            self.fields
                .entry(name)
                .and_modify(|kind| *kind = merged(*kind, seen))
                .or_insert(seen);
        }
    }

    /// True if a ticket was seen in this queue.
    pub(crate) fn has_queue(&self, name: &str) -> bool {
        self.queues.contains(name)
    }

    /// True if no ticket was seen.
    pub(crate) fn is_empty(&self) -> bool {
        self.queues.is_empty()
    }

    pub(crate) fn queues(&self, settings: &Settings) -> Vec<String> {
        let configured = settings.inbox.iter().filter(|name| self.has_queue(name));
        let configured = configured
            .chain(settings.queues.iter().flatten())
            .chain(&settings.known_queues);
        all(configured, self.queues.iter())
    }

    pub(crate) fn priorities(&self, settings: &Settings) -> Vec<String> {
        all(settings.priorities.iter(), self.priorities.iter().map(|(_, name)| name))
    }

    pub(crate) fn types(&self, settings: &Settings) -> Vec<String> {
        all(settings.types.iter(), self.types.iter())
    }

    pub(crate) fn statuses(&self) -> Vec<Status> {
        let status = |(name, kind): (&String, &String)| Status {
            name: name.clone(),
            fresh: matches!(kind.as_str(), "new" | "open"),
            closed: matches!(kind.as_str(), "closed" | "merged" | "removed"),
        };
        self.states.iter().map(status).collect()
    }

    pub(crate) fn fields(&self, settings: &Settings) -> Vec<CustomField> {
        let mut kinds = self.fields.clone();
        kinds.extend(
            settings
                .dynamic_fields
                .iter()
                .map(|(name, kind)| (name.clone(), (*kind).into())),
        );
        let fields = kinds
            .into_iter()
            .filter(|(name, _)| Some(name) != settings.tags_field.as_ref());
        fields
            .map(|(name, kind)| CustomField {
                label: name.clone(),
                name,
                kind,
                choices: Vec::new(),
            })
            .collect()
    }
}

fn merged(a: FieldKind, b: FieldKind) -> FieldKind {
    use FieldKind::{Checkbox, Decimal, Integer, Other};
    match (a, b) {
        (a, b) if a == b => a,
        (Checkbox | Integer, Checkbox | Integer) => Integer,
        (Checkbox | Integer | Decimal, Checkbox | Integer | Decimal) => Decimal,
        _ => Other,
    }
}

/// The configured names in their order, then the others.
fn all<'a>(configured: impl Iterator<Item = &'a String>, seen: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in configured.chain(seen) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}
