//! Changes of many tickets at once, done in the background.

use serde_json::{Map, Value, json};

use super::attributes::{self, Purpose};
use super::{Call, Reply, refuse};
use crate::answer::Answer;
use crate::freshdesk::errors::{self, Wrong};
use crate::freshdesk::world::{Job, Later, World};

const TAKES_MS: i64 = 400;

/// `POST /tickets/bulk_update`.
pub(super) fn update(world: &mut World, call: &Call) -> Reply {
    let action = action(call)?;
    let mut wrong = Vec::new();
    let ids = ids(&action, &mut wrong);
    let properties = match action.get("properties") {
        None => Map::new(),
        Some(Value::Object(properties)) => properties.clone(),
        Some(other) => {
            wrong.push(Wrong::mismatch("properties", other, "key/value pair"));
            Map::new()
        }
    };
    let reply = action
        .get("reply")
        .and_then(|r| r.get("body"))
        .and_then(Value::as_str)
        .map(str::to_owned);
    if properties.is_empty() && reply.is_none() {
        wrong.push(Wrong::missing("properties"));
    }
    let mut set = Map::new();
    if let Some(ticket) = ids.first().and_then(|id| world.store.get(*id)) {
        let checked = attributes::check(world, &properties, Purpose::Update(ticket), false);
        wrong.extend(checked.wrong);
        set = checked.set;
    }
    refuse(wrong)?;
    Ok(begin(
        world,
        call,
        Job {
            ids,
            set: Some(set),
            reply,
            status: "IN PROGRESS",
        },
    ))
}

/// `POST /tickets/bulk_delete`.
pub(super) fn delete(world: &mut World, call: &Call) -> Reply {
    let action = action(call)?;
    let mut wrong = Vec::new();
    let ids = ids(&action, &mut wrong);
    refuse(wrong)?;
    Ok(begin(
        world,
        call,
        Job {
            ids,
            set: None,
            reply: None,
            status: "IN PROGRESS",
        },
    ))
}

/// `GET /jobs/{id}`.
pub(super) fn job(world: &mut World, call: &Call) -> Reply {
    let job = world.jobs.get(call.arg(0)).ok_or_else(errors::not_found)?;
    Ok(Answer::ok(&json!({ "id": call.arg(0), "status": job.status })))
}

fn begin(world: &mut World, call: &Call, job: Job) -> Answer {
    // The job is known under the id of the request that began it.
    let id = call.request_id.clone();
    world.jobs.insert(id.clone(), job);
    world.appoint(TAKES_MS, Later::Job(id.clone()));
    Answer::json(202, &json!({ "job_id": id, "href": call.url(&format!("jobs/{id}")) }))
}

fn action(call: &Call) -> Result<Map<String, Value>, Answer> {
    match call.object()?.remove("bulk_action") {
        Some(Value::Object(action)) => Ok(action),
        Some(other) => Err(errors::invalid(&[Wrong::mismatch(
            "bulk_action",
            &other,
            "key/value pair",
        )])),
        None => Err(errors::invalid(&[Wrong::missing("bulk_action")])),
    }
}

fn ids(action: &Map<String, Value>, wrong: &mut Vec<Wrong>) -> Vec<u64> {
    match action.get("ids") {
        None => wrong.push(Wrong::missing("ids")),
        Some(Value::Array(ids)) if !ids.is_empty() && ids.iter().all(Value::is_u64) => {
            return ids.iter().filter_map(Value::as_u64).collect();
        }
        Some(other) => wrong.push(Wrong::mismatch("ids", other, "Array")),
    }
    Vec::new()
}
