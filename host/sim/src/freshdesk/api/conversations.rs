//! Notes, replies and what is said about a ticket.

use serde_json::{Map, Value, json};

use super::update::attachments;
use super::view::{readable, writable};
use super::{Call, Reply, paging, refuse};
use crate::answer::Answer;
use crate::freshdesk::errors::{self, Wrong};
use crate::freshdesk::talk::Talk;
use crate::freshdesk::world::World;

pub(super) fn list(world: &mut World, call: &Call) -> Reply {
    let ticket = readable(world, call.id(0))?.id;
    paging::all(call, world.talks.of(ticket).iter().map(Talk::show))
}

/// `POST /tickets/{id}/notes`. A note is private unless it says otherwise.
pub(super) fn note(world: &mut World, call: &Call) -> Reply {
    let id = writable(world, call.id(0))?.id;
    let input = read(
        call,
        &["body", "private", "incoming", "notify_emails", "user_id", "attachments"],
    )?;
    let flag = |key: &str, default: bool| input.get(key).and_then(Value::as_bool).unwrap_or(default);
    let user = input
        .get("user_id")
        .and_then(Value::as_u64)
        .unwrap_or(world.account.me());
    let mut talk = world.talks.draft(id, text(&input, "body"), user, world.now());
    talk.private = flag("private", true);
    talk.incoming = flag("incoming", false);
    talk.to_emails = texts(&input, "notify_emails");
    talk.attachments = attachments(world, call);
    let talk = world.talks.add(talk);
    let incoming = talk.incoming;
    world.touch(id, |ticket, now| {
        if incoming {
            ticket.stats.requester_responded_at = Some(now);
        }
    });
    let event = if talk.private {
        "{note_type:private}"
    } else {
        "{note_type:public}"
    };
    world.announce(id, event, false);
    Ok(Answer::created(
        &talk.show_note(),
        call.url(&format!("conversations/{}", talk.id)),
    ))
}

/// `POST /tickets/{id}/reply`, which in a real account mails the customer.
pub(super) fn reply(world: &mut World, call: &Call) -> Reply {
    let id = writable(world, call.id(0))?.id;
    let input = read(
        call,
        &[
            "body",
            "from_email",
            "user_id",
            "cc_emails",
            "bcc_emails",
            "attachments",
        ],
    )?;
    let user = input
        .get("user_id")
        .and_then(Value::as_u64)
        .unwrap_or(world.account.me());
    let files = attachments(world, call);
    let now = world.now();
    let mut talk = world.talks.reply(id, text(&input, "body"), user, now);
    let requester = world
        .store
        .get(id)
        .and_then(|t| world.people.contacts.get(&t.requester_id));
    talk.to_emails = requester.and_then(|c| c.email.clone()).into_iter().collect();
    talk.cc_emails = texts(&input, "cc_emails");
    talk.attachments = files;
    if let Some(stored) = world.talks.find(talk.id) {
        stored.clone_from(&talk);
    }
    world.touch(id, |ticket, now| {
        ticket.stats.agent_responded_at = Some(now);
        ticket.stats.first_responded_at.get_or_insert(now);
    });
    world.announce(id, "{reply_sent:sent}", false);
    Ok(Answer::created(
        &talk.show_reply(),
        call.url(&format!("conversations/{}", talk.id)),
    ))
}

/// `PUT /conversations/{id}`: only notes can be edited.
pub(super) fn edit(world: &mut World, call: &Call) -> Reply {
    let input = read(call, &["body", "attachments"])?;
    let (now, files) = (world.now(), attachments(world, call));
    let talk = world.talks.find(call.id(0)).ok_or_else(errors::not_found)?;
    if talk.source != 2 {
        return Err(
            refuse(vec![Wrong::new("id", "incompatible_field", "Only notes can be edited")])
                .err()
                .unwrap_or_else(errors::internal),
        );
    }
    talk.html = crate::html::wrap(text(&input, "body"));
    talk.updated_at = now;
    talk.attachments.extend(files);
    let (shown, ticket) = (talk.show(), talk.ticket_id);
    world.touch(ticket, |_, _| {});
    Ok(Answer::ok(&shown))
}

pub(super) fn delete(world: &mut World, call: &Call) -> Reply {
    let ticket = world.talks.remove(call.id(0)).ok_or_else(errors::not_found)?;
    world.touch(ticket, |_, _| {});
    Ok(Answer::nothing())
}

fn read(call: &Call, keys: &[&str]) -> Result<Map<String, Value>, Answer> {
    let mut input = call.object()?;
    let mut wrong: Vec<Wrong> = input
        .keys()
        .filter(|k| !keys.contains(&k.as_str()))
        .map(|k| Wrong::unknown(k))
        .collect();
    if call.coerces() {
        for key in ["private", "incoming"] {
            if let Some(flag) = input
                .get(key)
                .and_then(Value::as_str)
                .and_then(|t| t.parse::<bool>().ok())
            {
                input.insert(key.to_owned(), json!(flag));
            }
        }
    }
    match input.get("body") {
        None | Some(Value::Null) => wrong.push(Wrong::missing("body")),
        Some(Value::String(body)) if body.trim().is_empty() => {
            wrong.push(Wrong::value(
                "body",
                "It should not be blank as this is a mandatory field",
            ));
        }
        Some(Value::String(_)) => {}
        Some(other) => wrong.push(Wrong::mismatch("body", other, "String")),
    }
    for (key, value) in &input {
        let (ok, wanted) = match key.as_str() {
            "private" | "incoming" => (value.is_boolean(), "Boolean"),
            "user_id" => (value.is_u64() || call.coerces(), "Integer"),
            "notify_emails" | "cc_emails" | "bcc_emails" => (
                value.as_array().is_some_and(|a| a.iter().all(Value::is_string)),
                "Array",
            ),
            _ => continue,
        };
        if !ok {
            wrong.push(Wrong::mismatch(key, value, wanted));
        }
    }
    refuse(wrong)?;
    Ok(input)
}

fn text<'a>(input: &'a Map<String, Value>, key: &str) -> &'a str {
    input.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn texts(input: &Map<String, Value>, key: &str) -> Vec<String> {
    input
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}
