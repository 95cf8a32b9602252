//! Tags, which are no part of a ticket's JSON. One call per tag.

use serde_json::{Value, json};

use super::{Call, Reply, ticket};
use crate::answer::Answer;
use crate::ledger::Who;
use crate::zammad::errors::Refusal;
use crate::zammad::system::permits;
use crate::zammad::world::World;

/// The ticket that a call is about; other objects have no tags here.
fn object(world: &World, call: &Call, right: &str) -> Result<u64, Refusal> {
    if call.text("object") != "Ticket" {
        return Err(Refusal::internal("undefined method `find' for nil:NilClass"));
    }
    Ok(ticket(world, &call.text("o_id"), right)?.id)
}

pub(super) fn list(world: &mut World, call: &Call) -> Reply {
    let id = object(world, call, "read")?;
    Ok(Answer::ok(&json!({ "tags": world.tickets[&id].tags })))
}

pub(super) fn add(world: &mut World, call: &Call) -> Reply {
    let id = object(world, call, "change")?;
    let item = call.text("item").trim().to_owned();
    if item.is_empty() {
        return Err(Refusal::masked("Validation failed: Name is required"));
    }
    let settings = &world.system.settings;
    let allowed = settings.tag_new || permits(&settings.user_permissions, "admin.tag");
    if !allowed && !world.system.tags.contains(&item) {
        // The answer is not documented; that the tag is not created is.
        return Err(Refusal::invalid(format!("Tag '{item}' cannot be created")));
    }
    let mut tags = world.tickets[&id].tags.clone();
    world.ledger.carried(id, std::iter::once(&"tags".to_owned()));
    if !tags.contains(&item) {
        tags.push(item);
        world.tag(id, &tags, Who::Key);
        world.announce(id, false, None);
    }
    Ok(Answer::json(201, &json!(true)))
}

/// Removing what is not there is a success.
pub(super) fn remove(world: &mut World, call: &Call) -> Reply {
    let id = object(world, call, "change")?;
    let item = call.text("item");
    let mut tags = world.tickets[&id].tags.clone();
    tags.retain(|t| *t != item.trim());
    world.ledger.carried(id, std::iter::once(&"tags".to_owned()));
    if world.tag(id, &tags, Who::Key) {
        world.announce(id, false, None);
    }
    Ok(Answer::ok(&json!(true)))
}

pub(super) fn find(world: &mut World, call: &Call) -> Reply {
    let term = call.text("term").to_lowercase();
    let all = world.system.tags.iter().zip(1..);
    let rows: Vec<Value> = all
        .filter(|(t, _)| t.to_lowercase().contains(&term))
        .take(10)
        .map(|(tag, id)| json!({ "id": id, "value": tag }))
        .collect();
    Ok(Answer::ok(&json!(rows)))
}

pub(super) fn all(world: &mut World, _: &Call) -> Reply {
    let row = |(tag, id): (&String, u64)| {
        let count = world.tickets.values().filter(|t| t.tags.contains(tag)).count();
        json!({ "id": id, "name": tag, "count": count })
    };
    Ok(Answer::ok(&world.system.tags.iter().zip(1..).map(row).collect()))
}

pub(super) fn new(world: &mut World, call: &Call) -> Reply {
    world.system.tags.insert(call.text("name"));
    Ok(Answer::ok(&json!({})))
}
