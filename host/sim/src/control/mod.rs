//! The interface behind `/_sim`: faults, journal, truth, and the hands of those who also work in the helpdesk.
//!
//! It needs no key, costs no credits and leaves no trace in the journal.

mod account;
mod tickets;

use serde_json::{Value, json};

use crate::faults::Fault;
use crate::gate::{Sim, complaint};
use crate::query::Query;

/// Status and body of an answer.
pub(crate) type Result = std::result::Result<Value, (u16, Value)>;

/// Runs one call. `path` is what follows `/_sim`.
pub(crate) fn run(sim: &Sim, method: &str, path: &str, query: &Query, body: Option<Value>) -> (u16, Value) {
    let parts: Vec<&str> = path.split('/').filter(|p| !p.is_empty()).collect();
    match dispatch(sim, method, &parts, query, body) {
        Ok(value) => (200, value),
        Err(refused) => refused,
    }
}

fn dispatch(sim: &Sim, method: &str, parts: &[&str], query: &Query, body: Option<Value>) -> Result {
    let mut world = sim.world();
    let world = &mut *world;
    let wanted = || body.clone().ok_or_else(|| (400, complaint("a JSON body is needed")));
    match (method, parts) {
        ("GET", []) => Ok(json!({ "tickets": world.store.len(), "now": crate::time::show(world.now()) })),
        ("GET", ["journal"]) => {
            let since = query.get("since").and_then(|s| s.parse().ok()).unwrap_or(0);
            let entries: Vec<_> = world.journal.read(since, query.get("method")).collect();
            Ok(json!(entries))
        }
        ("DELETE", ["journal"]) => {
            world.journal.clear();
            Ok(json!({}))
        }
        ("GET", ["counts"]) => Ok(world.journal.counts()),
        ("GET", ["faults"]) => Ok(json!(world.faults.list())),
        ("POST", ["faults"]) => {
            let faults = match wanted()? {
                list @ Value::Array(_) => list,
                one => json!([one]),
            };
            world.faults.add(parse::<Vec<Fault>>(faults)?);
            Ok(json!(world.faults.list()))
        }
        ("DELETE", ["faults"]) => {
            world.faults.clear();
            Ok(json!([]))
        }
        ("GET", ["score"]) => Ok(world.ledger.score(&world.store)),
        ("GET", ["truth", id]) => {
            let truth = number(id).and_then(|id| world.ledger.truth(id)).ok_or_else(missing)?;
            Ok(json!(truth))
        }
        ("POST", ["tickets"]) => tickets::create(world, wanted()?),
        (_, ["tickets", id, rest @ ..]) => {
            let id = number(id)
                .filter(|id| world.store.get(*id).is_some())
                .ok_or_else(missing)?;
            match (method, rest) {
                ("GET", []) => tickets::show(world, id),
                ("PATCH", []) => tickets::edit(world, id, wanted()?),
                ("POST", ["conversations"]) => tickets::say(world, id, wanted()?),
                _ => Err(missing()),
            }
        }
        ("POST", ["groups"]) => account::add_group(world, wanted()?),
        ("DELETE", ["groups", id]) => account::remove_group(world, number(id).ok_or_else(missing)?),
        ("POST", ["types"]) => account::add_type(world, wanted()?),
        ("DELETE", ["types"]) => account::remove_type(world, wanted()?),
        ("PATCH", ["fields", name]) => account::change_field(world, name, wanted()?),
        ("GET", ["account"]) => Ok(account::show(world)),
        ("POST", ["account"]) => account::change(world, wanted()?),
        ("POST", ["clock"]) => {
            let seconds = wanted()?.get("advance_seconds").and_then(Value::as_f64);
            world
                .clock
                .advance(seconds.ok_or_else(|| (400, complaint("advance_seconds is needed, a number")))?);
            world.advance();
            Ok(json!({ "now": crate::time::show(world.now()) }))
        }
        ("GET", ["webhooks"]) => Ok(json!(world.webhooks.hooks)),
        ("POST", ["webhooks"]) => {
            let hook = parse(wanted()?)?;
            world.webhooks.hooks.push(hook);
            Ok(json!(world.webhooks.hooks))
        }
        ("DELETE", ["webhooks"]) => {
            world.webhooks.hooks.clear();
            world.webhooks.waiting.clear();
            Ok(json!([]))
        }
        _ => Err(missing()),
    }
}

fn parse<T: serde::de::DeserializeOwned>(value: Value) -> std::result::Result<T, (u16, Value)> {
    serde_json::from_value(value).map_err(|error| (400, complaint(error)))
}

fn number(text: &str) -> Option<u64> {
    text.parse().ok()
}

fn missing() -> (u16, Value) {
    (404, complaint("there is no such thing here"))
}
