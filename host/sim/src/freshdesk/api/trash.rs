//! Deleting, restoring and merging tickets.

use serde_json::{Value, json};

use super::view::{readable, writable};
use super::{Call, Payload, Reply, refuse};
use crate::answer::Answer;
use crate::freshdesk::errors::{self, Wrong};
use crate::freshdesk::ticket::CLOSED;
use crate::freshdesk::world::World;
use crate::ledger::Who;

pub(super) fn delete(world: &mut World, call: &Call) -> Reply {
    let id = writable(world, call.id(0))?.id;
    world.move_to_trash(id, true, Who::Key);
    Ok(Answer::nothing())
}

/// `PUT /tickets/{id}/restore`, which wants no body.
pub(super) fn restore(world: &mut World, call: &Call) -> Reply {
    let deleted = readable(world, call.id(0))?.deleted;
    let empty = match &call.payload {
        Payload::None => true,
        Payload::Json(value) => value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty),
        Payload::Form(fields, files) => fields.is_empty() && files.is_empty(),
    };
    if !empty {
        return Err(errors::coded(
            400,
            "no_content_required",
            "The request body should be empty for this request.",
        ));
    }
    if !deleted {
        return Err(errors::not_found());
    }
    world.move_to_trash(call.id(0), false, Who::Key);
    Ok(Answer::nothing())
}

/// `PUT /tickets/merge`: the others are closed, and a note in each says what became of them.
pub(super) fn merge(world: &mut World, call: &Call) -> Reply {
    // The last key is misspelt in the original.
    const KEYS: [&str; 5] = [
        "primary_id",
        "ticket_ids",
        "note_in_primary",
        "note_in_secondary",
        "convert_recepients_to_cc",
    ];
    let input = call.object()?;
    let mut wrong: Vec<Wrong> = input
        .keys()
        .filter(|k| !KEYS.contains(&k.as_str()))
        .map(|k| Wrong::unknown(k))
        .collect();
    let known = |id: &Value| {
        id.as_u64()
            .filter(|id| world.store.get(*id).is_some_and(|t| t.listed()))
    };
    let primary = match input.get("primary_id") {
        None => {
            wrong.push(Wrong::missing("primary_id"));
            None
        }
        Some(id) => known(id).or_else(|| {
            wrong.push(Wrong::value(
                "primary_id",
                "There is no ticket matching the given primary_id",
            ));
            None
        }),
    };
    let mut others = Vec::new();
    match input.get("ticket_ids") {
        None => wrong.push(Wrong::missing("ticket_ids")),
        Some(Value::Array(ids)) if !ids.is_empty() => {
            others = ids.iter().filter_map(known).filter(|id| Some(*id) != primary).collect();
            if others.len() != ids.len() {
                wrong.push(Wrong::value(
                    "ticket_ids",
                    "There are no tickets matching some of the given ids",
                ));
            }
        }
        Some(value) => wrong.push(Wrong::mismatch("ticket_ids", value, "Array")),
    }
    refuse(wrong)?;
    let Some(primary) = primary else {
        return Err(errors::not_found());
    };
    let set = [("status".to_owned(), json!(CLOSED))].into_iter().collect();
    for id in others {
        let text = world.store.get(id).map(|t| t.content.text()).unwrap_or_default();
        add_note(
            world,
            primary,
            &format!(
                "Ticket {id} was merged into this one: {}",
                text.as_str().unwrap_or_default()
            ),
        );
        add_note(
            world,
            id,
            &format!("This ticket was closed and merged into ticket {primary}"),
        );
        world.write(id, &set, Who::Key);
    }
    world.touch(primary, |_, _| {});
    Ok(Answer::nothing())
}

fn add_note(world: &mut World, ticket: u64, text: &str) {
    let draft = world
        .talks
        .draft(ticket, &crate::html::from_text(text), world.account.me(), world.now());
    world.talks.add(draft);
}
