//! `POST /tickets`.

use serde_json::{Map, Value};

use super::attributes::{self, Purpose};
use super::update::attachments;
use super::{Call, Reply, refuse, render};
use crate::answer::Answer;
use crate::freshdesk::errors::Wrong;
use crate::freshdesk::ticket::Ticket;
use crate::freshdesk::world::World;

const REQUESTERS: [&str; 6] = [
    "requester_id",
    "email",
    "phone",
    "unique_external_id",
    "facebook_id",
    "twitter_id",
];

pub(super) fn create(world: &mut World, call: &Call) -> Reply {
    let input = call.object()?;
    let mut checked = attributes::check(world, &input, Purpose::Create, call.coerces());
    if REQUESTERS.iter().all(|key| input.get(*key).is_none_or(Value::is_null)) {
        checked.wrong.push(Wrong::new(
            "requester_id",
            "missing_field",
            "It should be one of these fields: requester_id,email,phone,facebook_id,twitter_id,unique_external_id",
        ));
    }
    if input.get("description").is_none_or(Value::is_null) {
        checked.wrong.push(Wrong::missing("description"));
    }
    refuse(checked.wrong)?;
    make(world, call, &checked.set, None)
}

/// `POST /tickets/outbound_email`: an agent writes first.
pub(super) fn outbound(world: &mut World, call: &Call) -> Reply {
    let mut input = call.object()?;
    input.entry("status").or_insert(5.into());
    let mut checked = attributes::check(world, &input, Purpose::Create, call.coerces());
    for key in ["email", "subject", "email_config_id"] {
        if input.get(key).is_none_or(Value::is_null) {
            checked.wrong.push(Wrong::missing(key));
        }
    }
    refuse(checked.wrong)?;
    make(world, call, &checked.set, Some(10))
}

fn make(world: &mut World, call: &Call, set: &Map<String, Value>, source: Option<u64>) -> Reply {
    let now = world.now();
    let requester = requester(world, set, now);
    let id = world.store.next_id();
    let mut ticket = Ticket::new(id, requester, now);
    ticket.company_id = world.people.contacts.get(&requester).and_then(|c| c.company_id);
    for (key, value) in set {
        ticket.set(key, value, now);
    }
    ticket.source = source.unwrap_or(ticket.source);
    ticket.requester_id = requester;
    ticket.updated_at = now;
    ticket.stats.status_updated_at = Some(now);
    ticket.attachments = attachments(world, call);
    let shown = render::created(world, &ticket);
    world.create(ticket);
    Ok(Answer::created(&shown, call.url(&format!("tickets/{id}"))))
}

/// The contact who asks, made if nobody has the address.
fn requester(world: &mut World, set: &Map<String, Value>, now: i64) -> u64 {
    let text = |key: &str| set.get(key).and_then(Value::as_str);
    let people = &mut world.people;
    let (name, email) = (text("name"), text("email"));
    if let Some(id) = set.get("requester_id").and_then(Value::as_u64) {
        return id;
    }
    if let Some(email) = email {
        return people.find_or_add(email, name, now);
    }
    let handle = text("unique_external_id")
        .or(text("phone"))
        .or(text("facebook_id"))
        .or(text("twitter_id"));
    let handle = handle.unwrap_or("unknown");
    if let Some(id) = people.by_external(handle) {
        return id;
    }
    let id = people.add(name.unwrap_or(handle), None, now);
    if let Some(mut contact) = people.contacts.get(&id).cloned() {
        contact.phone = text("phone").map(str::to_owned);
        contact.unique_external_id = Some(handle.to_owned());
        people.put(contact);
    }
    id
}
