//! Tickets made and edited behind the API's back.

use serde_json::{Map, Value, json};

use crate::control::{Result, bad, missing, one_or_more, parse};
use crate::freshdesk::api;
use crate::freshdesk::talk::Talk;
use crate::freshdesk::ticket::Ticket;
use crate::freshdesk::truth::Truth;
use crate::freshdesk::world::{Later, World};
use crate::ledger::Who;
use crate::time::{self, DAY};

/// Keys that a test may set on a ticket.
const KEYS: [&str; 23] = [
    "subject",
    "description",
    "description_text",
    "status",
    "priority",
    "source",
    "type",
    "group_id",
    "responder_id",
    "requester_id",
    "company_id",
    "product_id",
    "email_config_id",
    "tags",
    "cc_emails",
    "custom_fields",
    "due_by",
    "fr_due_by",
    "created_at",
    "updated_at",
    "spam",
    "deleted",
    "archived",
];
/// Keys that need more than a value: who asks, what is true, and what is laid over the answers.
const OTHERS: [&str; 4] = ["email", "name", "truth", "extra"];

/// Makes one ticket or a list of them, with any attributes, valid or not.
pub(super) fn create(world: &mut World, body: Value) -> Result {
    // All are looked at before the first is made.
    let mut inputs = Vec::new();
    for item in one_or_more(body) {
        let Value::Object(input) = item else {
            return Err(bad("a ticket is an object"));
        };
        known(&input, &OTHERS)?;
        let truth = input.get("truth").map(|t| truth(world, t)).transpose()?;
        inputs.push((input, truth));
    }
    let ids: Vec<u64> = inputs
        .into_iter()
        .map(|(input, truth)| make(world, &input, truth))
        .collect();
    Ok(json!({ "ids": ids }))
}

fn make(world: &mut World, input: &Map<String, Value>, truth: Option<Truth>) -> u64 {
    let (now, now_ms) = (world.now(), world.clock.millis());
    let created = input
        .get("created_at")
        .and_then(Value::as_str)
        .and_then(time::read)
        .unwrap_or(now);
    let text = |key: &str| input.get(key).and_then(Value::as_str);
    let email = text("email").unwrap_or("someone@customer.example");
    let requester = world.people.find_or_add(email, text("name"), created);
    let id = world.store.next_id();
    let mut ticket = Ticket::new(id, requester, created);
    ticket.subject = Some(String::new());
    ticket.source = 1;
    ticket.due_by = Some(created + 3 * DAY);
    ticket.fr_due_by = Some(created + DAY);
    // Both forms of the description in this order, so that a text can differ from its HTML.
    for key in KEYS {
        if let Some(value) = input.get(key) {
            ticket.set(key, value, created);
        }
    }
    if !input.contains_key("updated_at") {
        ticket.updated_at = created;
    }
    ticket.extra = input.get("extra").and_then(Value::as_object).cloned().map(Box::new);
    world.ledger.record(id, Who::Human, now, "create", Vec::new());
    if let Some(truth) = truth {
        let tags = truth.tags.clone();
        world.ledger.know(id, None, truth, &tags);
    }
    if let Some(dispatch) = world.dispatch.clone() {
        world.appoint(
            dispatch.after_ms as i64,
            Later::Edit {
                id,
                set: dispatch.set,
                who: Who::System,
            },
        );
    }
    world.store.put(ticket, now_ms);
    world.announce(id, "{ticket_action:created}", true);
    id
}

/// A truth may name its queue instead of the group's id.
fn truth(world: &World, value: &Value) -> std::result::Result<Truth, (u16, Value)> {
    let mut truth: Truth = parse(value.clone())?;
    if let Some(queue) = value.get("queue").and_then(Value::as_str) {
        let group = world.account.groups.iter().find(|g| g.name == queue);
        truth.group_id = Some(group.ok_or_else(|| bad(format!("there is no group {queue:?}")))?.id);
    }
    Ok(truth)
}

/// Edits a ticket as another agent would, at once or, with `after_ms`, later.
pub(super) fn edit(world: &mut World, id: u64, body: Value) -> Result {
    let Value::Object(mut input) = body else {
        return Err(bad("an edit is an object"));
    };
    let after = input.remove("after_ms").and_then(|ms| ms.as_u64());
    if let Some(Value::Object(extra)) = input.remove("extra") {
        let now_ms = world.clock.millis();
        world.store.edit(id, now_ms, |t| t.extra = Some(Box::new(extra)));
    }
    known(&input, &[])?;
    match after {
        Some(ms) => world.appoint(
            ms as i64,
            Later::Edit {
                id,
                set: input,
                who: Who::Human,
            },
        ),
        None => drop(world.write(id, &input, Who::Human)),
    }
    show(world, id)
}

/// Adds what a customer or another agent says.
pub(super) fn say(world: &mut World, id: u64, body: Value) -> Result {
    let text = body.get("body").and_then(Value::as_str).unwrap_or_default();
    let flag = |key: &str| body.get(key).and_then(Value::as_bool).unwrap_or(false);
    let (incoming, private) = (flag("incoming"), flag("private"));
    let requester = world.store.get(id).map(|t| t.requester_id);
    let user = if incoming {
        requester
    } else {
        Some(world.account.human())
    };
    let draft = world.talks.draft(id, text, 0, world.now());
    let source = if private { 2 } else { 0 };
    let talk = world.talks.add(Talk {
        user_id: user,
        incoming,
        private,
        source,
        ..draft
    });
    world.touch(id, |ticket, now| {
        if incoming {
            ticket.stats.requester_responded_at = Some(now);
        }
    });
    Ok(talk.show())
}

/// The ticket as it is, with everything that happened to it.
pub(super) fn show(world: &World, id: u64) -> Result {
    let ticket = world.store.get(id).ok_or_else(missing)?;
    let mut shown = api::list_row(world, ticket, &["description", "stats", "requester"]);
    shown["deleted"] = json!(ticket.deleted);
    shown["archived"] = json!(ticket.archived);
    shown["conversations"] = world.talks.of(id).iter().map(Talk::show).collect();
    world.ledger.tell(id, &mut shown);
    Ok(shown)
}

fn known(input: &Map<String, Value>, more: &[&str]) -> std::result::Result<(), (u16, Value)> {
    match input
        .keys()
        .find(|k| !KEYS.contains(&k.as_str()) && !more.contains(&k.as_str()))
    {
        Some(key) => Err(bad(format!("a ticket has no {key:?}"))),
        None => Ok(()),
    }
}
