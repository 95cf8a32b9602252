//! `labels + thresholds + mapping + ticket → Change`, a pure function.
//!
//! Nothing comes out that the helpdesk does not have, that is less sure than the admin wants, or that would replace what a
//! person chose. Every field that is left alone says why.
//!
//! `otherwise: VALUE` is for a text that the classifier understands and is not sure of. A text of which it says that nothing
//! may be decided on it (`Said::leave`) gets no value at all: whatever is set for the unsure would be a decision on it too.

use std::collections::BTreeMap;

use otai_interface::model::{Catalog, Change, FieldKind, Label, Ticket};
use serde_json::Value;

use super::Said;
use crate::{
    config::{FieldRule, Mark, Otherwise, Overwrite, Pipeline, resolve},
    state::FieldDecision,
};

/// What is to be written to a ticket, and the reason for each field.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Decision {
    /// Empty: the ticket is left to a human.
    pub change: Change,
    /// Field → what was decided.
    pub fields: BTreeMap<String, FieldDecision>,
}

impl Decision {
    /// Why nothing is written to the ticket, if nothing is: the reason of all its fields, or what they have in common.
    pub(super) fn why_left(&self) -> &str {
        let mut reasons = self.fields.values().map(|decided| match decided {
            FieldDecision::Leave { why } => Some(why.as_str()),
            _ => None,
        });
        match reasons.next().flatten() {
            Some(first) if reasons.all(|other| other == Some(first)) => first,
            _ => "no field was sure enough, free and known to the helpdesk",
        }
    }
}

/// Decides one ticket.
#[must_use]
pub fn decide(spec: &Pipeline, catalog: &Catalog, ticket: &Ticket, said: &Said) -> Decision {
    let mut decision = Decision::default();
    for (field, rule) in &spec.fields {
        let got = said.labels.get(field).map_or(&[][..], Vec::as_slice);
        let decided = match (said.leave.get(field), field.as_str()) {
            (Some(why), _) => leave(why),
            (None, "tags") => tags(rule, catalog, ticket, got, &mut decision.change),
            (None, _) => single(field, rule, spec.overwrite, catalog, ticket, got, &mut decision.change),
        };
        decision.fields.insert(field.clone(), decided);
    }
    if !decision.change.is_empty() {
        match &spec.mark {
            Some(Mark::Tag(tag)) if !has_tag(ticket, tag) => decision.change.add_tags.push(tag.clone()),
            Some(Mark::CustomField(name)) => {
                decision
                    .change
                    .custom_fields
                    .insert(name.clone(), mark_value(catalog, name));
            }
            _ => {}
        }
    }
    decision
}

/// True if the ticket carries the mark of an earlier triage.
#[must_use]
pub fn is_marked(mark: Option<&Mark>, ticket: &Ticket) -> bool {
    match mark {
        None => false,
        Some(Mark::Tag(tag)) => has_tag(ticket, tag),
        Some(Mark::CustomField(name)) => ticket.custom_fields.get(name).is_some_and(|v| !is_blank(v)),
    }
}

fn has_tag(ticket: &Ticket, tag: &str) -> bool {
    let tag = tag.to_lowercase();
    ticket.tags.iter().any(|t| t.to_lowercase() == tag)
}

fn mark_value(catalog: &Catalog, name: &str) -> Value {
    match catalog.custom_fields.iter().find(|f| f.name == name).map(|f| f.kind) {
        Some(FieldKind::Checkbox) => Value::Bool(true),
        _ => Value::String("otai".to_owned()),
    }
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

fn leave(why: impl Into<String>) -> FieldDecision {
    FieldDecision::Leave { why: why.into() }
}

fn single(
    field: &str,
    rule: &FieldRule,
    overwrite: Overwrite,
    catalog: &Catalog,
    ticket: &Ticket,
    labels: &[Label],
    change: &mut Change,
) -> FieldDecision {
    let Some(now) = current(field, ticket) else {
        return leave("this ticket system has no such field");
    };
    let (value, confidence) = match labels.first() {
        Some(top) if rule.threshold.passes(top) => match value_for(field, &top.name, &rule.labels, catalog) {
            Some(value) => (value, Some(top.confidence)),
            None => return leave(format!("the helpdesk has no {field} `{}`", top.name)),
        },
        Some(top) if !rule.threshold.is_known(top) => return leave(rule.threshold.why_not(top)),
        other => match &rule.otherwise {
            Otherwise::Value(value) => match value_for(field, value, &BTreeMap::new(), catalog) {
                Some(value) => (value, None),
                None => return leave(format!("the helpdesk has no {field} `{value}`")),
            },
            Otherwise::Leave => {
                return leave(other.map_or_else(
                    || "the classifier gives no label for this field".to_owned(),
                    |top| rule.threshold.why_not(top),
                ));
            }
        },
    };
    let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if now == value {
        return FieldDecision::Right {
            value: shown,
            confidence,
        };
    }
    let unset = is_blank(&now) || counts_as_unset(field, &now, catalog);
    if !unset && overwrite == Overwrite::IfUnset {
        return leave("somebody chose a value already");
    }
    set(field, value, change);
    FieldDecision::Write {
        value: shown,
        confidence,
    }
}

/// True for what the helpdesk puts there when nobody chooses.
fn counts_as_unset(field: &str, now: &Value, catalog: &Catalog) -> bool {
    let values = catalog.unset.get(field).map_or(&[][..], Vec::as_slice);
    now.as_str().is_some_and(|now| values.iter().any(|value| value == now))
}

fn tags(rule: &FieldRule, catalog: &Catalog, ticket: &Ticket, labels: &[Label], change: &mut Change) -> FieldDecision {
    if !catalog.free_tags {
        return leave("this ticket system has no tags");
    }
    let sure: Vec<&Label> = labels.iter().filter(|l| rule.threshold.passes(l)).collect();
    let names = |labels: &[&Label]| -> Vec<String> {
        labels
            .iter()
            .map(|l| rule.labels.get(&l.name).unwrap_or(&l.name).clone())
            .collect()
    };
    let confidence = sure.iter().map(|l| l.confidence).reduce(f32::min);
    if sure.is_empty() {
        if let Some(top) = labels.first().filter(|top| !rule.threshold.is_known(top)) {
            return leave(rule.threshold.why_not(top));
        }
        return match &rule.otherwise {
            Otherwise::Value(tag) if !has_tag(ticket, tag) => {
                change.add_tags.push(tag.clone());
                FieldDecision::Write {
                    value: tag.clone(),
                    confidence: None,
                }
            }
            _ => leave(labels.first().map_or_else(
                || "the classifier gives no tag".to_owned(),
                |top| rule.threshold.why_not(top),
            )),
        };
    }
    let new: Vec<&Label> = sure
        .iter()
        .copied()
        .filter(|l| !has_tag(ticket, rule.labels.get(&l.name).unwrap_or(&l.name)))
        .collect();
    if new.is_empty() {
        return FieldDecision::Right {
            value: names(&sure).join(", "),
            confidence,
        };
    }
    let added = names(&new);
    let value = added.join(", ");
    change.add_tags.extend(added);
    FieldDecision::Write { value, confidence }
}

/// What the ticket has now in a single-valued field, as JSON; `None` for a field that tickets do not have.
pub(super) fn current(field: &str, ticket: &Ticket) -> Option<Value> {
    let text = |value: &Option<String>| value.clone().map_or(Value::Null, Value::String);
    match field {
        "queue" => Some(text(&ticket.queue)),
        "priority" => Some(text(&ticket.priority)),
        "type" => Some(text(&ticket.kind)),
        _ => {
            let name = field.strip_prefix("custom_fields.")?;
            Some(ticket.custom_fields.get(name).cloned().unwrap_or(Value::Null))
        }
    }
}

fn set(field: &str, value: Value, change: &mut Change) {
    match (field, value) {
        ("queue", Value::String(value)) => change.queue = Some(value),
        ("priority", Value::String(value)) => change.priority = Some(value),
        ("type", Value::String(value)) => change.kind = Some(value),
        (field, value) => {
            if let Some(name) = field.strip_prefix("custom_fields.") {
                change.custom_fields.insert(name.to_owned(), value);
            }
        }
    }
}

/// The helpdesk's own value for a label, in the type that the field holds. Where the helpdesk lists no names, a label that is
/// none of those known stands for itself: the helpdesk has the last word when it is written.
fn value_for(field: &str, label: &str, mapping: &BTreeMap<String, String>, catalog: &Catalog) -> Option<Value> {
    let mapped = || mapping.get(label).map_or(label, String::as_str).to_owned();
    let unlisted = |what: &str| catalog.unlisted.iter().any(|u| u == what);
    let among = |values: &[String]| {
        let known = resolve(label, mapping, values).map(str::to_owned);
        known.or_else(|| unlisted(field).then(mapped)).map(Value::String)
    };
    match field {
        "queue" => among(&catalog.queues),
        "priority" => among(&catalog.priorities),
        "type" => among(&catalog.types),
        _ => {
            let name = field.strip_prefix("custom_fields.")?;
            let Some(known) = catalog.custom_fields.iter().find(|f| f.name == name) else {
                return unlisted("custom_fields").then(|| Value::String(mapped()));
            };
            let label = mapping.get(label).map_or(label, String::as_str);
            match known.kind {
                FieldKind::Choice => among(&known.choices),
                FieldKind::Text | FieldKind::Date => Some(Value::String(label.to_owned())),
                FieldKind::Checkbox => label.to_lowercase().parse().ok().map(Value::Bool),
                FieldKind::Integer => label.parse::<i64>().ok().map(Value::from),
                FieldKind::Decimal => label.parse::<f64>().ok().filter(|n| n.is_finite()).map(Value::from),
                FieldKind::Other => None,
            }
        }
    }
}

#[cfg(test)]
mod tests;
