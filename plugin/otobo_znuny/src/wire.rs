//! From the rows of TicketGet to tickets. Types are loose there: an id is a number or text, a value any JSON, so every member is
//! read for itself and nothing fails.

use std::collections::BTreeMap;

use otai_plugin::{
    model::{Requester, Ticket},
    revision,
    serde_json::{Map, Value},
    text, time,
};

use crate::{params::Settings, values};

/// One ticket as the helpdesk gives it.
pub(crate) type Row = Map<String, Value>;

/// Text, also of a number; `None` if it is empty.
pub(crate) fn text_of(row: &Row, key: &str) -> Option<String> {
    match row.get(key)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A number, also one that is written as text.
pub(crate) fn number_of(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// Id of a row.
pub(crate) fn id_of(row: &Row) -> Option<i64> {
    row.get("TicketID").and_then(number_of)
}

/// Rows of an answer of TicketGet: a list, or, in the answer of TicketUpdate, one object.
pub(crate) fn rows(mut answer: Row) -> Vec<Row> {
    let row = |value| match value {
        Value::Object(row) => Some(row),
        _ => None,
    };
    match answer.remove("Ticket") {
        Some(Value::Array(rows)) => rows.into_iter().filter_map(row).collect(),
        Some(other) => row(other).into_iter().collect(),
        None => Vec::new(),
    }
}

/// Ids of an answer of TicketSearch, sorted. A search that finds nothing gives `{}`, and so does one that is wrong.
pub(crate) fn ids(answer: &Row) -> Vec<i64> {
    let mut ids: Vec<i64> = match answer.get("TicketID") {
        Some(Value::Array(all)) => all.iter().filter_map(number_of).collect(),
        Some(one) => number_of(one).into_iter().collect(),
        None => Vec::new(),
    };
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Articles of a row; one alone may be an object.
pub(crate) fn articles(row: &Row) -> Vec<&Row> {
    match row.get("Article") {
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_object).collect(),
        Some(one) => one.as_object().into_iter().collect(),
        None => Vec::new(),
    }
}

/// True for a row of OTRS 5 or older: its articles have a type, which OTRS 6 replaced by channel and visibility (its release notes,
/// "Article storage and communication channels"). An article that is written there would lack what hides it from the customer.
pub(crate) fn is_too_old(row: &Row) -> bool {
    articles(row).iter().any(|article| {
        let has = |key: &str| article.contains_key(key);
        has("ArticleType") && !has("IsVisibleForCustomer") && !has("CommunicationChannelID")
    })
}

/// Dynamic fields that have a value: Znuny leaves the others out, OTOBO gives them as `null`.
pub(crate) fn dynamic_fields(row: &Row) -> BTreeMap<String, &Value> {
    let all = row.get("DynamicField").and_then(Value::as_array).into_iter().flatten();
    let set = all.filter_map(|field| {
        let name = field.get("Name")?.as_str()?;
        let value = field.get("Value").filter(|value| !values::is_unset(value))?;
        Some((name.to_owned(), value))
    });
    set.collect()
}

/// Into otai's ticket. `None` if not even the id is known.
pub(crate) fn ticket(row: &Row, settings: &Settings) -> Option<Ticket> {
    let id = id_of(row)?;
    let fields = dynamic_fields(row);
    let tags = settings.tags_field.as_ref().and_then(|field| fields.get(field));
    let tags: Vec<String> = tags.map(|value| values::texts(value)).unwrap_or_default();
    let custom_fields: BTreeMap<String, Value> = fields
        .iter()
        .filter(|(name, _)| Some(*name) != settings.tags_field.as_ref())
        .map(|(name, value)| {
            (
                name.clone(),
                values::read(settings.dynamic_fields.get(name).copied(), value),
            )
        })
        .collect();
    let member = |key: &str| text_of(row, key);
    let state_type = member("StateType").unwrap_or_default();
    let settled = settled(row);
    let fresh = is_fresh(
        &state_type,
        member("Lock").as_deref(),
        row.get("OwnerID").and_then(number_of),
    );
    let (queue, priority, status, kind) = (member("Queue"), member("Priority"), member("State"), member("Type"));
    let subject = text::clean(&member("Title").unwrap_or_default());
    let written = (
        &queue,
        &priority,
        &status,
        &kind,
        &subject,
        (&tags, &custom_fields, fresh, &settled),
    );
    let revision = revision::of(&member("Changed").unwrap_or_default(), &written);
    let article = articles(row).into_iter().next();
    Some(Ticket {
        id: id.to_string(),
        subject,
        body: article.map(body).unwrap_or_default(),
        queue,
        priority,
        status,
        kind,
        tags,
        custom_fields,
        requester: requester(row, article),
        language: None,
        created_at: article.and_then(created_at),
        // `Changed` is local time without a zone, so nothing true can be said.
        updated_at: None,
        revision,
        settled,
        fresh: Some(fresh),
        ..Ticket::default()
    })
}

/// A ticket that kills the operation that reads it.
pub(crate) fn unreadable(id: i64) -> Ticket {
    Ticket {
        id: id.to_string(),
        settled: Some("unreadable: the helpdesk fails to give it".to_owned()),
        ..Ticket::default()
    }
}

/// Why nothing may be written to the ticket any more.
pub(crate) fn settled(row: &Row) -> Option<String> {
    let why = match text_of(row, "StateType").unwrap_or_default().as_str() {
        "closed" => "closed",
        "merged" => "merged",
        "removed" => "deleted",
        _ if text_of(row, "ArchiveFlag").as_deref() == Some("y") => "archived",
        _ => return None,
    };
    Some(why.to_owned())
}

/// New tickets wait for somebody, and open ones on which nobody works: unlocked, or still owned by the system's own user 1.
pub(crate) fn is_fresh(state_type: &str, lock: Option<&str>, owner: Option<i64>) -> bool {
    match state_type {
        "new" => true,
        "open" => lock == Some("unlock") || owner == Some(1),
        _ => false,
    }
}

fn body(article: &Row) -> String {
    let body = article.get("Body").and_then(Value::as_str).unwrap_or_default();
    let kind = text_of(article, "ContentType").unwrap_or_default();
    if kind.trim_start().to_ascii_lowercase().starts_with("text/html") {
        text::from_html(body)
    } else {
        text::clean(body)
    }
}

/// The first article's arrival is the ticket's; it is the only time that has a zone.
fn created_at(article: &Row) -> Option<String> {
    let first = article.get("ArticleNumber").and_then(number_of) == Some(1);
    let second = article.get("IncomingTime").and_then(number_of).filter(|s| *s > 0)?;
    first.then(|| time::instant(second))
}

fn requester(row: &Row, article: Option<&Row>) -> Option<Requester> {
    let id = text_of(row, "CustomerUserID");
    let from = article
        .filter(|article| text_of(article, "SenderType").as_deref() == Some("customer"))
        .and_then(|article| text_of(article, "From"));
    let (name, email) = from.as_deref().map(person).unwrap_or_default();
    let id = id.or_else(|| email.clone())?;
    Some(Requester { id, name, email })
}

/// Name and address of `"Name" <address>` or of an address alone.
fn person(from: &str) -> (Option<String>, Option<String>) {
    let some = |text: &str| {
        let text = text.trim().trim_matches('"').trim();
        (!text.is_empty()).then(|| text.to_owned())
    };
    match from.rsplit_once('<') {
        Some((name, address)) => (some(name), some(address.split('>').next().unwrap_or_default())),
        None if from.contains('@') => (None, some(from)),
        None => (some(from), None),
    }
}

#[cfg(test)]
mod tests;
