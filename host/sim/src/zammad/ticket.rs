//! One ticket and its articles.
//!
//! Every change of a ticket, whoever makes it, goes through [`Ticket::set`]: so a revision shows exactly what changed
//! and a change to the same value is none.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::html;

pub(crate) const NEW: u64 = 1;
pub(crate) const OPEN: u64 = 2;
pub(crate) const PENDING: [u64; 2] = [3, 6];
pub(crate) const CLOSED: u64 = 4;
pub(crate) const MERGED: u64 = 5;

/// Kinds of articles and who sent them, with Zammad's ids.
pub(crate) const TYPES: [(u64, &str); 7] = [
    (1, "email"),
    (2, "sms"),
    (3, "chat"),
    (4, "fax"),
    (5, "phone"),
    (10, "note"),
    (11, "web"),
];
pub(crate) const SENDERS: [(u64, &str); 3] = [(1, "Agent"), (2, "Customer"), (3, "System")];

pub(crate) fn name_of(list: &[(u64, &'static str)], id: u64) -> Option<&'static str> {
    list.iter().find(|(i, _)| *i == id).map(|(_, name)| *name)
}

pub(crate) fn id_of(list: &[(u64, &str)], name: &str) -> Option<u64> {
    list.iter().find(|(_, n)| *n == name).map(|(id, _)| *id)
}

/// An article. Times are milliseconds since 1970.
#[derive(Debug, Clone)]
pub(crate) struct Article {
    pub(crate) id: u64,
    pub(crate) ticket_id: u64,
    pub(crate) type_id: u64,
    pub(crate) sender_id: u64,
    pub(crate) from: String,
    pub(crate) to: Option<String>,
    pub(crate) subject: Option<String>,
    pub(crate) body: Body,
    pub(crate) internal: bool,
    /// Meta data only.
    pub(crate) attachments: Vec<Value>,
    pub(crate) created_by: u64,
    pub(crate) created_at: i64,
}

/// What an article says. Mails of a data set are kept as their text: 100,000 of them need not lie in memory as HTML.
#[derive(Debug, Clone)]
pub(crate) enum Body {
    Plain(Arc<str>),
    Html(Arc<str>),
    /// A mail: this text as HTML, then the signature of this name behind Zammad's marker.
    Mail(Arc<str>, Arc<str>),
}

impl Body {
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Plain(_) => "text/plain",
            Self::Html(_) | Self::Mail(..) => "text/html",
        }
    }

    /// As the API shows it.
    pub(crate) fn show(&self) -> String {
        match self {
            Self::Plain(text) | Self::Html(text) => text.to_string(),
            Self::Mail(text, name) => {
                let text = html::from_text(text);
                format!(
                    "{text}<br><span class=\"js-signatureMarker\"></span><div>-- <br>{name}<br>Northwind customer since \
                     2019</div>"
                )
            }
        }
    }

    pub(crate) fn text(&self) -> String {
        match self {
            Self::Plain(text) => text.to_string(),
            Self::Html(html) => html::strip(html),
            Self::Mail(text, _) => text.to_string(),
        }
    }

    /// Whether the shown form contains a text, whatever its case.
    pub(crate) fn contains(&self, lower: &str) -> bool {
        self.show().to_lowercase().contains(lower)
    }
}

/// A ticket. Times are milliseconds since 1970.
#[derive(Debug, Clone)]
pub(crate) struct Ticket {
    pub(crate) id: u64,
    pub(crate) number: String,
    pub(crate) title: String,
    pub(crate) group_id: u64,
    pub(crate) priority_id: u64,
    pub(crate) state_id: u64,
    /// 1 is nobody.
    pub(crate) owner_id: u64,
    pub(crate) customer_id: u64,
    pub(crate) note: Option<String>,
    pub(crate) pending_time: Option<String>,
    pub(crate) tags: Vec<String>,
    /// Only attributes with a value; the others are shown as null.
    pub(crate) custom: BTreeMap<String, Value>,
    pub(crate) articles: Vec<u64>,
    pub(crate) create_article_type_id: u64,
    pub(crate) create_article_sender_id: u64,
    pub(crate) created_by: u64,
    pub(crate) updated_by: u64,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) close_at: Option<i64>,
    /// Keys a test lays over what is shown, to play an API that has moved on.
    pub(crate) extra: Option<Box<Map<String, Value>>>,
}

impl Ticket {
    pub(crate) fn new(id: u64, customer_id: u64, created_at: i64) -> Self {
        Self {
            id,
            number: (67_000 + id).to_string(),
            title: String::new(),
            group_id: 1,
            priority_id: 2,
            state_id: NEW,
            owner_id: 1,
            customer_id,
            note: None,
            pending_time: None,
            tags: Vec::new(),
            custom: BTreeMap::new(),
            articles: Vec::new(),
            create_article_type_id: 10,
            create_article_sender_id: 1,
            created_by: customer_id,
            updated_by: customer_id,
            created_at,
            updated_at: created_at,
            close_at: None,
            extra: None,
        }
    }

    /// The current value of what [`Ticket::set`] changes.
    pub(crate) fn get(&self, key: &str) -> Value {
        match key {
            "title" => json!(self.title),
            "number" => json!(self.number),
            "group_id" => json!(self.group_id),
            "priority_id" => json!(self.priority_id),
            "state_id" => json!(self.state_id),
            "owner_id" => json!(self.owner_id),
            "customer_id" => json!(self.customer_id),
            "note" => json!(self.note),
            "pending_time" => json!(self.pending_time),
            "tags" => json!(self.tags),
            other => self.custom.get(other).cloned().unwrap_or_default(),
        }
    }

    /// Changes one key to a value that is known to be good; gives key and old value if that is a change.
    pub(crate) fn set(&mut self, key: &str, value: &Value, now_ms: i64) -> Option<(String, Value)> {
        let old = self.get(key);
        if old == *value {
            return None;
        }
        let text = || value.as_str().map(str::to_owned);
        let number = |now: u64| value.as_u64().unwrap_or(now);
        match key {
            "title" => self.title = text().unwrap_or_default(),
            "group_id" => self.group_id = number(self.group_id),
            "priority_id" => self.priority_id = number(self.priority_id),
            "state_id" => {
                self.state_id = number(self.state_id);
                if self.state_id == CLOSED && self.close_at.is_none() {
                    self.close_at = Some(now_ms);
                }
            }
            "owner_id" => self.owner_id = number(self.owner_id),
            "customer_id" => self.customer_id = number(self.customer_id),
            "note" => self.note = text(),
            "pending_time" => self.pending_time = text(),
            "tags" => {
                let list = value.as_array().into_iter().flatten();
                self.tags = list.filter_map(Value::as_str).map(str::to_owned).collect();
            }
            "number" => return None,
            other if value.is_null() => drop(self.custom.remove(other)),
            other => drop(self.custom.insert(other.to_owned(), value.clone())),
        }
        (self.get(key) != old).then(|| (key.to_owned(), old))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_value_is_no_change() {
        let mut ticket = Ticket::new(1, 5, 100);
        assert_eq!(ticket.set("priority_id", &json!(2), 200), None);
        assert_eq!(
            ticket.set("state_id", &json!(CLOSED), 200),
            Some(("state_id".into(), json!(NEW)))
        );
        assert_eq!(ticket.close_at, Some(200));
        assert_eq!(ticket.set("seats", &json!(4), 200), Some(("seats".into(), Value::Null)));
        assert_eq!(ticket.set("number", &json!("1"), 200), None);
    }

    #[test]
    fn a_mail_has_its_signature_behind_the_marker() {
        let mail = Body::Mail("a < b\nc".into(), "Mara Lind".into());
        let shown = mail.show();
        let (before, after) = shown.split_once("<span class=\"js-signatureMarker\">").unwrap();
        assert!(before.contains("a &lt; b<br>c") && after.contains("Mara Lind") && !before.contains("Mara"));
        assert_eq!(mail.text(), "a < b\nc");
    }
}
