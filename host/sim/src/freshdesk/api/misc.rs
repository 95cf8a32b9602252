//! What clients ask for and otai does not need: answered so that they go on.

use serde_json::{Value, json};

use super::view::readable;
use super::{Call, Reply, paging};
use crate::answer::Answer;
use crate::freshdesk::world::World;
use crate::time;

/// A list with nothing in it.
pub(super) fn empty(_world: &mut World, call: &Call) -> Reply {
    paging::all(call, std::iter::empty::<Value>())
}

pub(super) fn empty_of_ticket(world: &mut World, call: &Call) -> Reply {
    readable(world, call.id(0))?;
    empty(world, call)
}

pub(super) fn watchers(world: &mut World, call: &Call) -> Reply {
    readable(world, call.id(0))?;
    Ok(Answer::ok(&json!({ "watcher_ids": [] })))
}

pub(super) fn all_time_entries(world: &mut World, call: &Call) -> Reply {
    paging::all(call, world.time_entries.values().cloned())
}

pub(super) fn time_entries(world: &mut World, call: &Call) -> Reply {
    let ticket = readable(world, call.id(0))?.id;
    paging::all(
        call,
        world
            .time_entries
            .values()
            .filter(|e| e["ticket_id"] == json!(ticket))
            .cloned(),
    )
}

pub(super) fn add_time_entry(world: &mut World, call: &Call) -> Reply {
    let ticket = readable(world, call.id(0))?.id;
    let input = call.object()?;
    let id = world.account.base + 7_000_000 + world.time_entries.len() as u64 + 1;
    let at = time::show(world.now());
    let entry = json!({
        "id": id, "ticket_id": ticket, "agent_id": world.account.me(), "company_id": null, "timer_running": false,
        "billable": input.get("billable").and_then(Value::as_bool).unwrap_or(true),
        "time_spent": input.get("time_spent").cloned().unwrap_or_else(|| json!("00:00")),
        "note": input.get("note").cloned().unwrap_or_default(), "executed_at": at, "start_time": at,
        "created_at": at, "updated_at": at,
    });
    world.time_entries.insert(id, entry.clone());
    Ok(Answer::created(&entry, call.url(&format!("time_entries/{id}"))))
}
