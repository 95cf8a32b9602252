//! What can be compared of a ticket, and how two differ.

use std::collections::{BTreeMap, BTreeSet};

use otai_plugin::{model::Change, serde_json::Value};

use crate::desk::Seen;

/// All that can be compared of a ticket; what is empty is left out.
pub(crate) fn facts(seen: &Seen) -> BTreeMap<String, Value> {
    let ticket = &seen.ticket;
    let mut tags: Vec<String> = ticket.tags.iter().map(|t| t.trim().to_lowercase()).collect();
    tags.sort();
    let mut facts = BTreeMap::from([
        ("subject".to_owned(), ticket.subject.clone().into()),
        ("body".to_owned(), ticket.body.clone().into()),
        ("queue".to_owned(), ticket.queue.clone().into()),
        ("priority".to_owned(), ticket.priority.clone().into()),
        ("status".to_owned(), ticket.status.clone().into()),
        ("type".to_owned(), ticket.kind.clone().into()),
        ("tags".to_owned(), tags.into()),
        ("number of notes".to_owned(), seen.notes.len().into()),
    ]);
    for (name, value) in &ticket.custom_fields {
        facts.insert(format!("custom_fields.{name}"), plain(value));
    }
    for (name, value) in &seen.rest {
        facts.insert(name.clone(), value.clone());
    }
    facts.retain(|_, value| !value.is_null() && value.as_str() != Some(""));
    facts
}

/// Numbers by their value, whatever their JSON type: helpdesks change it.
fn plain(value: &Value) -> Value {
    match value.as_f64() {
        Some(number) => number.into(),
        None => value.clone(),
    }
}

/// What the change makes of these facts.
pub(crate) fn with(mut facts: BTreeMap<String, Value>, change: &Change) -> BTreeMap<String, Value> {
    for (name, value) in [
        ("queue", &change.queue),
        ("priority", &change.priority),
        ("type", &change.kind),
    ] {
        if let Some(value) = value {
            facts.insert(name.to_owned(), value.clone().into());
        }
    }
    for (name, value) in &change.custom_fields {
        facts.insert(format!("custom_fields.{name}"), plain(value));
    }
    facts
}

/// Where two differ: `` `queue` is "A" instead of "B" ``. Texts of the ticket are not repeated.
pub(crate) fn differences(is: &BTreeMap<String, Value>, wanted: &BTreeMap<String, Value>) -> String {
    let names: BTreeSet<&String> = is.keys().chain(wanted.keys()).collect();
    let show = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), Value::to_string);
    let wrong = names.into_iter().filter(|name| is.get(*name) != wanted.get(*name));
    let sentences = wrong.map(|name| match name.as_str() {
        "subject" | "body" => format!("`{name}` is another text"),
        _ => format!(
            "`{name}` is {} instead of {}",
            show(is.get(name)),
            show(wanted.get(name))
        ),
    });
    sentences.collect::<Vec<_>>().join(", ")
}
