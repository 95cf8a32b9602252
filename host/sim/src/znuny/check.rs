//! What is looked at before anything changes: attributes of tickets, and dynamic fields.
//!
//! Updates and creations check alike and complain in the same words behind their own name, so the name comes along.

use serde_json::{Map, Value};

use super::catalog::{self, FieldKind, LOCKS, STATES};
use super::transport::Stop;
use super::value::{given, scalar, spelled, structured, trim, truthy};
use super::world::Znuny;

/// A dynamic field as it will be set; `None` empties it.
#[derive(Debug, Clone)]
pub(super) struct FieldValue {
    pub(super) name: String,
    pub(super) on_article: bool,
    /// It passes the check and fails at the work, and what was there before is lost: a list for a field that holds one
    /// text, or a text that is too long.
    pub(super) hopeless: bool,
    pub(super) value: Option<Value>,
}

/// What a column of the database takes.
const LONGEST_TEXT: usize = 3800;

/// When a pending state is to end.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pending {
    Minutes(i64),
    At(i64),
}

pub(super) fn invalid(operation: &str, what: &str) -> Stop {
    Stop::refused(operation, "InvalidParameter", &format!("{what} parameter is invalid!"))
}

pub(super) fn missing(operation: &str, text: &str) -> Stop {
    Stop::refused(operation, "MissingParameter", text)
}

impl Znuny {
    /// The id a ticket attribute means, `None` if the request does not name it. Of name and id the id is checked.
    pub(super) fn attribute(
        &self,
        operation: &str,
        ticket: &Map<String, Value>,
        key: &str,
    ) -> Result<Option<u64>, Stop> {
        let (name, id) = (given(ticket, key), given(ticket, &format!("{key}ID")));
        if name.is_none() && id.is_none() {
            return Ok(None);
        }
        self.lookup(key, name.as_deref(), id.as_deref())
            .map(Some)
            .ok_or_else(|| invalid(operation, &format!("Ticket->{key}ID or Ticket->{key}")))
    }

    /// The id of a queue, lock, type, state, priority or agent.
    pub(super) fn lookup(&self, key: &str, name: Option<&str>, id: Option<&str>) -> Option<u64> {
        let catalog = &self.catalog;
        match key {
            "Queue" => catalog::pick(catalog.queues.iter().map(|q| (q.id, q.name.as_str())), name, id),
            "Lock" => catalog::pick(LOCKS, name, id),
            "Type" => catalog::pick(catalog.types.iter().map(catalog::Named::pair), name, id),
            "State" => catalog::pick(STATES.iter().map(|s| (s.id, s.name)), name, id),
            "Priority" => catalog::pick(catalog.priorities.iter().map(catalog::Named::pair), name, id),
            _ => catalog::pick(self.people.agents.iter().map(|a| (a.id, a.login.as_str())), name, id),
        }
    }

    /// Whether somebody may be a ticket's customer: one who is known, or any address.
    pub(super) fn check_customer(&self, operation: &str, ticket: &Map<String, Value>) -> Result<Option<String>, Stop> {
        let Some(user) = given(ticket, "CustomerUser") else {
            return Ok(None);
        };
        if self.people.customer(&user).is_none() && address(&user).is_none() {
            return Err(invalid(operation, "Ticket->CustomerUser"));
        }
        Ok(Some(user))
    }

    pub(super) fn check_pending(&self, operation: &str, ticket: &Map<String, Value>) -> Result<Option<Pending>, Stop> {
        let Some(value) = ticket.get("PendingTime").filter(|v| truthy(Some(v))) else {
            return Ok(None);
        };
        let wrong = || invalid(operation, "Ticket->PendingTime");
        let map = value.as_object().ok_or_else(wrong)?;
        let number = |key: &str| -> Option<i64> { scalar(map.get(key)?)?.trim().parse().ok().filter(|n| *n >= 0) };
        if map.contains_key("Diff") {
            let minutes = number("Diff").filter(|_| map.len() == 1).ok_or_else(wrong)?;
            return Ok(Some(Pending::Minutes(minutes)));
        }
        let part = |key: &str| number(key).and_then(|n| i16::try_from(n).ok()).ok_or_else(wrong);
        let clock = [part("Hour")?, part("Minute")?, 0];
        let at = self.zone.at(part("Year")?, part("Month")?, part("Day")?, clock);
        Ok(Some(Pending::At(at.ok_or_else(wrong)?)))
    }

    /// Whether `DynamicField` and `Attachment` are objects or lists, if they are there.
    pub(super) fn check_structures(&self, operation: &str, data: &Map<String, Value>) -> Result<(), Stop> {
        for key in ["DynamicField", "Attachment"] {
            if data.get(key).is_some_and(|v| !v.is_null() && !structured(v)) {
                return Err(missing(operation, &format!("{key} parameter is missing or not valid!")));
            }
        }
        Ok(())
    }

    /// Checks dynamic fields. `article` says whether there is an article to which some could belong.
    pub(super) fn check_fields(&self, operation: &str, list: &Value, article: bool) -> Result<Vec<FieldValue>, Stop> {
        let list = match list {
            Value::Array(list) => list.clone(),
            Value::Null => Vec::new(),
            one => vec![one.clone()],
        };
        list.into_iter()
            .map(|item| self.check_field(operation, item, article))
            .collect()
    }

    fn check_field(&self, operation: &str, item: Value, article: bool) -> Result<FieldValue, Stop> {
        let Value::Object(mut item) = item else {
            return Err(not_an_object(operation));
        };
        if item.is_empty() {
            return Err(not_an_object(operation));
        }
        trim(&mut item);
        let part = |key: &str| -> Result<&Value, Stop> {
            item.get(key)
                .filter(|v| !matches!(v, Value::Null | Value::Object(_)))
                .ok_or_else(|| {
                    missing(
                        operation,
                        &format!("DynamicField->{key}{} parameter is missing!", gap(operation)),
                    )
                })
        };
        let (name, value) = (spelled(part("Name")?), part("Value")?);
        let field = self
            .catalog
            .field(&name)
            .ok_or_else(|| invalid(operation, "DynamicField->Name"))?;
        if field.on_article && !article {
            return Err(missing(
                operation,
                "To create an article DynamicField an article is required!",
            ));
        }
        let wrong = || invalid(operation, "DynamicField->Value");
        let one = scalar(value);
        let mut hopeless = false;
        let value = match (&field.kind, one) {
            (FieldKind::Text | FieldKind::TextArea, None) => {
                hopeless = true;
                None
            }
            (FieldKind::Multiselect(keys), one) => {
                let chosen = match value {
                    Value::Array(list) => list.iter().map(spelled).collect(),
                    _ => one.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>(),
                };
                if !chosen.iter().all(|c| keys.contains(c)) {
                    return Err(wrong());
                }
                (!chosen.is_empty()).then(|| chosen.into())
            }
            (_, None) => return Err(wrong()),
            (_, Some(text)) if text.is_empty() => None,
            (FieldKind::Text | FieldKind::TextArea, Some(text)) => {
                hopeless = text.chars().count() > LONGEST_TEXT;
                Some(Value::String(text)).filter(|_| !hopeless)
            }
            (FieldKind::Dropdown(keys), Some(text)) if keys.contains(&text) => Some(Value::String(text)),
            (FieldKind::Checkbox, Some(text)) if text == "0" || text == "1" => Some(Value::from(u8::from(text == "1"))),
            (FieldKind::DateTime, Some(text)) => {
                // Here every part has its full width.
                let at = self.zone.read(&text).filter(|_| text.len() == 19);
                Some(Value::String(self.zone.show(at.ok_or_else(wrong)?)))
            }
            _ => return Err(wrong()),
        };
        Ok(FieldValue {
            name,
            on_article: field.on_article,
            hopeless,
            value,
        })
    }
}

/// The blank too many that creations have in some of their complaints.
pub(super) fn gap(operation: &str) -> &'static str {
    if operation == "TicketCreate" { " " } else { "" }
}

fn not_an_object(operation: &str) -> Stop {
    Stop::Fault(format!("{operation}: Ticket->DynamicField parameter is invalid!"))
}

/// The address in `Name <mail@host>` or `mail@host`.
pub(super) fn address(text: &str) -> Option<&str> {
    let inner = text
        .rsplit_once('<')
        .map_or(text, |(_, rest)| rest.trim_end().trim_end_matches('>'));
    let inner = inner.trim();
    let (user, host) = inner.rsplit_once('@')?;
    let plain = |part: &str| !part.is_empty() && !part.contains(char::is_whitespace);
    (plain(user) && plain(host) && host.contains('.')).then_some(inner)
}
