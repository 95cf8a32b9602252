//! What only New Desk does: its paths, its JSON, its names. This is the file to change.

use std::collections::BTreeMap;

use otai_plugin::{
    Failure, Request, Response, Row as Seen, Secret, answers,
    model::{Catalog, Change, CustomField, FieldKind, Requester, Status, Ticket},
    names, revision,
    serde::Deserialize,
    serde_json::{Map, Value, json},
    tags, text, time, values,
};

/// Its name in messages to the admin.
pub(crate) const PRODUCT: &str = "New Desk";
/// Rows on a page of the list.
pub(crate) const PER_PAGE: usize = 50;
/// Who the token belongs to.
pub(crate) const ME: &str = "/api/me";
/// Which values there are.
pub(crate) const FORM: &str = "/api/form";

/// How the token is sent.
pub(crate) fn authorized(request: Request, token: &Secret) -> Request {
    request.bearer(token)
}

/// Tickets changed since that second, oldest change first.
pub(crate) fn list(since: i64, page: u32) -> String {
    let since = time::instant(since);
    format!("/api/tickets?changed_since={since}&per_page={PER_PAGE}&page={page}")
}

/// One ticket. Its id gets into a URL, so it must be what New Desk's ids are.
pub(crate) fn ticket(id: &str) -> Result<String, Failure> {
    match id.parse::<u64>() {
        Ok(number) => Ok(format!("/api/tickets/{number}")),
        Err(_) => Err(Failure::rejected(format!(
            "\"{}\" is no ticket number",
            text::short(id)
        ))),
    }
}

/// What was said about a ticket.
pub(crate) fn notes(id: &str) -> Result<String, Failure> {
    Ok(format!("{}/notes", ticket(id)?))
}

#[derive(Deserialize)]
#[serde(crate = "otai_plugin::serde")]
struct Me {
    name: String,
}

/// The name of the token's agent.
pub(crate) fn me(response: &Response) -> Result<String, Failure> {
    answers::read::<Me>(PRODUCT, response).map(|me| me.name)
}

/// The values that tickets can have.
#[derive(Deserialize)]
#[serde(crate = "otai_plugin::serde")]
pub(crate) struct Form {
    queues: Vec<Queue>,
    priorities: Vec<String>,
    types: Vec<String>,
    fields: Vec<Field>,
}

#[derive(Deserialize)]
#[serde(crate = "otai_plugin::serde")]
struct Queue {
    id: u64,
    name: String,
}

#[derive(Deserialize)]
#[serde(crate = "otai_plugin::serde")]
struct Field {
    name: String,
    label: String,
    choices: Vec<String>,
}

/// Name, whether its tickets wait for somebody, whether they are done.
const STATUSES: [(&str, bool, bool); 4] = [
    ("open", true, false),
    ("waiting", false, false),
    ("closed", false, true),
    ("merged", false, true),
];

impl Form {
    pub(crate) fn catalog(&self, account: String) -> Catalog {
        let status = |(name, fresh, closed): (&str, bool, bool)| Status {
            name: name.to_owned(),
            fresh,
            closed,
        };
        Catalog {
            account,
            queues: self.queues.iter().map(|q| q.name.clone()).collect(),
            priorities: self.priorities.clone(),
            types: self.types.clone(),
            statuses: STATUSES.map(status).into(),
            custom_fields: self.custom_fields(),
            free_tags: true,
            ..Catalog::default()
        }
    }

    fn custom_fields(&self) -> Vec<CustomField> {
        let field = |f: &Field| CustomField {
            name: f.name.clone(),
            label: f.label.clone(),
            kind: if f.choices.is_empty() {
                FieldKind::Text
            } else {
                FieldKind::Choice
            },
            choices: f.choices.clone(),
        };
        self.fields.iter().map(field).collect()
    }
}

/// A ticket as New Desk sends it. What may be missing is an `Option`.
#[derive(Deserialize)]
#[serde(crate = "otai_plugin::serde")]
pub(crate) struct Row {
    id: u64,
    subject: Option<String>,
    message: Option<String>,
    #[serde(default)]
    html: bool,
    queue_id: Option<u64>,
    priority: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    status: String,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    fields: BTreeMap<String, Value>,
    from: Option<String>,
    created_at: String,
    updated_at: String,
}

/// The rows of a list.
pub(crate) fn rows(response: &Response) -> Result<Vec<Row>, Failure> {
    answers::read(PRODUCT, response)
}

/// The one ticket of an answer.
pub(crate) fn row(response: &Response) -> Result<Row, Failure> {
    answers::read(PRODUCT, response)
}

impl Row {
    /// What the walk over the list needs.
    pub(crate) fn seen(&self) -> Seen {
        Seen {
            id: i64::try_from(self.id).ok(),
            at: time::second(&self.updated_at),
        }
    }

    pub(crate) fn ticket(self, form: &Form) -> Ticket {
        let message = self.message.unwrap_or_default();
        let body = if self.html {
            text::from_html(&message)
        } else {
            text::clean(&message)
        };
        let done = STATUSES.iter().any(|(name, _, done)| *done && *name == self.status);
        let written = (
            &self.queue_id,
            &self.priority,
            &self.kind,
            &self.status,
            &self.tags,
            &self.fields,
        );
        let queue = self.queue_id.map(|id| {
            let known = form.queues.iter().find(|q| q.id == id);
            known.map_or_else(|| format!("queue {id}"), |q| q.name.clone())
        });
        Ticket {
            id: self.id.to_string(),
            subject: text::clean(&self.subject.unwrap_or_default()),
            body,
            queue,
            revision: revision::of(&self.updated_at, &written),
            priority: self.priority,
            kind: self.kind,
            tags: self.tags,
            custom_fields: self.fields,
            requester: self.from.map(|email| Requester {
                id: email.clone(),
                name: None,
                email: Some(email),
            }),
            created_at: time::utc(&self.created_at),
            updated_at: time::utc(&self.updated_at),
            settled: done.then(|| self.status.clone()),
            status: Some(self.status),
            ..Ticket::default()
        }
    }
}

/// The body of the `PUT`: the keys that change, in New Desk's own values; `None` if there are none. A name that is not in the form is refused here, before anything is sent.
pub(crate) fn change(form: &Form, change: &Change, there: &[String]) -> Result<Option<Value>, Failure> {
    let mut body = Map::new();
    if let Some(name) = &change.queue {
        let Some(queue) = form.queues.iter().find(|q| q.name == *name) else {
            let all = form.queues.iter().map(|q| q.name.as_str());
            return Err(names::unknown(PRODUCT, "queue", "queue", name, all));
        };
        body.insert("queue_id".to_owned(), queue.id.into());
    }
    let listed = [
        ("priority", &change.priority, &form.priorities),
        ("type", &change.kind, &form.types),
    ];
    for (field, name, all) in listed {
        if let Some(name) = name {
            if !all.contains(name) {
                return Err(names::unknown(
                    PRODUCT,
                    field,
                    field,
                    name,
                    all.iter().map(String::as_str),
                ));
            }
            body.insert(field.to_owned(), name.as_str().into());
        }
    }
    // New Desk replaces the whole list, so the tags that are there go first.
    let new = tags::missing(there, &change.add_tags);
    if !new.is_empty() {
        body.insert("tags".to_owned(), json!([there, &new].concat()));
    }
    let mut fields = Map::new();
    let known = form.custom_fields();
    for (name, value) in &change.custom_fields {
        let wrong = |message| Failure::rejected_field(format!("custom_fields.{name}"), message);
        let field = known.iter().find(|f| f.name == *name);
        let field = field.ok_or_else(|| wrong(values::no_field(PRODUCT, &known, name)))?;
        fields.insert(name.clone(), values::fit(field, value).map_err(wrong)?);
    }
    if !fields.is_empty() {
        body.insert("fields".to_owned(), fields.into());
    }
    Ok((!body.is_empty()).then(|| body.into()))
}

/// Adds a note. It must be one that customers never see and that sends no mail.
pub(crate) fn add_note(base: &str, id: &str, text: &str) -> Result<Request, Failure> {
    Request::post(format!("{base}{}", notes(id)?)).json(&json!({ "text": text, "internal": true }))
}

#[derive(Deserialize)]
#[serde(crate = "otai_plugin::serde")]
struct Note {
    text: Option<String>,
}

/// The texts of all notes.
pub(crate) fn note_texts(response: &Response) -> Result<Vec<String>, Failure> {
    let notes: Vec<Note> = answers::read(PRODUCT, response)?;
    Ok(notes.into_iter().filter_map(|n| n.text).collect())
}
