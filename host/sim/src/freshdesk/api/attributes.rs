//! Checking the attributes of a ticket.
//!
//! All wrong fields are found in one pass and nothing is written unless all are right.

use serde_json::{Map, Value, json};

use super::custom;
use crate::freshdesk::errors::Wrong;
use crate::freshdesk::ticket::{CLOSED, RESOLVED, Ticket};
use crate::freshdesk::world::World;
use crate::time;

/// For what the attributes are meant.
#[derive(Clone, Copy)]
pub(crate) enum Purpose<'a> {
    Create,
    Update(&'a Ticket),
}

/// The values that may be written, and what is wrong with the others.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    pub(crate) set: Map<String, Value>,
    pub(crate) wrong: Vec<Wrong>,
}

pub(crate) fn check(world: &World, input: &Map<String, Value>, purpose: Purpose<'_>, coerce: bool) -> Checked {
    let mut checked = Checked::default();
    for (key, value) in input {
        if world.account.denies(&format!("field:{key}")) {
            let message = "You do not have permission to set this attribute";
            checked.wrong.push(Wrong::new(key, "inaccessible_field", message));
            continue;
        }
        if key == "custom_fields" {
            let ticket = match purpose {
                Purpose::Create => None,
                Purpose::Update(ticket) => Some(ticket),
            };
            custom::check(world, value, ticket, coerce, &mut checked);
            continue;
        }
        let value = if coerce { coerced(key, value) } else { value.clone() };
        match attribute(world, key, &value) {
            Ok(value) => drop(checked.set.insert(key.clone(), value)),
            Err(wrong) => checked.wrong.push(wrong),
        }
    }
    required(world, purpose, &mut checked);
    checked
}

fn attribute(world: &World, key: &str, value: &Value) -> Result<Value, Wrong> {
    let account = &world.account;
    match key {
        "status" => {
            let ids: Vec<u64> = account.statuses.iter().map(|s| s.id).collect();
            number_of(key, value, &ids)
        }
        "priority" => number_of(key, value, &[1, 2, 3, 4]),
        "source" => match value.as_u64() {
            Some(1..=22 | 100..) => Ok(value.clone()),
            _ => number_of(key, value, &[1, 2, 3, 5, 6, 7, 9, 11]),
        },
        "type" => match value {
            Value::Null => Ok(Value::Null),
            Value::String(label) if account.types.contains(label) => Ok(value.clone()),
            Value::String(_) => Err(Wrong::choice(key, &account.types.join(","))),
            _ => Err(Wrong::mismatched_choice(key, value, &account.types.join(","))),
        },
        "group_id" => known(key, value, "group", |id| account.group(id).is_some()),
        "responder_id" => known(key, value, "agent", |id| account.agents.iter().any(|a| a.id == id)),
        "product_id" => known(key, value, "product", |id| id == account.product_id()),
        "email_config_id" => known(key, value, "email_config", |id| id == account.email_config_id()),
        "company_id" => known(key, value, "company", |id| world.people.companies.contains_key(&id)),
        "requester_id" => match value {
            Value::Null => Err(Wrong::mismatch(key, value, "Integer")),
            _ => known(key, value, "contact", |id| world.people.contacts.contains_key(&id)),
        },
        "internal_group_id" | "internal_agent_id" | "parent_id" => known(key, value, "record", |_| true),
        "tags" | "cc_emails" => match value {
            Value::Array(items) if items.iter().all(Value::is_string) => Ok(value.clone()),
            Value::Array(_) => Err(Wrong::new(
                key,
                "datatype_mismatch",
                "It should contain elements of type String only.",
            )),
            _ => Err(Wrong::mismatch(key, value, "Array")),
        },
        "related_ticket_ids" | "attachments" if value.is_array() => Ok(Value::Null),
        "due_by" | "fr_due_by" => match value {
            Value::Null => Ok(Value::Null),
            Value::String(text) if time::read(text).is_some() => Ok(value.clone()),
            _ => Err(Wrong::mismatch(key, value, "combined date and time ISO8601")),
        },
        "email" => match value {
            Value::String(text) if text.len() > 2 && text.contains('@') => Ok(value.clone()),
            Value::String(_) => Err(Wrong::value(key, "It should be in the 'valid email address' format")),
            _ => Err(Wrong::mismatch(key, value, "String")),
        },
        "description" => match value {
            Value::String(_) => Ok(value.clone()),
            _ => Err(Wrong::mismatch(key, value, "String")),
        },
        "subject" | "name" | "phone" | "unique_external_id" | "facebook_id" | "twitter_id" | "lookup_parameter" => {
            match value {
                Value::Null | Value::String(_) => Ok(value.clone()),
                _ => Err(Wrong::mismatch(key, value, "String")),
            }
        }
        _ => Err(Wrong::unknown(key)),
    }
}

/// A number out of a list; a text is refused even if it reads like one.
fn number_of(key: &str, value: &Value, choices: &[u64]) -> Result<Value, Wrong> {
    let shown = || choices.iter().map(u64::to_string).collect::<Vec<_>>().join(",");
    match value.as_u64() {
        Some(n) if choices.contains(&n) => Ok(value.clone()),
        _ if value.is_i64() || value.is_u64() => Err(Wrong::choice(key, &shown())),
        _ => Err(Wrong::mismatched_choice(key, value, &shown())),
    }
}

fn known(key: &str, value: &Value, what: &str, exists: impl Fn(u64) -> bool) -> Result<Value, Wrong> {
    match value {
        Value::Null => Ok(Value::Null),
        _ if !(value.is_u64() || value.is_i64()) => Err(Wrong::mismatch(key, value, "Integer")),
        _ if value.as_u64().is_some_and(exists) => Ok(value.clone()),
        _ => Err(Wrong::value(
            key,
            format!("There is no {what} matching the given {key}"),
        )),
    }
}

/// In a form everything is text, so numbers are read where numbers belong.
fn coerced(key: &str, value: &Value) -> Value {
    let numeric = key.ends_with("_id") && !matches!(key, "unique_external_id" | "facebook_id" | "twitter_id");
    match value.as_str() {
        Some(text) if numeric || matches!(key, "status" | "priority" | "source") => {
            text.parse::<u64>().map_or_else(|_| value.clone(), |n| json!(n))
        }
        _ => value.clone(),
    }
}

/// Custom fields that the form demands, always or for closing.
fn required(world: &World, purpose: Purpose<'_>, checked: &mut Checked) {
    let closing = checked
        .set
        .get("status")
        .and_then(Value::as_u64)
        .is_some_and(|s| s == RESOLVED || s == CLOSED);
    for field in &world.account.fields {
        if !(field.required_for_agents || (field.required_for_closure && closing)) {
            continue;
        }
        let written = checked.set.get("custom_fields").and_then(|f| f.get(&field.name));
        let kept = match purpose {
            Purpose::Create => None,
            Purpose::Update(ticket) => ticket.custom.get(&field.name),
        };
        let blank = |v: &Value| v.is_null() || v.as_str() == Some("");
        let already = checked.wrong.iter().any(|w| w.field == field.name);
        if !already && written.or(kept).is_none_or(blank) {
            let message = "It should not be blank as this is a mandatory field";
            checked.wrong.push(Wrong::new(&field.name, "missing_field", message));
        }
    }
}
