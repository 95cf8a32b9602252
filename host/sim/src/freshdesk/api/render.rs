//! How a ticket is shown. Every answer has its own set of keys, as recorded from a real account.

use serde_json::{Map, Value, json};

use crate::freshdesk::ticket::{Stats, Ticket};
use crate::freshdesk::world::World;
use crate::time;

/// Keys common to all answers.
fn common(world: &World, ticket: &Ticket) -> Map<String, Value> {
    let at = |t: Option<i64>| t.map(time::show);
    let account = &world.account;
    let mut custom: Map<String, Value> = account
        .field_names()
        .map(|name| (name.to_owned(), ticket.custom.get(name).cloned().unwrap_or(Value::Null)))
        .collect();
    // Values of fields that have been removed from the form since are not lost.
    for (name, value) in &ticket.custom {
        custom.entry(name.clone()).or_insert_with(|| value.clone());
    }
    let mut shown = Map::new();
    let mut put = |key: &str, value: Value| {
        shown.insert(key.to_owned(), value);
    };
    let by_mail = ticket.source == 1;
    let support = json!("support@northwind.example");
    put("cc_emails", json!(ticket.cc_emails));
    put("fwd_emails", json!([]));
    put("reply_cc_emails", json!(ticket.cc_emails));
    put("ticket_cc_emails", json!(ticket.cc_emails));
    put("ticket_bcc_emails", json!([]));
    put("fr_escalated", json!(false));
    put("spam", json!(ticket.spam));
    put("email_config_id", json!(ticket.email_config_id));
    put("group_id", json!(ticket.group_id));
    put("priority", json!(ticket.priority));
    put("requester_id", json!(ticket.requester_id));
    put("responder_id", json!(ticket.responder_id));
    put("source", json!(ticket.source));
    put("company_id", json!(ticket.company_id));
    put("status", json!(ticket.status));
    put("subject", json!(ticket.subject));
    put("support_email", if by_mail { support.clone() } else { Value::Null });
    put("to_emails", if by_mail { json!([support]) } else { Value::Null });
    put("product_id", json!(ticket.product_id));
    put("id", json!(ticket.id));
    put("type", json!(ticket.kind));
    put("due_by", json!(at(ticket.due_by)));
    put("fr_due_by", json!(at(ticket.fr_due_by)));
    put("is_escalated", json!(false));
    put("custom_fields", Value::Object(custom));
    put("created_at", json!(time::show(ticket.created_at)));
    put("updated_at", json!(time::show(ticket.updated_at)));
    put("tags", json!(ticket.tags));
    put("source_info", Value::Null);
    put("structured_description", Value::Null);
    put("nr_due_by", Value::Null);
    put("nr_escalated", json!(false));
    shown
}

fn add_description(shown: &mut Map<String, Value>, ticket: &Ticket) {
    shown.insert("description".into(), ticket.content.html());
    shown.insert("description_text".into(), ticket.content.text());
}

fn add_scores(shown: &mut Map<String, Value>, world: &World, ticket: &Ticket) {
    let score = 20 + ticket.id % 60;
    shown.insert("association_type".into(), Value::Null);
    shown.insert("form_id".into(), json!(world.account.base + 31_190));
    shown.insert("sentiment_score".into(), json!(score));
    shown.insert("initial_sentiment_score".into(), json!(score));
}

fn finish(mut shown: Map<String, Value>, ticket: &Ticket) -> Value {
    if ticket.deleted {
        shown.insert("deleted".into(), json!(true));
    }
    if let Some(extra) = &ticket.extra {
        shown.extend(extra.iter().map(|(k, v)| (k.clone(), v.clone())));
    }
    Value::Object(shown)
}

/// A row of `GET /tickets`, with what was asked to be included.
pub(crate) fn list_row(world: &World, ticket: &Ticket, include: &[&str]) -> Value {
    let mut shown = common(world, ticket);
    add_scores(&mut shown, world, ticket);
    shown.insert("associated_tickets_count".into(), Value::Null);
    for part in include {
        match *part {
            "description" => add_description(&mut shown, ticket),
            "stats" => drop(shown.insert("stats".into(), stats(&ticket.stats))),
            "requester" => {
                shown.insert(
                    "requester".into(),
                    world.people.show_requester(ticket.requester_id, false),
                );
            }
            "company" => drop(shown.insert("company".into(), world.people.show_company_short(ticket.company_id))),
            _ => {}
        }
    }
    finish(shown, ticket)
}

/// The answer of `GET /tickets/{id}`.
pub(crate) fn view(world: &World, ticket: &Ticket, include: &[&str]) -> Value {
    const EMBEDDED: usize = 10;
    let mut shown = common(world, ticket);
    add_scores(&mut shown, world, ticket);
    add_description(&mut shown, ticket);
    shown.insert("attachments".into(), json!(ticket.attachments));
    shown.insert("source_additional_info".into(), Value::Null);
    for part in include {
        let value = match *part {
            "conversations" => world
                .talks
                .of(ticket.id)
                .iter()
                .take(EMBEDDED)
                .map(|t| t.show())
                .collect(),
            "requester" => world.people.show_requester(ticket.requester_id, true),
            "company" => world.people.show_company_short(ticket.company_id),
            "stats" => stats(&ticket.stats),
            _ => continue,
        };
        shown.insert((*part).to_owned(), value);
    }
    finish(shown, ticket)
}

/// The answer to a creation.
pub(crate) fn created(world: &World, ticket: &Ticket) -> Value {
    let mut shown = common(world, ticket);
    add_description(&mut shown, ticket);
    shown.insert("attachments".into(), json!(ticket.attachments));
    shown.insert("form_id".into(), json!(world.account.base + 31_190));
    finish(shown, ticket)
}

/// The answer to an update.
pub(crate) fn updated(world: &World, ticket: &Ticket) -> Value {
    let mut shown = common(world, ticket);
    add_description(&mut shown, ticket);
    shown.insert("attachments".into(), json!(ticket.attachments));
    shown.insert("sentiment_score".into(), json!(20 + ticket.id % 60));
    finish(shown, ticket)
}

/// A result of a search.
pub(crate) fn found(world: &World, ticket: &Ticket) -> Value {
    let mut shown = common(world, ticket);
    add_scores(&mut shown, world, ticket);
    add_description(&mut shown, ticket);
    finish(shown, ticket)
}

fn stats(stats: &Stats) -> Value {
    let at = |t: Option<i64>| t.map(time::show);
    json!({
        "agent_responded_at": at(stats.agent_responded_at), "requester_responded_at": at(stats.requester_responded_at),
        "first_responded_at": at(stats.first_responded_at), "status_updated_at": at(stats.status_updated_at),
        "reopened_at": at(stats.reopened_at), "resolved_at": at(stats.resolved_at), "closed_at": at(stats.closed_at),
        "pending_since": at(stats.pending_since),
    })
}
