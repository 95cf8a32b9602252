//! `PUT /tickets/{id}`, which is partial: what is not sent stays.

use serde_json::Value;

use super::attributes::{self, Purpose};
use super::view::writable;
use super::{Call, Reply, refuse, render};
use crate::answer::Answer;
use crate::freshdesk::errors::{self, Wrong};
use crate::freshdesk::world::World;
use crate::ledger::Who;

pub(super) fn update(world: &mut World, call: &Call) -> Reply {
    let id = call.id(0);
    let ticket = writable(world, id)?;
    let input = call.object()?;
    let mut checked = attributes::check(world, &input, Purpose::Update(ticket), call.coerces());
    if ticket.source == 10 {
        for key in ["subject", "description"].iter().filter(|k| input.contains_key(**k)) {
            let message = "Attribute can not be changed for outbound tickets";
            checked.wrong.push(Wrong::new(key, "incompatible_field", message));
        }
    }
    refuse(checked.wrong)?;
    let due_before = (ticket.due_by, ticket.fr_due_by);
    if let Some(Value::String(email)) = checked.set.remove("email") {
        let (name, now) = (checked.set.get("name").and_then(Value::as_str), world.now());
        let requester = world.people.find_or_add(&email, name, now);
        checked.set.insert("requester_id".to_owned(), requester.into());
    }
    world.write(id, &checked.set, Who::Key);
    attach(world, call, id);
    let mut after = world.store.get(id).ok_or_else(errors::not_found)?.clone();
    // Accounts made after August 2025 answer with the due dates of before the update.
    (after.due_by, after.fr_due_by) = due_before;
    Ok(Answer::ok(&render::updated(world, &after)))
}

fn attach(world: &mut World, call: &Call, id: u64) {
    let files = attachments(world, call);
    if !files.is_empty() {
        world.touch(id, |ticket, _| ticket.attachments.extend(files));
    }
}

/// The files of a form as they are shown later.
pub(super) fn attachments(world: &mut World, call: &Call) -> Vec<Value> {
    let at = crate::time::show(world.now());
    let mut files = call.files().to_vec();
    for file in &mut files {
        let id = world.account.base + 60_000_000 + world.dice.next() % 1_000_000;
        file["id"] = id.into();
        file["attachment_url"] = format!("https://s3.example/{id}?signature=simulated").into();
        file["created_at"] = at.clone().into();
        file["updated_at"] = at.clone().into();
    }
    files
}
