//! What only Freshdesk has behind `/_sim`: its tickets, its catalog, its webhooks.

mod account;
mod tickets;

use serde_json::Value;

use crate::control::{Result, missing, number, truth, wanted};
use crate::freshdesk::world::World;

/// Runs one call that the shell does not know.
pub(crate) fn run(world: &mut World, method: &str, parts: &[&str], body: Option<Value>) -> Result {
    match (method, parts) {
        ("GET", ["truth", id]) => truth(&world.ledger, id),
        ("POST", ["tickets"]) => tickets::create(world, wanted(body)?),
        (_, ["tickets", id, rest @ ..]) => {
            let id = number(id)?;
            world.store.get(id).ok_or_else(missing)?;
            match (method, rest) {
                ("GET", []) => tickets::show(world, id),
                ("PATCH", []) => tickets::edit(world, id, wanted(body)?),
                ("POST", ["conversations"]) => tickets::say(world, id, wanted(body)?),
                _ => Err(missing()),
            }
        }
        ("POST", ["groups"]) => account::add_group(world, wanted(body)?),
        ("DELETE", ["groups", id]) => account::remove_group(world, number(id)?),
        ("POST", ["types"]) => account::add_type(world, wanted(body)?),
        ("DELETE", ["types"]) => account::remove_type(world, wanted(body)?),
        ("PATCH", ["fields", name]) => account::change_field(world, name, wanted(body)?),
        ("GET", ["account"]) => Ok(account::show(world)),
        ("POST", ["account"]) => account::change(world, wanted(body)?),
        (_, ["webhooks"]) => world.webhooks.control(method, body),
        _ => Err(missing()),
    }
}
