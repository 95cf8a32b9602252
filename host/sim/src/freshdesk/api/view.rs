//! `GET /tickets/{id}`.

use super::{Call, Reply, refuse, render};
use crate::answer::Answer;
use crate::freshdesk::errors::{self, Wrong};
use crate::freshdesk::ticket::Ticket;
use crate::freshdesk::world::World;

const INCLUDES: [&str; 4] = ["conversations", "requester", "company", "stats"];

pub(super) fn view(world: &mut World, call: &Call) -> Reply {
    let ticket = readable(world, call.id(0))?;
    let mut wrong: Vec<Wrong> = call
        .query
        .names()
        .filter(|n| *n != "include")
        .map(Wrong::unknown)
        .collect();
    let include = call.query.list("include");
    if include.iter().any(|i| !INCLUDES.contains(i)) {
        wrong.push(Wrong::choice("include", &INCLUDES.join(",")));
    }
    refuse(wrong)?;
    Ok(Answer::ok(&render::view(world, ticket, &include)))
}

/// `GET /tickets/archived/{id}`.
pub(super) fn archived(world: &mut World, call: &Call) -> Reply {
    let ticket = world
        .store
        .get(call.id(0))
        .filter(|t| t.archived)
        .ok_or_else(errors::not_found)?;
    if !world.sees(ticket) {
        return Err(errors::denied());
    }
    Ok(Answer::ok(&render::view(world, ticket, &[])))
}

/// A ticket that exists here and that the key's agent may see, be it in the trash or not.
pub(super) fn readable(world: &World, id: u64) -> Result<&Ticket, Answer> {
    let ticket = world
        .store
        .get(id)
        .filter(|t| !t.archived)
        .ok_or_else(errors::not_found)?;
    if world.sees(ticket) {
        Ok(ticket)
    } else {
        Err(errors::denied())
    }
}

/// A ticket that may be changed: 405 in the trash and in spam.
pub(super) fn writable(world: &World, id: u64) -> Result<&Ticket, Answer> {
    let ticket = readable(world, id)?;
    if ticket.listed() {
        Ok(ticket)
    } else {
        Err(errors::wrong_method("This", &["GET"]))
    }
}
