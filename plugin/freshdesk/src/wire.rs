//! Freshdesk's ticket to otai's.
//!
//! Every key may be missing, null or new (Freshdesk API v2 reference, "Compatibility"), so all are optional and unknown ones
//! are ignored. What is there must have the documented type: a group that cannot be read must not look like "no group".

use std::collections::BTreeMap;

use jiff::Timestamp;
use otai_plugin::{
    model::{Requester, Ticket},
    serde::Deserialize,
    serde_json::{self, Value},
    tracing,
};

use crate::{
    fields::{self, Fields},
    lenient, text,
    walk::Seen,
};

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
                id: lenient::member(text, "id").and_then(|id| id.trim_matches('"').parse().ok()),
                updated_at: lenient::member(text, "updated_at").and_then(|at| serde_json::from_str(at).ok()),
                hash: hash(text.as_bytes()),
            },
        }
    }

    /// What the walk needs of it.
    pub(crate) fn seen(&self) -> Seen {
        let (id, updated_at) = match self {
            Self::Row(row) => (row.id, &row.updated_at),
            Self::Unreadable { id, updated_at, .. } => (*id, updated_at),
        };
        let at = updated_at.as_deref().and_then(|t| t.parse::<Timestamp>().ok());
        Seen {
            id,
            at: at.map(Timestamp::as_second),
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
    let text = lenient::repair(body);
    if !text.trim_start().starts_with('[') {
        return None;
    }
    Some(lenient::parts(&text)?.into_iter().map(Read::one).collect())
}

/// One ticket. `None` if it is no object or cut off.
pub(crate) fn row(body: &[u8]) -> Option<Read> {
    let text = lenient::repair(body);
    let whole = text.trim_start().starts_with('{') && lenient::parts(&text).is_some();
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
        // Beside the time of the change, what otai writes: two changes may fall into one second.
        let written = serde_json::to_vec(&(
            self.group_id,
            self.priority,
            self.status,
            &self.kind,
            &tags,
            &custom_fields,
            &settled,
        ));
        let revision = format!(
            "{}-{:016x}",
            self.updated_at.as_deref().unwrap_or_default(),
            hash(&written.unwrap_or_default())
        );
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

/// Any offset to UTC.
fn utc(time: &str) -> Option<String> {
    time.parse::<Timestamp>().ok().map(|t| t.to_string())
}

/// FNV-1a, 64 bits: the same in every version, as revisions are stored.
fn hash(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests {
    use otai_plugin::serde_json::json;

    use super::*;

    fn own() -> Fields {
        Fields::read(include_bytes!("../tests/fixtures/ticket_fields.json")).unwrap()
    }

    fn ticket(value: &Value) -> Ticket {
        row(value.to_string().as_bytes()).unwrap().ticket(&own()).unwrap()
    }

    #[test]
    fn names_stand_for_numbers() {
        let json: Value = serde_json::from_slice(include_bytes!("../tests/fixtures/ticket_updated_200.json")).unwrap();
        let ticket = ticket(&json);
        assert_eq!(ticket.id, "4711");
        assert_eq!(ticket.queue.as_deref(), Some("Billing"));
        assert_eq!(ticket.priority.as_deref(), Some("High"));
        assert_eq!(ticket.status.as_deref(), Some("Open"));
        assert_eq!(ticket.kind.as_deref(), Some("Problem"));
        assert_eq!(
            json!(ticket.custom_fields),
            json!({"cf_category": "Billing > Refund"}),
            "levels joined, nulls out"
        );
        assert_eq!(ticket.body, "Hallo,\ndie Rechnung 2291 wurde zweimal abgebucht.");
        assert_eq!(ticket.updated_at.as_deref(), Some("2026-09-01T09:13:20Z"));
        assert_eq!(ticket.settled, None);
    }

    #[test]
    fn a_list_row_and_its_view_have_one_revision() {
        let rows = rows(include_bytes!("../tests/fixtures/ticket_list_row_include_all.json")).unwrap();
        let listed = rows.into_iter().next().unwrap().ticket(&own()).unwrap();
        let viewed = row(include_bytes!("../tests/fixtures/ticket_view.json"))
            .unwrap()
            .ticket(&own())
            .unwrap();
        assert_eq!(listed.revision, viewed.revision);
        assert_eq!(
            listed.requester.unwrap().email.as_deref(),
            Some("mara.lind@customer.example")
        );
        assert_eq!((listed.body, listed.queue), (viewed.body, None));
    }

    #[test]
    fn a_revision_changes_with_everything_that_otai_writes() {
        let base = json!({"id": 1, "updated_at": "2026-09-01T09:13:20Z", "group_id": 1, "priority": 1, "status": 2, "tags": []});
        let mut seen = vec![ticket(&base).revision];
        for (key, value) in [
            ("group_id", json!(2)),
            ("priority", json!(2)),
            ("status", json!(3)),
            ("type", json!("Problem")),
            ("tags", json!(["x"])),
            ("custom_fields", json!({"cf_vip": true})),
            ("updated_at", json!("2026-09-01T09:13:21Z")),
            ("deleted", json!(true)),
        ] {
            let mut other = base.clone();
            other[key] = value;
            seen.push(ticket(&other).revision);
        }
        let all = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), all);
    }

    #[test]
    fn nothing_is_needed_but_an_id() {
        let empty = ticket(
            &json!({"id": 7, "subject": null, "description": null, "tags": null, "custom_fields": null, "new": {}}),
        );
        assert_eq!(
            (empty.id.as_str(), empty.subject.as_str(), empty.body.as_str()),
            ("7", "", "")
        );
        assert_eq!((empty.queue, empty.settled), (None, None));
        let odd = ticket(
            &json!({"id": 9_007_199_254_740_993_i64, "status": 9000, "group_id": 5, "priority": 9, "source": 99,
            "created_at": "2026-09-01T11:00:00+05:30", "updated_at": "yesterday"}),
        );
        assert_eq!(odd.id, "9007199254740993");
        assert_eq!(odd.status.as_deref(), Some("status 9000"));
        assert_eq!(
            odd.queue.as_deref(),
            Some("group 5"),
            "an unknown group is not no group"
        );
        assert_eq!(odd.created_at.as_deref(), Some("2026-09-01T05:30:00Z"));
        assert_eq!(odd.updated_at, None);
    }

    #[test]
    fn the_body_is_found_wherever_it_is() {
        let html = json!({"id": 1, "description_text": " ", "description": "<p>a&nbsp;&lt; <b>b</b></p>"});
        assert_eq!(ticket(&html).body.replace('\u{a0}', " "), "a < b");
        let chat = json!({"id": 1, "description": null, "structured_description":
            {"description_contents": [{"type": "text", "data": {"content": "hello"}}, {"type": "image", "data": {}}]}});
        assert_eq!(ticket(&chat).body, "hello");
        assert_eq!(ticket(&json!({"id": 1, "description_text": "a\u{0}😀"})).body, "a😀");
    }

    #[test]
    fn finished_tickets_say_why() {
        let settled = |json: Value| ticket(&json).settled;
        assert_eq!(settled(json!({"id": 1, "status": 4})).as_deref(), Some("resolved"));
        assert_eq!(settled(json!({"id": 1, "status": 5})).as_deref(), Some("closed"));
        assert_eq!(
            settled(json!({"id": 1, "status": 2, "spam": true})).as_deref(),
            Some("spam")
        );
        assert_eq!(
            settled(json!({"id": 1, "status": 5, "deleted": true})).as_deref(),
            Some("deleted")
        );
        assert_eq!(settled(json!({"id": 1, "status": 8, "spam": false})), None);
    }

    #[test]
    fn one_bad_row_does_not_block_the_others() {
        let page = "[{\"id\":1,\"subject\":\"a\\ud800b\"},\
            {\"id\":2,\"group_id\":\"canary\",\"updated_at\":\"2026-09-01T09:00:00Z\"},\
            {\"id\":3,\"subject\":\"nul\\u0000 raw\u{1}\"},{\"id\":4,\"x\":1e999},17,{\"id\":\"6\",\"tags\":7},\
            {\"id\":8,\"subject\":\"\\ud83d\\ude00\"}]";
        let rows = rows(page.as_bytes()).unwrap();
        assert_eq!(
            rows[1].seen(),
            Seen {
                id: Some(2),
                at: Some(1_788_253_200)
            }
        );
        let tickets: Vec<Ticket> = rows.into_iter().filter_map(|r| r.ticket(&own())).collect();
        let ids: Vec<&str> = tickets.iter().map(|t| t.id.as_str()).collect();
        assert_eq!(ids, ["1", "2", "3", "4", "6", "8"]);
        assert_eq!(tickets[0].subject, "a\u{fffd}b");
        assert_eq!(tickets[2].subject, "nul raw");
        assert_eq!(tickets[5].subject, "😀");
        for bad in [1, 4] {
            let why = tickets[bad].settled.as_deref().unwrap();
            assert!(why.starts_with("unreadable: ") && !why.contains("canary"), "{why}");
        }
        assert_ne!(tickets[1].revision, tickets[4].revision);
    }

    #[test]
    fn what_is_cut_off_or_no_list_is_not_half_read() {
        for body in ["", "<html>", "{}", "[{\"id\":1},{\"id\":2", "null", "[{\"id\":1}"] {
            assert!(rows(body.as_bytes()).is_none(), "{body}");
        }
        for body in ["", "[]", "{\"id\":1", "17"] {
            assert!(row(body.as_bytes()).is_none(), "{body}");
        }
    }
}
