//! Tickets and articles as the API shows them.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::zammad::fields::FieldKind;
use crate::zammad::system::STATES;
use crate::zammad::ticket::{Article, SENDERS, TYPES, Ticket, name_of};
use crate::zammad::world::World;

/// `2024-03-18T22:50:03.732Z`.
pub(crate) fn time_ms(ms: i64) -> String {
    let stamp = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH);
    format!("{stamp:.3}")
}

/// Reads what [`time_ms`] writes, and everything else that is a point in time.
pub(crate) fn read_ms(text: &str) -> Option<i64> {
    let exact = text.trim().parse::<Timestamp>().ok().map(Timestamp::as_millisecond);
    exact.or_else(|| crate::time::read(text).map(|s| s * 1000))
}

pub(crate) fn state(id: u64) -> Option<&'static str> {
    STATES.iter().find(|(i, ..)| *i == id).map(|(_, name, _)| *name)
}

/// A ticket, with names beside the ids if it is to be expanded.
pub(crate) fn ticket(world: &World, ticket: &Ticket, expand: bool) -> Value {
    let first = ticket.articles.first().and_then(|id| world.articles.get(id));
    let contact = first.filter(|a| a.sender_id == 2).map(|a| time_ms(a.created_at));
    let closed = ticket.close_at.map(time_ms);
    let mut shown = json!({
        "id": ticket.id, "group_id": ticket.group_id, "priority_id": ticket.priority_id, "state_id": ticket.state_id,
        "organization_id": null, "number": ticket.number, "title": ticket.title, "owner_id": ticket.owner_id,
        "customer_id": ticket.customer_id, "note": ticket.note, "first_response_at": null,
        "first_response_escalation_at": null, "first_response_in_min": null, "first_response_diff_in_min": null,
        "close_at": closed, "close_escalation_at": null, "close_in_min": null, "close_diff_in_min": null,
        "update_escalation_at": null, "update_in_min": null, "update_diff_in_min": null, "last_close_at": closed,
        "last_contact_at": contact, "last_contact_agent_at": null, "last_contact_customer_at": contact,
        "last_owner_update_at": null, "create_article_type_id": ticket.create_article_type_id,
        "create_article_sender_id": ticket.create_article_sender_id, "article_count": ticket.articles.len(),
        "escalation_at": null, "pending_time": ticket.pending_time, "time_unit": null, "preferences": {},
        "updated_by_id": ticket.updated_by, "created_by_id": ticket.created_by,
        "created_at": time_ms(ticket.created_at), "updated_at": time_ms(ticket.updated_at),
        "article_ids": ticket.articles, "ticket_time_accounting_ids": [],
    });
    for field in &world.system.fields {
        let empty = match field.kind {
            FieldKind::MultiSelect(_) => json!([]),
            FieldKind::Boolean => json!(false),
            _ => Value::Null,
        };
        shown[&field.name] = ticket.custom.get(&field.name).cloned().unwrap_or(empty);
    }
    if expand {
        let system = &world.system;
        shown["group"] = json!(system.groups.get(&ticket.group_id));
        shown["organization"] = Value::Null;
        shown["ticket_time_accounting"] = json!([]);
        shown["state"] = json!(state(ticket.state_id));
        shown["priority"] = json!(system.priority(ticket.priority_id));
        shown["owner"] = json!(system.login(ticket.owner_id));
        shown["customer"] = json!(system.login(ticket.customer_id));
        shown["created_by"] = json!(system.login(ticket.created_by));
        shown["updated_by"] = json!(system.login(ticket.updated_by));
        shown["create_article_type"] = json!(name_of(&TYPES, ticket.create_article_type_id));
        shown["create_article_sender"] = json!(name_of(&SENDERS, ticket.create_article_sender_id));
    }
    for (key, value) in ticket.extra.iter().flat_map(|e| e.iter()) {
        shown[key] = value.clone();
    }
    shown
}

/// An article; names are always there.
pub(crate) fn article(world: &World, article: &Article) -> Value {
    let by = world.system.login(article.created_by);
    let at = time_ms(article.created_at);
    json!({
        "id": article.id, "ticket_id": article.ticket_id, "type_id": article.type_id, "sender_id": article.sender_id,
        "from": article.from, "to": article.to, "cc": null, "subject": article.subject, "reply_to": null,
        "message_id": null, "message_id_md5": null, "in_reply_to": null, "content_type": article.body.kind(),
        "references": null, "body": article.body.show(), "internal": article.internal, "preferences": {},
        "updated_by_id": article.created_by, "created_by_id": article.created_by, "origin_by_id": null,
        "created_at": at, "updated_at": at, "attachments": article.attachments, "created_by": by, "updated_by": by,
        "type": name_of(&TYPES, article.type_id), "sender": name_of(&SENDERS, article.sender_id), "time_unit": null,
    })
}

/// What an un-expanded answer carries beside ids: every object that it speaks of, by kind and id.
pub(crate) fn assets<'a>(world: &World, tickets: impl Iterator<Item = &'a Ticket>, articles: &[&Article]) -> Value {
    let (mut rows, mut groups, mut users) = (Map::new(), Map::new(), BTreeSet::new());
    for one in tickets {
        rows.insert(one.id.to_string(), ticket(world, one, false));
        if let Some(name) = world.system.groups.get(&one.group_id) {
            groups
                .entry(one.group_id.to_string())
                .or_insert_with(|| world.system.show_group(one.group_id, name, false));
        }
        users.extend([one.owner_id, one.customer_id, one.created_by, one.updated_by]);
    }
    let users: Map<String, Value> = users
        .into_iter()
        .filter_map(|id| world.system.users.get(&id))
        .map(|u| (u.id.to_string(), world.system.show_user(u, false)))
        .collect();
    let mut assets = json!({ "Ticket": rows, "Group": groups, "User": users });
    if !articles.is_empty() {
        let shown: Map<String, Value> = articles.iter().map(|a| (a.id.to_string(), article(world, a))).collect();
        assets["TicketArticle"] = shown.into();
    }
    assets
}

/// What a webhook carries: objects instead of ids, but the state as a text.
pub(crate) fn payload(world: &World, one: &Ticket, said: Option<&Article>) -> Value {
    let system = &world.system;
    let user = |id: u64| {
        let mut shown = system
            .users
            .get(&id)
            .map(|u| system.show_user(u, false))
            .unwrap_or_default();
        if let Value::Object(shown) = &mut shown {
            for key in [
                "last_login",
                "login_failed",
                "preferences",
                "group_ids",
                "authorization_ids",
            ] {
                shown.remove(key);
            }
        }
        shown
    };
    let mut shown = ticket(world, one, false);
    let group = system.groups.get(&one.group_id);
    shown["group"] = group.map_or(Value::Null, |name| system.show_group(one.group_id, name, false));
    let priority = system.priority(one.priority_id);
    shown["priority"] = priority.map_or(Value::Null, |name| system.show_priority(one.priority_id, name));
    shown["state"] = json!(state(one.state_id));
    shown["owner"] = user(one.owner_id);
    shown["customer"] = user(one.customer_id);
    shown["created_by"] = user(one.created_by);
    shown["updated_by"] = user(one.updated_by);
    json!({ "ticket": shown, "article": said.map(|a| article(world, a)) })
}
