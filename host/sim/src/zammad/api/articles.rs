//! Articles: what was said in a ticket, by whom, and who may see it.

use serde_json::{Value, json};

use super::{Call, Reply, ticket};
use crate::answer::Answer;
use crate::zammad::errors::Refusal;
use crate::zammad::show;
use crate::zammad::world::World;
use crate::zammad::write;

/// All articles of a ticket, oldest first, always with names.
pub(super) fn of_ticket(world: &mut World, call: &Call) -> Reply {
    let id = ticket(world, call.arg(0), "read")?.id;
    let articles: Vec<_> = world.articles_of(id).collect();
    if call.flag("full") && !call.expands() {
        let ids: Vec<u64> = articles.iter().map(|a| a.id).collect();
        let assets = show::assets(world, std::iter::empty(), &articles);
        return Ok(Answer::ok(&json!({ "record_ids": ids, "assets": assets })));
    }
    let rows: Vec<Value> = articles.into_iter().map(|a| show::article(world, a)).collect();
    Ok(Answer::ok(&json!(rows)))
}

pub(super) fn create(world: &mut World, call: &Call) -> Reply {
    let id = ticket(world, &call.text("ticket_id"), "change")?.id;
    let article = write::article(world, id, &Value::Object(call.params.clone()), call.user)?;
    let made = world.say(article, true);
    world.announce(id, false, Some(made));
    answer(world, made, 201)
}

pub(super) fn show(world: &mut World, call: &Call) -> Reply {
    let id = found(world, call, "read")?;
    answer(world, id, 200)
}

/// Only `internal` can be changed.
pub(super) fn update(world: &mut World, call: &Call) -> Reply {
    let id = found(world, call, "change")?;
    let internal = call.params.get("internal").map(|_| call.flag("internal"));
    let article = world.articles.get_mut(&id);
    if let (Some(article), Some(internal)) = (article, internal) {
        article.internal = internal;
        let ticket = article.ticket_id;
        world.touch(ticket, call.user);
    }
    answer(world, id, 200)
}

fn found(world: &World, call: &Call, right: &str) -> Result<u64, Refusal> {
    let id = call.arg(0);
    let article = id.parse().ok().and_then(|id: u64| world.articles.get(&id));
    let article = article.ok_or_else(|| Refusal::no_record("Ticket::Article", id))?;
    ticket(world, &article.ticket_id.to_string(), right)?;
    Ok(article.id)
}

fn answer(world: &World, id: u64, status: u16) -> Reply {
    let shown = world.articles.get(&id).map(|a| show::article(world, a));
    Ok(Answer::json(status, &json!(shown)))
}
