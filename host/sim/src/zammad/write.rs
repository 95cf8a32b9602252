//! From what a client sends to values that can be set, or a refusal.
//!
//! Nothing is changed here: a request is refused before its first change, and a ticket and its article are one
//! transaction.

use serde_json::{Map, Value, json};

use crate::zammad::errors::Refusal;
use crate::zammad::show;
use crate::zammad::system::{ME, STATES};
use crate::zammad::ticket::{Article, Body, PENDING, SENDERS, TYPES, Ticket, id_of};
use crate::zammad::world::World;

/// Characters of an article's body (`app/models/ticket/article.rb`).
const LONGEST: usize = 1_500_000;

/// References of a ticket: the key with a name, and the key with an id.
const REFERENCES: [(&str, &str); 5] = [
    ("group", "group_id"),
    ("priority", "priority_id"),
    ("state", "state_id"),
    ("owner", "owner_id"),
    ("customer", "customer_id"),
];

/// Reads a ticket's own keys. Unknown ones are dropped without a word, as Zammad does.
pub(crate) fn ticket(world: &World, input: &Map<String, Value>) -> Result<Map<String, Value>, Refusal> {
    let mut set = Map::new();
    for (name, id) in REFERENCES {
        if let Some(value) = input.get(name).filter(|v| v.is_string() || v.is_number()) {
            let found = value.as_str().map(|v| lookup(world, name, v));
            match found.flatten() {
                Some(found) => drop(set.insert(id.to_owned(), json!(found))),
                None if value == "" => {}
                None => return Err(Refusal::invalid(format!("No lookup value found for '{name}': {value}"))),
            }
        }
        // An id wins over a name.
        if let Some(value) = input.get(id).filter(|v| !v.is_null() && *v != "") {
            let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
            match number.filter(|n| exists(world, id, *n)) {
                Some(number) => drop(set.insert(id.to_owned(), json!(number))),
                None => return Err(Refusal::invalid(format!("Invalid value for param '{id}': {value}"))),
            }
        }
    }
    for key in ["title", "note", "pending_time"] {
        if let Some(value) = input.get(key) {
            set.insert(key.to_owned(), value.clone());
        }
    }
    for field in &world.system.fields {
        if let Some(value) = input.get(&field.name) {
            set.insert(field.name.clone(), field.read(value).map_err(Refusal::masked)?);
        }
    }
    Ok(set)
}

fn lookup(world: &World, name: &str, value: &str) -> Option<u64> {
    let system = &world.system;
    match name {
        "group" => system.group_id(value),
        "priority" => system.priorities.iter().find(|(_, n)| n == value).map(|(id, _)| *id),
        "state" => STATES.iter().find(|(_, n, _)| *n == value).map(|(id, ..)| *id),
        _ => system.user(value).map(|u| u.id),
    }
}

fn exists(world: &World, key: &str, id: u64) -> bool {
    match key {
        "group_id" => world.system.groups.contains_key(&id),
        "priority_id" => world.system.priority(id).is_some(),
        "state_id" => show::state(id).is_some(),
        _ => world.system.users.contains_key(&id),
    }
}

/// What core workflows have against a change: groups into which the user may not move it, values that are taken away,
/// a pending state without its time.
pub(crate) fn workflows(world: &World, before: &Ticket, set: &Map<String, Value>) -> Result<(), Refusal> {
    let refuse =
        |value: &str, field: &str| Err(Refusal::masked(format!("Invalid value '{value}' for field '{field}'!")));
    if let Some(group) = set.get("group_id").and_then(Value::as_u64)
        && group != before.group_id
        && !world.system.may("create", group)
    {
        return refuse(&group.to_string(), "group_id");
    }
    for workflow in &world.system.settings.workflows {
        let Some(value) = set.get(&workflow.field) else {
            continue;
        };
        let id = value.as_u64().unwrap_or(0);
        let name = match workflow.field.as_str() {
            "group_id" => world.system.groups.get(&id).map(String::as_str),
            "priority_id" => world.system.priority(id),
            "state_id" => show::state(id),
            _ => value.as_str(),
        };
        if let Some(name) = name.filter(|n| workflow.forbid.iter().any(|f| f == n)) {
            return refuse(name, &workflow.field);
        }
    }
    let state = set.get("state_id").and_then(Value::as_u64);
    let timed = set
        .get("pending_time")
        .map_or(before.pending_time.is_some(), |v| !v.is_null());
    if state.is_some_and(|s| PENDING.contains(&s)) && !timed {
        return Err(Refusal::masked("Missing required value for field 'pending_time'!"));
    }
    Ok(())
}

/// Reads an article. Without `internal` the customer sees it.
pub(crate) fn article(world: &World, ticket: u64, input: &Value, user: u64) -> Result<Article, Refusal> {
    let Some(body) = input.get("body").filter(|b| !b.is_null()) else {
        return Err(Refusal::invalid("Need at least article: { body: \"some text\" }"));
    };
    let body = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
    let length = body.chars().count();
    if length > LONGEST {
        let text = format!("body of article is too large, {length} chars - only {LONGEST} allowed");
        return Err(Refusal::invalid(text));
    }
    let text = |key: &str| input.get(key).and_then(Value::as_str).map(str::to_owned);
    let chosen = |name: &str, list: &[(u64, &str)], otherwise: u64| -> Result<u64, Refusal> {
        if let Some(id) = input.get(format!("{name}_id")).and_then(Value::as_u64) {
            return match list.iter().any(|(i, _)| *i == id) {
                true => Ok(id),
                false => Err(Refusal::invalid(format!("Invalid value for param '{name}_id': {id}"))),
            };
        }
        match text(name) {
            Some(value) => id_of(list, &value)
                .ok_or_else(|| Refusal::invalid(format!("No lookup value found for '{name}': {}", json!(value)))),
            None => Ok(otherwise),
        }
    };
    let mut attachments = Vec::new();
    for (index, file) in input
        .get("attachments")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .enumerate()
    {
        if let Some(key) = ["mime-type", "filename", "data"]
            .into_iter()
            .find(|k| file.get(k).is_none())
        {
            let text = format!("Attachment needs '{key}' param for attachment with index '{index}'");
            return Err(Refusal::invalid(text));
        }
        attachments.push(json!({
            "id": index + 1, "filename": file["filename"], "size": file["data"].as_str().map_or(0, str::len).to_string(),
            "preferences": { "Mime-Type": file["mime-type"] },
        }));
    }
    let html = input["content_type"].as_str().is_some_and(|t| t.contains("text/html"));
    Ok(Article {
        id: 0,
        ticket_id: ticket,
        type_id: chosen("type", &TYPES, 10)?,
        sender_id: chosen("sender", &SENDERS, 1)?,
        from: text("from").unwrap_or_else(|| world.system.users.get(&user).map(|u| u.name()).unwrap_or_default()),
        to: text("to"),
        subject: text("subject"),
        body: match html {
            true => Body::Html(body.into()),
            false => Body::Plain(body.into()),
        },
        internal: matches!(input.get("internal"), Some(v) if v == true || v == "true" || v == "1"),
        attachments,
        created_by: user,
        created_at: world.now_ms(),
    })
}

/// Whoever loses the right to a ticket by its move loses the ticket.
pub(crate) fn drop_owner(world: &World, before: &Ticket, set: &mut Map<String, Value>) {
    let Some(group) = set.get("group_id").and_then(Value::as_u64) else {
        return;
    };
    let owner = set.get("owner_id").and_then(Value::as_u64).unwrap_or(before.owner_id);
    if group != before.group_id && owner == ME && !world.system.may("full", group) {
        set.insert("owner_id".to_owned(), json!(1));
    }
}

/// The keys of a write in the words of the score.
pub(crate) fn carried(set: &Map<String, Value>) -> Vec<String> {
    let word = |key: &String| key.strip_suffix("_id").map_or_else(|| key.clone(), str::to_owned);
    set.keys().map(word).collect()
}
