//! Freshdesk's ticket to otai's.
//!
//! Every key may be missing, null or new (Freshdesk API v2 reference, "Compatibility"), so all are optional and unknown ones
//! are ignored. What is there must have the documented type: a group that cannot be read must not look like "no group".

use std::collections::BTreeMap;

use otai_plugin::{
    Row as Seen, json,
    model::{Requester, Ticket},
    revision,
    serde::Deserialize,
    serde_json::{self, Value},
    text,
    time::{second, utc},
    tracing,
};

use crate::fields::{self, Fields};

/// A ticket of the API, as far as otai needs it.
#[derive(Debug, Default, Deserialize)]
#[serde(crate = "otai_plugin::serde", default)]
pub(crate) struct Row {
    id: Option<i64>,
    subject: Option<String>,
    description: Option<String>,
    description_text: Option<String>,
    structured_description: Option<Value>,
    group_id: Option<i64>,
    status: Option<i64>,
    priority: Option<i64>,
    #[serde(rename = "type")]
    kind: Option<String>,
    tags: Option<Vec<String>>,
    custom_fields: Option<BTreeMap<String, Value>>,
    requester_id: Option<i64>,
    requester: Option<Person>,
    created_at: Option<String>,
    updated_at: Option<String>,
    spam: Option<bool>,
    deleted: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(crate = "otai_plugin::serde", default)]
struct Person {
    name: Option<String>,
    email: Option<String>,
}

/// A row of an answer.
#[derive(Debug)]
pub(crate) enum Read {
    /// As documented.
    Row(Box<Row>),
    /// Not as documented; what could be rescued.
    Unreadable {
        id: Option<i64>,
        updated_at: Option<String>,
        /// Differs when the row does.
        hash: u64,
    },
}

impl Read {
    fn one(text: &str) -> Self {
        match serde_json::from_str::<Row>(text) {
            Ok(row) if row.id.is_some() => Self::Row(Box::new(row)),
            _ => Self::Unreadable {
                id: json::member(text, "id").and_then(|id| id.trim_matches('"').parse().ok()),
                updated_at: json::member(text, "updated_at").and_then(|at| serde_json::from_str(at).ok()),
                hash: revision::hash(text.as_bytes()),
            },
        }
    }

    /// What the walk needs of it.
    pub(crate) fn seen(&self) -> Seen {
        let (id, updated_at) = match self {
            Self::Row(row) => (row.id, &row.updated_at),
            Self::Unreadable { id, updated_at, .. } => (*id, updated_at),
        };
        Seen {
            id,
            at: updated_at.as_deref().and_then(second),
        }
    }

    /// True if the form names its group and its status.
    pub(crate) fn fits(&self, fields: &Fields) -> bool {
        let status = match self {
            Self::Row(row) => row.status,
            Self::Unreadable { .. } => None,
        };
        self.knows_group(fields) && status.is_none_or(|n| fields.statuses.iter().any(|(_, known)| *known == n))
    }

    /// True if the form names its group.
    pub(crate) fn knows_group(&self, fields: &Fields) -> bool {
        let group = match self {
            Self::Row(row) => row.group_id,
            Self::Unreadable { .. } => None,
        };
        group.is_none_or(|id| fields.groups.iter().any(|(_, known)| *known == id))
    }

    /// Into otai's ticket; `None` if not even the id is known.
    pub(crate) fn ticket(self, fields: &Fields) -> Option<Ticket> {
        match self {
            Self::Row(row) => Some(row.ticket(fields)),
            Self::Unreadable { id, updated_at, hash } => {
                let Some(id) = id else {
                    tracing::warn!("a ticket without a readable id is left out");
                    return None;
                };
                tracing::warn!("ticket {id} is not as Freshdesk documents tickets: it is left alone");
                Some(Ticket {
                    id: id.to_string(),
                    updated_at: updated_at.as_deref().and_then(utc),
                    revision: format!("{}-{hash:016x}", updated_at.unwrap_or_default()),
                    settled: Some("unreadable: it is not as Freshdesk documents tickets".to_owned()),
                    ..Ticket::default()
                })
            }
        }
    }
}

/// The rows of a list. `None` if it is no list or cut off.
pub(crate) fn rows(body: &[u8]) -> Option<Vec<Read>> {
    if let Ok(rows) = serde_json::from_slice::<Vec<Row>>(body)
        && rows.iter().all(|r| r.id.is_some())
    {
        return Some(rows.into_iter().map(|row| Read::Row(Box::new(row))).collect());
    }
    let text = json::repair(body);
    if !text.trim_start().starts_with('[') {
        return None;
    }
    Some(json::parts(&text)?.into_iter().map(Read::one).collect())
}

/// One ticket. `None` if it is no object or cut off.
pub(crate) fn row(body: &[u8]) -> Option<Read> {
    let text = json::repair(body);
    let whole = text.trim_start().starts_with('{') && json::parts(&text).is_some();
    whole.then(|| Read::one(&text))
}

impl Row {
    fn ticket(self, fields: &Fields) -> Ticket {
        let body = self.body();
        let settled = self.settled();
        let mut custom_fields = self.custom_fields.unwrap_or_default();
        for custom in &fields.custom {
            if let Some(nested) = &custom.nested {
                nested.read(&custom.name, &mut custom_fields);
            }
        }
        custom_fields.retain(|_, value| !value.is_null());
        let tags = self.tags.unwrap_or_default();
        let written = (
            self.group_id,
            self.priority,
            self.status,
            &self.kind,
            &tags,
            &custom_fields,
            &settled,
        );
        let revision = revision::of(self.updated_at.as_deref().unwrap_or_default(), &written);
        let person = self.requester.unwrap_or_default();
        Ticket {
            id: self.id.map(|id| id.to_string()).unwrap_or_default(),
            subject: text::clean(&self.subject.unwrap_or_default()),
            body,
            queue: self.group_id.map(|id| fields::name_of(&fields.groups, "group", id)),
            priority: self
                .priority
                .map(|n| fields::name_of(&fields.priorities, "priority", n)),
            status: self.status.map(|n| fields::name_of(&fields.statuses, "status", n)),
            kind: self.kind.filter(|kind| !kind.is_empty()),
            tags,
            custom_fields,
            requester: self.requester_id.map(|id| Requester {
                id: id.to_string(),
                name: person.name,
                email: person.email,
            }),
            language: None,
            created_at: self.created_at.as_deref().and_then(utc),
            updated_at: self.updated_at.as_deref().and_then(utc),
            revision,
            settled,
            fresh: None,
        }
    }

    /// The customer's first message. Chat-like channels have it only as a list of contents.
    fn body(&self) -> String {
        let plain = self.description_text.as_deref().map(text::clean).unwrap_or_default();
        if !plain.is_empty() {
            return plain;
        }
        let html = self.description.as_deref().map(text::from_html).unwrap_or_default();
        if !html.is_empty() {
            return html;
        }
        let contents = self
            .structured_description
            .as_ref()
            .and_then(|d| d.get("description_contents"));
        let contents = contents.and_then(Value::as_array).into_iter().flatten();
        let texts: Vec<&str> = contents.filter_map(|c| c.pointer("/data/content")?.as_str()).collect();
        text::clean(&texts.join("\n"))
    }

    fn settled(&self) -> Option<String> {
        let why = match self.status {
            _ if self.deleted == Some(true) => "deleted",
            _ if self.spam == Some(true) => "spam",
            Some(4) => "resolved",
            Some(status) if fields::is_closed(status) => "closed",
            _ => return None,
        };
        Some(why.to_owned())
    }
}

#[cfg(test)]
mod tests;
