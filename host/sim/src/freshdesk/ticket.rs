//! One ticket.
//!
//! Every change of a ticket, whoever makes it, goes through [`Ticket::set`]: so a revision shows exactly what changed
//! and a change to the same value is none.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::html;
use crate::time;

pub(crate) const OPEN: u64 = 2;
pub(crate) const PENDING: u64 = 3;
pub(crate) const RESOLVED: u64 = 4;
pub(crate) const CLOSED: u64 = 5;

/// The first message. Plain text is kept as such: a data set of 100,000 tickets need not lie in memory twice.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    Text(Arc<str>),
    Raw {
        html: Option<Arc<str>>,
        text: Option<Arc<str>>,
    },
}

impl Content {
    /// What Freshdesk makes of a `description` that was sent.
    pub(crate) fn sent(sent: &str) -> Self {
        let html = html::wrap(sent);
        let text = html::strip(&html);
        Self::Raw {
            html: Some(html.into()),
            text: Some(text.into()),
        }
    }

    pub(crate) fn html(&self) -> Value {
        match self {
            Self::Text(text) => json!(html::from_text(text)),
            Self::Raw { html, .. } => json!(html.as_deref()),
        }
    }

    pub(crate) fn text(&self) -> Value {
        match self {
            Self::Text(text) => json!(text.as_ref()),
            Self::Raw { text, .. } => json!(text.as_deref()),
        }
    }
}

/// When what happened to a ticket.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stats {
    pub(crate) agent_responded_at: Option<i64>,
    pub(crate) requester_responded_at: Option<i64>,
    pub(crate) first_responded_at: Option<i64>,
    pub(crate) status_updated_at: Option<i64>,
    pub(crate) reopened_at: Option<i64>,
    pub(crate) resolved_at: Option<i64>,
    pub(crate) closed_at: Option<i64>,
    pub(crate) pending_since: Option<i64>,
}

#[derive(Debug, Clone)]
pub(crate) struct Ticket {
    pub(crate) id: u64,
    pub(crate) subject: Option<String>,
    pub(crate) content: Content,
    pub(crate) status: u64,
    pub(crate) priority: u64,
    pub(crate) source: u64,
    pub(crate) kind: Option<String>,
    pub(crate) group_id: Option<u64>,
    pub(crate) responder_id: Option<u64>,
    pub(crate) requester_id: u64,
    pub(crate) company_id: Option<u64>,
    pub(crate) product_id: Option<u64>,
    pub(crate) email_config_id: Option<u64>,
    pub(crate) tags: Vec<String>,
    pub(crate) cc_emails: Vec<String>,
    /// Only fields with a value; the others are shown as null.
    pub(crate) custom: BTreeMap<String, Value>,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) due_by: Option<i64>,
    pub(crate) fr_due_by: Option<i64>,
    pub(crate) spam: bool,
    pub(crate) deleted: bool,
    pub(crate) archived: bool,
    pub(crate) stats: Stats,
    pub(crate) attachments: Vec<Value>,
    /// Keys a test lays over what is shown, to play an API that has moved on.
    pub(crate) extra: Option<Box<Map<String, Value>>>,
}

impl Ticket {
    pub(crate) fn new(id: u64, requester_id: u64, created_at: i64) -> Self {
        Self {
            id,
            subject: None,
            content: Content::Raw { html: None, text: None },
            status: OPEN,
            priority: 1,
            source: 2,
            kind: None,
            group_id: None,
            responder_id: None,
            requester_id,
            company_id: None,
            product_id: None,
            email_config_id: None,
            tags: Vec::new(),
            cc_emails: Vec::new(),
            custom: BTreeMap::new(),
            created_at,
            updated_at: created_at,
            due_by: None,
            fr_due_by: None,
            spam: false,
            deleted: false,
            archived: false,
            stats: Stats::default(),
            attachments: Vec::new(),
            extra: None,
        }
    }

    /// Shown in the ordinary list and search.
    pub(crate) fn listed(&self) -> bool {
        !(self.spam || self.deleted || self.archived)
    }

    /// The current value of a writable key, in the shape in which it is written.
    pub(crate) fn get(&self, key: &str) -> Value {
        match key {
            "subject" => json!(self.subject),
            "description" => self.content.html(),
            "description_text" => self.content.text(),
            "status" => json!(self.status),
            "priority" => json!(self.priority),
            "source" => json!(self.source),
            "type" => json!(self.kind),
            "group_id" => json!(self.group_id),
            "responder_id" => json!(self.responder_id),
            "requester_id" => json!(self.requester_id),
            "company_id" => json!(self.company_id),
            "product_id" => json!(self.product_id),
            "email_config_id" => json!(self.email_config_id),
            "tags" => json!(self.tags),
            "cc_emails" => json!(self.cc_emails),
            "due_by" => json!(self.due_by.map(time::show)),
            "fr_due_by" => json!(self.fr_due_by.map(time::show)),
            "created_at" => json!(time::show(self.created_at)),
            "updated_at" => json!(time::show(self.updated_at)),
            "spam" => json!(self.spam),
            "deleted" => json!(self.deleted),
            "archived" => json!(self.archived),
            _ => self.custom.get(key).cloned().unwrap_or(Value::Null),
        }
    }

    /// Sets one key, without judging the value. `custom_fields` are merged. Returns what changed as `(key, old)`.
    ///
    /// Values of the wrong type are ignored: the API validates first, and a test's edit must not bring anything down.
    pub(crate) fn set(&mut self, key: &str, value: &Value, now: i64) -> Vec<(String, Value)> {
        if let ("custom_fields", Value::Object(fields)) = (key, value) {
            return fields
                .iter()
                .flat_map(|(name, value)| self.set_custom(name, value))
                .collect();
        }
        let old = self.get(key);
        let id = value.as_u64();
        match key {
            "subject" => self.subject = text(value),
            "description" => {
                self.content = match value.as_str() {
                    Some(html) => Content::sent(html),
                    None => Content::Raw { html: None, text: None },
                }
            }
            "description_text" => {
                let html = self.content.html().as_str().map(Into::into);
                self.content = Content::Raw {
                    html,
                    text: value.as_str().map(Into::into),
                };
            }
            "status" => self.set_status(id.unwrap_or(self.status), now),
            "priority" => self.priority = id.unwrap_or(self.priority),
            "source" => self.source = id.unwrap_or(self.source),
            "type" => self.kind = text(value),
            "group_id" => self.group_id = id,
            "responder_id" => self.responder_id = id,
            "requester_id" => self.requester_id = id.unwrap_or(self.requester_id),
            "company_id" => self.company_id = id,
            "product_id" => self.product_id = id,
            "email_config_id" => self.email_config_id = id,
            "tags" => self.tags = texts(value),
            "cc_emails" => self.cc_emails = texts(value),
            "due_by" => self.due_by = value.as_str().and_then(time::read),
            "fr_due_by" => self.fr_due_by = value.as_str().and_then(time::read),
            "created_at" => self.created_at = value.as_str().and_then(time::read).unwrap_or(self.created_at),
            "updated_at" => self.updated_at = value.as_str().and_then(time::read).unwrap_or(self.updated_at),
            "spam" => self.spam = value.as_bool().unwrap_or(self.spam),
            "deleted" => self.deleted = value.as_bool().unwrap_or(self.deleted),
            "archived" => self.archived = value.as_bool().unwrap_or(self.archived),
            _ => return Vec::new(),
        }
        if self.get(key) == old {
            Vec::new()
        } else {
            vec![(key.to_owned(), old)]
        }
    }

    fn set_custom(&mut self, name: &str, value: &Value) -> Option<(String, Value)> {
        let old = match value {
            Value::Null => self.custom.remove(name),
            value => self.custom.insert(name.to_owned(), value.clone()),
        };
        let old = old.unwrap_or(Value::Null);
        (old != *value).then(|| (name.to_owned(), old))
    }

    fn set_status(&mut self, status: u64, now: i64) {
        if status == self.status {
            return;
        }
        let done = |s: u64| s == RESOLVED || s == CLOSED;
        let stats = &mut self.stats;
        if done(self.status) && !done(status) {
            stats.reopened_at = Some(now);
            stats.resolved_at = None;
            stats.closed_at = None;
        }
        if done(status) {
            stats.resolved_at = stats.resolved_at.or(Some(now));
        }
        stats.closed_at = if status == CLOSED { Some(now) } else { None };
        stats.pending_since = if status == PENDING { Some(now) } else { None };
        stats.status_updated_at = Some(now);
        self.status = status;
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// A list of texts without repetitions, in the order given.
fn texts(value: &Value) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    for text in value.as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !seen.iter().any(|s| s == text) {
            seen.push(text.to_owned());
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_value_is_no_change() {
        let mut ticket = Ticket::new(1, 2, 100);
        assert!(ticket.set("priority", &json!(1), 200).is_empty());
        assert_eq!(
            ticket.set("priority", &json!(3), 200),
            [("priority".to_owned(), json!(1))]
        );
        assert!(ticket.set("tags", &json!([]), 200).is_empty());
        ticket.set("tags", &json!(["a", "b", "a"]), 200);
        assert_eq!(ticket.tags, ["a", "b"]);
    }

    #[test]
    fn custom_fields_are_merged_key_by_key() {
        let mut ticket = Ticket::new(1, 2, 100);
        ticket.set("custom_fields", &json!({"cf_a": 1, "cf_b": 2}), 200);
        let changed = ticket.set("custom_fields", &json!({"cf_a": null, "cf_b": 2}), 200);
        assert_eq!(changed, [("cf_a".to_owned(), json!(1))]);
        assert_eq!(ticket.get("cf_b"), 2);
    }

    #[test]
    fn the_status_keeps_its_history() {
        let mut ticket = Ticket::new(1, 2, 100);
        ticket.set("status", &json!(5), 200);
        assert_eq!(
            (ticket.stats.closed_at, ticket.stats.resolved_at),
            (Some(200), Some(200))
        );
        ticket.set("status", &json!(2), 300);
        assert_eq!((ticket.stats.closed_at, ticket.stats.reopened_at), (None, Some(300)));
    }

    #[test]
    fn a_text_can_be_absent_though_there_is_html() {
        let mut ticket = Ticket::new(1, 2, 100);
        ticket.set("description", &json!("<p>x</p>"), 200);
        ticket.set("description_text", &Value::Null, 200);
        assert_eq!(
            (ticket.get("description"), ticket.get("description_text")),
            (json!("<p>x</p>"), Value::Null)
        );
    }
}
