//! Checking custom fields.

use serde_json::{Map, Value, json};

use super::attributes::Checked;
use crate::freshdesk::errors::Wrong;
use crate::freshdesk::fields::{Branch, FieldKind};
use crate::freshdesk::ticket::Ticket;
use crate::freshdesk::world::World;
use crate::time;

/// Checks `custom_fields` and puts the good values into `checked.set`.
pub(super) fn check(world: &World, value: &Value, ticket: Option<&Ticket>, coerce: bool, checked: &mut Checked) {
    let Value::Object(input) = value else {
        checked
            .wrong
            .push(Wrong::mismatch("custom_fields", value, "key/value pair"));
        return;
    };
    let mut set = Map::new();
    for (name, value) in input {
        if world.account.denies(&format!("field:{name}")) {
            let message = "You do not have permission to set this attribute";
            checked.wrong.push(Wrong::new(name, "inaccessible_field", message));
            continue;
        }
        if !world.account.field_names().any(|n| n == name) {
            checked.wrong.push(Wrong::unknown(name));
            continue;
        }
        let Some(field) = world.account.fields.iter().find(|f| f.name == *name) else {
            // A lower level of a nested field: judged with its parents below.
            set.insert(name.clone(), value.clone());
            continue;
        };
        match single(name, &field.kind, value, coerce) {
            Ok(value) => drop(set.insert(name.clone(), value)),
            Err(wrong) => checked.wrong.push(wrong),
        }
    }
    for field in &world.account.fields {
        if let FieldKind::Nested { tree, level2, level3 } = &field.kind {
            nested(
                tree,
                [&field.name, level2, level3],
                ticket,
                &mut set,
                &mut checked.wrong,
            );
        }
    }
    checked.set.insert("custom_fields".to_owned(), Value::Object(set));
}

fn single(name: &str, kind: &FieldKind, value: &Value, coerce: bool) -> Result<Value, Wrong> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    let value = &if coerce { coerced(kind, value) } else { value.clone() };
    let fits = |ok: bool, wanted: &str| {
        if ok {
            Ok(value.clone())
        } else {
            Err(Wrong::mismatch(name, value, wanted))
        }
    };
    match kind {
        FieldKind::Text | FieldKind::Paragraph => fits(value.is_string(), "String"),
        FieldKind::Number => fits(value.is_i64() || value.is_u64(), "Integer"),
        FieldKind::Decimal => fits(value.is_number(), "Number"),
        FieldKind::Checkbox => fits(value.is_boolean(), "Boolean"),
        FieldKind::Date => match value.as_str() {
            Some(text) if time::read_date(text).is_some() => Ok(value.clone()),
            Some(_) => Err(Wrong::value(name, "It should be in the 'yyyy-mm-dd' format")),
            None => Err(Wrong::mismatch(name, value, "date in the format yyyy-mm-dd")),
        },
        FieldKind::Dropdown(choices) => match value {
            Value::String(text) if choices.contains(text) => Ok(value.clone()),
            Value::String(_) => Err(Wrong::choice(name, &choices.join(","))),
            _ => Err(Wrong::mismatched_choice(name, value, &choices.join(","))),
        },
        FieldKind::Nested { .. } => fits(value.is_string(), "String"),
    }
}

fn coerced(kind: &FieldKind, value: &Value) -> Value {
    let Some(text) = value.as_str() else {
        return value.clone();
    };
    let read = match kind {
        FieldKind::Number => text.parse::<i64>().ok().map(|n| json!(n)),
        FieldKind::Decimal => text.parse::<f64>().ok().map(|n| json!(n)),
        FieldKind::Checkbox => text.parse::<bool>().ok().map(|b| json!(b)),
        _ => None,
    };
    read.unwrap_or_else(|| value.clone())
}

/// Judges the levels of a nested field together. A new parent without new children empties them.
fn nested(
    tree: &[Branch],
    names: [&str; 3],
    ticket: Option<&Ticket>,
    set: &mut Map<String, Value>,
    wrong: &mut Vec<Wrong>,
) {
    if names.iter().all(|n| !set.contains_key(*n)) || names.iter().any(|n| wrong.iter().any(|w| w.field == *n)) {
        return;
    }
    let mut choices = tree;
    let mut moved = false;
    for name in names {
        let old = ticket.and_then(|t| t.custom.get(name)).cloned().unwrap_or(Value::Null);
        if moved && !set.contains_key(name) && !old.is_null() {
            set.insert(name.to_owned(), Value::Null);
        }
        let value = set.get(name).cloned().unwrap_or_else(|| old.clone());
        moved |= value != old;
        let labels = || choices.iter().map(|b| b.label.as_str()).collect::<Vec<_>>().join(",");
        choices = match &value {
            Value::Null => &[],
            Value::String(label) => match choices.iter().find(|b| b.label == *label) {
                Some(branch) => &branch.below,
                None => {
                    wrong.push(Wrong::choice(name, &labels()));
                    return;
                }
            },
            _ => {
                wrong.push(Wrong::mismatched_choice(name, &value, &labels()));
                return;
            }
        };
    }
}
