//! Freshdesk's ticket to otai's.
//!
//! Every key may be missing, null or new (Freshdesk API v2 reference, "Compatibility"), so all are optional and unknown ones
//! are ignored. What is there must have the documented type: a group that cannot be read must not look like "no group".

use std::collections::BTreeMap;

use otai_plugin::{
    model::{Requester, Ticket},
    names, revision,
    rows::{Listed, Read},
    serde::Deserialize,
    serde_json::Value,
    text,
    time::utc,
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

impl Listed for Row {
    fn id(&self) -> Option<i64> {
        self.id
    }
    fn updated_at(&self) -> Option<&str> {
        self.updated_at.as_deref()
    }
}

/// True if the form names the group and the status of this row.
pub(crate) fn fits(row: &Read<Row>, fields: &Fields) -> bool {
    let status = match row {
        Read::Row(row) => row.status,
        Read::Unreadable(_) => None,
    };
    knows_group(row, fields) && status.is_none_or(|n| fields.statuses.iter().any(|(_, known)| *known == n))
}

/// True if the form names the group of this row.
pub(crate) fn knows_group(row: &Read<Row>, fields: &Fields) -> bool {
    let group = match row {
        Read::Row(row) => row.group_id,
        Read::Unreadable(_) => None,
    };
    group.is_none_or(|id| fields.groups.iter().any(|(_, known)| *known == id))
}

/// Into otai's ticket; `None` if not even the id is known.
pub(crate) fn ticket(row: Read<Row>, fields: &Fields) -> Option<Ticket> {
    match row {
        Read::Row(row) => Some(row.ticket(fields)),
        Read::Unreadable(rest) => rest.ticket("Freshdesk"),
    }
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
            queue: self.group_id.map(|id| names::of_number(&fields.groups, "group", id)),
            priority: self
                .priority
                .map(|n| names::of_number(&fields.priorities, "priority", n)),
            status: self.status.map(|n| names::of_number(&fields.statuses, "status", n)),
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
            ..Ticket::default()
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
