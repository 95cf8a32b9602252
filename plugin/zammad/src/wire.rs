//! Zammad's ticket to otai's.
//!
//! Asked with `expand=true` a ticket has the names beside the ids. Every key may be missing, null or new; a name that is missing
//! is looked up by its id, so that a group that cannot be named never looks like "none".

use std::collections::BTreeMap;

use otai_plugin::{
    Failure, Response, answers,
    model::{Requester, Ticket},
    names, revision,
    rows::{self, Listed, Read},
    serde::Deserialize,
    serde_json::{self, Value},
    text,
    time::utc,
};

use crate::{
    attributes::is_own,
    client::PRODUCT,
    fields::{Fields, Step},
};

/// The owner of a ticket that nobody has taken (shown as `-`).
const NOBODY: i64 = 1;

/// A ticket of the API, as far as otai needs it.
#[derive(Debug, Default, Deserialize)]
#[serde(crate = "otai_plugin::serde", default)]
pub(crate) struct Row {
    id: Option<i64>,
    title: Option<String>,
    group_id: Option<i64>,
    group: Option<String>,
    priority_id: Option<i64>,
    priority: Option<String>,
    state_id: Option<i64>,
    state: Option<String>,
    owner_id: Option<i64>,
    customer_id: Option<i64>,
    customer: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    created_at: Option<String>,
    updated_at: Option<String>,
    /// The desk's own attributes, and Zammad's keys that otai has no use for.
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

impl Listed for Row {
    fn id(&self) -> Option<i64> {
        self.id
    }
    fn updated_at(&self) -> Option<&str> {
        self.updated_at.as_deref()
    }
}

/// The rows of a search.
pub(crate) fn list(response: &Response) -> Result<Vec<Read<Row>>, Failure> {
    if is_unexpanded(&response.body) {
        return Err(Failure::refused(
            "Zammad answers a search with ids alone, though otai asks for names (expand=true): a proxy before it drops what stands \
             behind the question mark of an address",
        ));
    }
    rows::list(&response.body).ok_or_else(|| answers::no_list(PRODUCT, response))
}

/// What a search answers without `expand=true`: `{"tickets":[7],"assets":{…}}` up to 6.4, `[7]` later, and
/// `{"record_ids":[7],"assets":{…}}` with `full=true`.
fn is_unexpanded(body: &[u8]) -> bool {
    match serde_json::from_slice::<Value>(body) {
        Ok(Value::Array(rows)) => !rows.is_empty() && rows.iter().all(Value::is_number),
        Ok(Value::Object(all)) => ["tickets", "record_ids"].iter().any(|key| all.contains_key(*key)),
        _ => false,
    }
}

/// True if the form names the state of this row, which decides whether it is finished.
pub(crate) fn fits(row: &Read<Row>, fields: &Fields) -> bool {
    match row {
        Read::Row(row) => fields.knows_state(row.state.as_deref(), row.state_id),
        Read::Unreadable(_) => true,
    }
}

/// Into otai's ticket, without text and tags; `None` if not even the id is known.
pub(crate) fn ticket(row: Read<Row>, fields: &Fields) -> Option<Ticket> {
    match row {
        Read::Row(row) => Some(row.ticket(fields)),
        Read::Unreadable(rest) => rest.ticket(PRODUCT),
    }
}

impl Row {
    fn ticket(self, fields: &Fields) -> Ticket {
        let step = fields.step(self.state.as_deref(), self.state_id);
        let custom_fields = self.custom_fields(fields);
        let queue = self.group.or_else(|| self.group_id.map(|id| fields.group_name(id)));
        let named = |id| names::of_number(&fields.priorities, "priority", id);
        let priority = self.priority.or_else(|| self.priority_id.map(named));
        let status = self.state.or_else(|| self.state_id.map(|id| fields.state_name(id)));
        let unused = fields.attributes_listed && fields.kind.is_none();
        let kind = self.kind.filter(|kind| !kind.is_empty() && !unused);
        let written = (&queue, &priority, &status, &kind, &custom_fields, self.owner_id);
        let revision = revision::of(self.updated_at.as_deref().unwrap_or_default(), &written);
        let email = self.customer.filter(|login| login.contains('@'));
        Ticket {
            id: self.id.map(|id| id.to_string()).unwrap_or_default(),
            subject: text::clean(&self.title.unwrap_or_default()),
            queue,
            priority,
            status,
            kind,
            custom_fields,
            requester: self.customer_id.map(|id| Requester {
                id: id.to_string(),
                name: None,
                email,
            }),
            created_at: self.created_at.as_deref().and_then(utc),
            updated_at: self.updated_at.as_deref().and_then(utc),
            revision,
            settled: step.settled().map(str::to_owned),
            fresh: match step {
                Step::New => Some(true),
                Step::Open => Some(self.owner_id.unwrap_or(NOBODY) == NOBODY),
                Step::Unknown => None,
                _ => Some(false),
            },
            partial: true,
            ..Ticket::default()
        }
    }

    fn custom_fields(&self, fields: &Fields) -> BTreeMap<String, Value> {
        if fields.attributes_listed {
            let known = fields.custom.iter().filter_map(|one| {
                let value = one.read(self.rest.get(&one.field.name)?)?;
                Some((one.field.name.clone(), value))
            });
            return known.collect();
        }
        let others = self.rest.iter().filter(|(key, value)| {
            let plain = value.is_boolean() || value.is_number() || value.as_str().is_some_and(|text| !text.is_empty());
            plain && !is_own(key)
        });
        others.map(|(key, value)| (key.clone(), value.clone())).collect()
    }
}

#[cfg(test)]
mod tests;
