//! The interface behind `/_sim`: faults, journal, truth, and the hands of those who also work in the helpdesk.
//!
//! It needs no key, costs no credits and leaves no trace in the journal.

use serde::Serialize;
use serde_json::{Value, json};

use crate::faults::Fault;
use crate::gate::Sim;
use crate::ledger::Ledger;
use crate::options::Rate;
use crate::query::Query;
use crate::time;
use crate::world::World;

/// What a call gives, or status and body of an error.
pub(crate) type Result = std::result::Result<Value, (u16, Value)>;

/// Runs one call and gives status and body of its answer. `path` is what follows `/_sim`.
pub(crate) fn run(sim: &Sim, method: &str, path: &str, query: &Query, body: Option<Value>) -> (u16, Value) {
    let parts: Vec<&str> = path.split('/').filter(|p| !p.is_empty()).collect();
    match dispatch(&mut sim.world(), method, &parts, query, body) {
        Ok(value) => (200, value),
        Err(refused) => refused,
    }
}

fn dispatch(world: &mut World, method: &str, parts: &[&str], query: &Query, body: Option<Value>) -> Result {
    match (method, parts) {
        ("GET", []) => Ok(json!({ "tickets": world.desk.tickets(), "now": time::show(world.clock.seconds()) })),
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
            let faults = one_or_more(wanted(body)?);
            world.faults.add(parse::<Vec<Fault>>(faults.into())?);
            Ok(json!(world.faults.list()))
        }
        ("DELETE", ["faults"]) => {
            world.faults.clear();
            Ok(json!([]))
        }
        ("GET", ["score"]) => Ok(world.desk.score()),
        ("GET", ["decisions"]) => Ok(decisions(world)),
        ("POST", ["clock"]) => {
            let seconds = wanted(body)?.get("advance_seconds").and_then(Value::as_f64);
            world
                .clock
                .advance(seconds.ok_or_else(|| bad("advance_seconds is needed, a number"))?);
            world.desk.advance();
            Ok(json!({ "now": time::show(world.clock.seconds()) }))
        }
        _ => world.desk.control(method, parts, body),
    }
}

/// What became of every open row, in words that mean the same for every helpdesk.
fn decisions(world: &World) -> Value {
    let entry = |d: crate::desk::Decision| {
        json!({
            "id": d.ticket.to_string(), "row": d.row, "queue": d.queue, "priority": d.priority, "type": d.kind,
            "tags": d.tags, "notes": d.notes, "writes": world.journal.writes(d.ticket),
        })
    };
    world.desk.decisions().into_iter().map(entry).collect()
}

/// The body of a call that needs one.
pub(crate) fn wanted(body: Option<Value>) -> Result {
    body.ok_or_else(|| bad("a JSON body is needed"))
}

/// A body that may be one thing or a list of them.
pub(crate) fn one_or_more(body: Value) -> Vec<Value> {
    match body {
        Value::Array(list) => list,
        one => vec![one],
    }
}

/// Reads a body, or says what is wrong with it.
pub(crate) fn parse<T: serde::de::DeserializeOwned>(value: Value) -> std::result::Result<T, (u16, Value)> {
    serde_json::from_value(value).map_err(bad)
}

/// A limit as [`Rate`] is written, or `none`.
pub(crate) fn rate(text: &str) -> std::result::Result<Option<Rate>, (u16, Value)> {
    match text {
        "none" => Ok(None),
        text => text.parse().map(Some).map_err(bad),
    }
}

/// What is known about a ticket.
pub(crate) fn truth<T: Serialize>(ledger: &Ledger<T>, id: &str) -> Result {
    Ok(json!(ledger.truth(number(id)?).ok_or_else(missing)?))
}

/// A number in a path; anything else leads nowhere.
pub(crate) fn number(text: &str) -> std::result::Result<u64, (u16, Value)> {
    text.parse().map_err(|_| missing())
}

/// A body that cannot be used.
pub(crate) fn bad(text: impl std::fmt::Display) -> (u16, Value) {
    (400, complaint(text))
}

/// 404 of the control interface.
pub(crate) fn missing() -> (u16, Value) {
    (404, complaint("there is no such thing here"))
}

/// The body of an error of the control interface.
pub(crate) fn complaint(text: impl std::fmt::Display) -> Value {
    json!({ "error": text.to_string() })
}
