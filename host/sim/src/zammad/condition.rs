//! Conditions of `POST /tickets/search`, the same as in triggers (`lib/selector/sql.rb` of Zammad's source).
//!
//! A condition without a value is invalid, and an invalid condition selects **everything**: Zammad logs it and goes on
//! without it. A client must never send one.

use serde_json::Value;

use crate::zammad::errors::Refusal;
use crate::zammad::show::{read_ms, time_ms};
use crate::zammad::system::ME;
use crate::zammad::ticket::Ticket;
use crate::zammad::world::World;

/// A condition that can be held against tickets.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Condition {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    One(String, Check),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Check {
    In(Vec<String>),
    Empty,
    Contains(String),
    Starts(Vec<String>),
    Ends(Vec<String>),
    HasAll(Vec<String>),
    HasOne(Vec<String>),
    /// Milliseconds, both ends included.
    Between(i64, i64),
}

/// Why a condition could not be read.
enum Wrong {
    /// It has no value: the whole selection is void.
    Void,
    Refused(Refusal),
}

impl From<Refusal> for Wrong {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Columns beside the attributes, tags included.
const COLUMNS: [&str; 18] = [
    "id",
    "number",
    "title",
    "group_id",
    "priority_id",
    "state_id",
    "owner_id",
    "customer_id",
    "organization_id",
    "note",
    "pending_time",
    "tags",
    "article_count",
    "created_at",
    "updated_at",
    "close_at",
    "created_by_id",
    "updated_by_id",
];

/// Whether a ticket has such a column.
pub(crate) fn is_column(world: &World, name: &str) -> bool {
    COLUMNS.contains(&name) || world.system.field(name).is_some()
}

/// A column's value; times are as the API shows them.
pub(crate) fn column(ticket: &Ticket, name: &str) -> Value {
    match name {
        "id" => ticket.id.into(),
        "article_count" => ticket.articles.len().into(),
        "created_at" => time_ms(ticket.created_at).into(),
        "updated_at" => time_ms(ticket.updated_at).into(),
        "close_at" => ticket.close_at.map(time_ms).into(),
        "created_by_id" => ticket.created_by.into(),
        "updated_by_id" => ticket.updated_by.into(),
        "organization_id" => Value::Null,
        other => ticket.get(other),
    }
}

/// Reads a condition: an object of `ticket.ATTRIBUTE: {operator, value}`, or `{operator: AND|OR|NOT, conditions: [...]}`.
pub(crate) fn read(world: &World, input: &Value) -> Result<Condition, Refusal> {
    match block(world, input) {
        Ok(condition) => Ok(condition),
        Err(Wrong::Void) => Ok(Condition::All(Vec::new())),
        Err(Wrong::Refused(refusal)) => Err(refusal),
    }
}

fn block(world: &World, input: &Value) -> Result<Condition, Wrong> {
    if let Some(list) = input.get("conditions").and_then(Value::as_array) {
        let list = list.iter().map(|c| block(world, c)).collect::<Result<Vec<_>, _>>()?;
        return Ok(match input["operator"].as_str() {
            Some("OR") => Condition::Any(list),
            Some("NOT") => Condition::Not(Box::new(Condition::All(list))),
            _ => Condition::All(list),
        });
    }
    if let Some(name) = input.get("name").and_then(Value::as_str) {
        return one(world, name, input);
    }
    let entries = input.as_object().into_iter().flatten();
    let list = entries
        .map(|(name, c)| one(world, name, c))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Condition::All(list))
}

fn one(world: &World, name: &str, input: &Value) -> Result<Condition, Wrong> {
    let Some(key) = name.strip_prefix("ticket.") else {
        return Err(Refusal::internal(format!("invalid selector {name}")).into());
    };
    if !is_column(world, key) {
        return Err(Refusal::masked(format!("PG::UndefinedColumn: column tickets.{key} does not exist")).into());
    }
    let operator = input["operator"].as_str().unwrap_or_default();
    let value = &input["value"];
    let pre = input["pre_condition"].as_str().unwrap_or_default();
    let list = || -> Vec<String> {
        match value {
            Value::Array(list) => list.iter().map(text).collect(),
            Value::String(tags) if key == "tags" => tags.split(',').map(|t| t.trim().to_owned()).collect(),
            one => vec![text(one)],
        }
    };
    let blank = match operator {
        "today" | "is set" | "not set" | "is any of" | "is none of" => false,
        _ => {
            input.get("value").is_none()
                || value.as_array().is_some_and(Vec::is_empty)
                || (operator.starts_with("contains") && (value.is_null() || value == ""))
        }
    };
    if blank && matches!(pre, "" | "specific") {
        return Err(Wrong::Void);
    }
    let here = |check| Condition::One(key.to_owned(), check);
    let not = |check| Condition::Not(Box::new(Condition::One(key.to_owned(), check)));
    let nobody = matches!(key, "owner_id" | "customer_id" | "created_by_id" | "updated_by_id");
    let is = || match pre {
        "not_set" if nobody => Check::In(vec![String::new(), "1".to_owned()]),
        "not_set" => Check::Empty,
        "current_user.id" => Check::In(vec![ME.to_string()]),
        _ if value.is_null() => Check::Empty,
        _ => Check::In(list()),
    };
    let now = world.now_ms();
    let absolute = || read_ms(&text(value)).ok_or_else(|| Refusal::masked("PG::InvalidDatetimeFormat"));
    let span = || span(input).ok_or_else(|| Refusal::internal("unknown selector"));
    Ok(match operator {
        "is" | "is any of" => here(is()),
        "is not" | "is none of" => not(is()),
        "is set" => not(Check::Empty),
        "not set" => here(Check::Empty),
        "contains" => here(Check::Contains(text(value).to_lowercase())),
        "contains not" => not(Check::Contains(text(value).to_lowercase())),
        "starts with" | "starts with one of" => here(Check::Starts(lower(list()))),
        "ends with" | "ends with one of" => here(Check::Ends(lower(list()))),
        "contains all" => here(Check::HasAll(list())),
        "contains one" => here(Check::HasOne(list())),
        "contains all not" => not(Check::HasAll(list())),
        "contains one not" => not(Check::HasOne(list())),
        "before (absolute)" => here(Check::Between(i64::MIN, absolute()?)),
        "after (absolute)" => here(Check::Between(absolute()?, i64::MAX)),
        "within last (relative)" => here(Check::Between(now - span()?, now)),
        "within next (relative)" => here(Check::Between(now, now + span()?)),
        "before (relative)" => here(Check::Between(i64::MIN, now - span()?)),
        "after (relative)" => here(Check::Between(now + span()?, i64::MAX)),
        "till (relative)" => here(Check::Between(i64::MIN, now + span()?)),
        "from (relative)" => here(Check::Between(now - span()?, i64::MAX)),
        "today" => {
            let start = now - now.rem_euclid(86_400_000);
            here(Check::Between(start, start + 86_400_000 - 1))
        }
        other => return Err(Refusal::internal(format!("Invalid condition, operator '{other}' is invalid")).into()),
    })
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn lower(list: Vec<String>) -> Vec<String> {
    list.into_iter().map(|t| t.to_lowercase()).collect()
}

/// Milliseconds of `{value, range}`.
fn span(input: &Value) -> Option<i64> {
    let count = match &input["value"] {
        Value::String(text) => text.trim().parse().unwrap_or(0),
        other => other.as_i64()?,
    };
    let minutes = match input["range"].as_str()?.trim_end_matches('s') {
        "minute" => 1,
        "hour" => 60,
        "day" => 24 * 60,
        "week" => 7 * 24 * 60,
        "month" => 30 * 24 * 60,
        "year" => 365 * 24 * 60,
        _ => return None,
    };
    Some(i64::saturating_mul(count, minutes).saturating_mul(60_000))
}

impl Condition {
    pub(crate) fn holds(&self, ticket: &Ticket) -> bool {
        match self {
            Self::All(list) => list.iter().all(|c| c.holds(ticket)),
            Self::Any(list) => list.is_empty() || list.iter().any(|c| c.holds(ticket)),
            Self::Not(inner) => !inner.holds(ticket),
            Self::One(key, check) => check.holds(ticket, key),
        }
    }
}

impl Check {
    fn holds(&self, ticket: &Ticket, key: &str) -> bool {
        if let Self::Between(from, to) = self {
            let at = match key {
                "created_at" => Some(ticket.created_at),
                "updated_at" => Some(ticket.updated_at),
                "close_at" => ticket.close_at,
                _ => column(ticket, key).as_str().and_then(read_ms),
            };
            return at.is_some_and(|at| (*from..=*to).contains(&at));
        }
        let value = column(ticket, key);
        let has = |wanted: &String| match &value {
            Value::Array(list) => list.iter().any(|v| text(v) == *wanted),
            one => text(one) == *wanted,
        };
        match self {
            Self::In(wanted) => wanted.iter().any(has),
            Self::Empty => value.is_null() || value.as_array().is_some_and(Vec::is_empty),
            Self::HasAll(wanted) => wanted.iter().all(has),
            Self::HasOne(wanted) => wanted.iter().any(has),
            Self::Contains(part) => text(&value).to_lowercase().contains(part),
            Self::Starts(parts) => parts.iter().any(|p| text(&value).to_lowercase().starts_with(p)),
            Self::Ends(parts) => parts.iter().any(|p| text(&value).to_lowercase().ends_with(p)),
            Self::Between(..) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;
    use crate::time::Clock;
    use serde_json::json;

    fn holds(input: Value) -> Result<bool, u16> {
        let world = World::new(&Options::default(), &Clock::default());
        let mut ticket = Ticket::new(7, 5, world.now_ms() - 60_000);
        ticket.title = "VPN is down".into();
        ticket.tags = vec!["a".into(), "b".into()];
        ticket.custom.insert("seats".into(), json!(4));
        read(&world, &input).map(|c| c.holds(&ticket)).map_err(|r| r.status)
    }

    fn one(key: &str, operator: &str, value: Value) -> Result<bool, u16> {
        holds(json!({ key: {"operator": operator, "value": value, "range": "minute"} }))
    }

    #[test]
    fn operators_compare_as_the_database_does() {
        for (key, operator, value, want) in [
            ("ticket.group_id", "is", json!(["1", 2]), true),
            ("ticket.group_id", "is not", json!("1"), false),
            ("ticket.title", "contains", json!("vpn"), true),
            ("ticket.title", "starts with", json!("down"), false),
            ("ticket.seats", "is", json!(4), true),
            ("ticket.reference", "is not", json!("x"), true),
            ("ticket.tags", "contains one", json!("a, z"), true),
            ("ticket.tags", "contains all", json!("a, z"), false),
            ("ticket.tags", "contains one not", json!("z"), true),
            ("ticket.created_at", "within last (relative)", json!("5"), true),
            ("ticket.created_at", "before (relative)", json!("5"), false),
            (
                "ticket.created_at",
                "after (absolute)",
                json!("2020-01-01T00:00:00.000Z"),
                true,
            ),
            (
                "ticket.created_at",
                "before (absolute)",
                json!("2020-01-01T00:00:00Z"),
                false,
            ),
        ] {
            assert_eq!(one(key, operator, value.clone()), Ok(want), "{key} {operator} {value}");
        }
        let nobody = json!({"ticket.owner_id": {"operator": "is", "pre_condition": "not_set"}});
        assert_eq!(holds(nobody), Ok(true));
    }

    #[test]
    fn blocks_are_nested() {
        let name = |v: &str| json!({"name": "ticket.title", "operator": "contains", "value": v});
        assert_eq!(
            holds(json!({"operator": "OR", "conditions": [name("x"), name("vpn")]})),
            Ok(true)
        );
        assert_eq!(
            holds(json!({"operator": "NOT", "conditions": [name("vpn")]})),
            Ok(false)
        );
    }

    #[test]
    fn what_is_wrong_is_refused_and_what_is_empty_selects_everything() {
        assert_eq!(one("ticket.nothing", "is", json!(1)), Err(422));
        assert_eq!(one("group.name", "is", json!("Users")), Err(500));
        assert_eq!(one("ticket.group_id", "equals", json!(1)), Err(500));
        assert_eq!(one("ticket.created_at", "after (absolute)", json!("soon")), Err(422));
        assert_eq!(one("ticket.group_id", "is", json!([])), Ok(true));
    }
}
