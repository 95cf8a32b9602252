//! What only Zammad has behind `/_sim`: its tickets, its switches, its webhooks.

use serde_json::{Map, Value, json};

use crate::control::{Result, bad, missing, number, one_or_more, parse, rate, truth, wanted};
use crate::ledger::Who;
use crate::rate::Meter;
use crate::zammad::fields::FieldKind;
use crate::zammad::show::{self, read_ms};
use crate::zammad::system::{HUMAN, Settings};
use crate::zammad::ticket::{Article, Body, SENDERS, TYPES, Ticket, id_of};
use crate::zammad::world::{Truth, World};
use crate::zammad::write;

/// Runs one call that the shell does not know.
pub(crate) fn run(world: &mut World, method: &str, parts: &[&str], body: Option<Value>) -> Result {
    match (method, parts) {
        ("GET", ["truth", id]) => truth(&world.ledger, id),
        ("POST", ["tickets"]) => create(world, wanted(body)?),
        (_, ["tickets", id, rest @ ..]) => {
            let id = number(id)?;
            world.tickets.get(&id).ok_or_else(missing)?;
            match (method, rest) {
                ("GET", []) => shown(world, id),
                ("PATCH", []) => edit(world, id, wanted(body)?),
                ("DELETE", []) => {
                    world.delete(id);
                    Ok(json!({}))
                }
                ("POST", ["articles"]) => say(world, id, &wanted(body)?),
                _ => Err(missing()),
            }
        }
        ("POST", ["groups"]) => Ok(json!({ "id": world.system.add_group(&name(body)?) })),
        ("DELETE", ["groups", id]) => {
            world.system.groups.remove(&number(id)?).ok_or_else(missing)?;
            Ok(json!({}))
        }
        ("POST", ["priorities"]) => {
            let id = world.system.priorities.iter().map(|(id, _)| id + 1).max().unwrap_or(1);
            world.system.priorities.push((id, name(body)?));
            Ok(json!({ "id": id }))
        }
        ("POST", ["types"]) => types(world, &name(body)?, true),
        ("DELETE", ["types"]) => types(world, &name(body)?, false),
        ("GET", ["account"]) => Ok(account(world)),
        ("POST", ["account"]) => switch(world, wanted(body)?),
        (_, ["webhooks"]) => world.webhooks.control(method, body),
        _ => Err(missing()),
    }
}

fn name(body: Option<Value>) -> std::result::Result<String, (u16, Value)> {
    let body = wanted(body)?;
    body["name"]
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| bad("name is needed"))
}

/// Adds or removes an option of the attribute `type`.
fn types(world: &mut World, name: &str, add: bool) -> Result {
    let field = world
        .system
        .fields
        .iter_mut()
        .find(|f| f.name == "type")
        .ok_or_else(missing)?;
    let FieldKind::Select(options) = &mut field.kind else {
        return Err(missing());
    };
    options.retain(|(key, _)| key != name);
    if add {
        options.push((name.to_owned(), name.to_owned()));
    }
    Ok(options.iter().map(|(key, _)| json!(key)).collect())
}

/// The switches as they stand, and the catalog.
fn account(world: &World) -> Value {
    let mut shown = json!(world.system.settings);
    let groups = world.system.groups.iter();
    shown["groups"] = groups.map(|(id, name)| json!({ "id": id, "name": name })).collect();
    shown["rate"] = world
        .meter
        .rate()
        .map(|r| json!([r.total, r.window.as_secs_f64()]))
        .into();
    shown
}

/// Changes the switches that are given; `rate` is `N/SECONDS` or `none`.
fn switch(world: &mut World, body: Value) -> Result {
    let Value::Object(mut change) = body else {
        return Err(bad("switches are an object"));
    };
    // Everything that can be wrong is read before anything is changed.
    let rate = change
        .remove("rate")
        .as_ref()
        .and_then(Value::as_str)
        .map(rate)
        .transpose()?;
    let mut all = json!(world.system.settings);
    for (key, value) in change {
        all[key] = value;
    }
    world.system.settings = parse::<Settings>(all)?;
    if let Some(rate) = rate {
        world.meter = Meter::new(rate, crate::SubLimits::default());
    }
    Ok(account(world))
}

/// Makes one ticket or a list of them.
fn create(world: &mut World, body: Value) -> Result {
    const MORE: [&str; 8] = [
        "body",
        "content_type",
        "email",
        "name",
        "truth",
        "extra",
        "created_at",
        "updated_at",
    ];
    // All are looked at before the first is made.
    let mut inputs = Vec::new();
    for item in one_or_more(body) {
        let Value::Object(input) = item else {
            return Err(bad("a ticket is an object"));
        };
        let set = resolve(world, &input, &MORE)?;
        let truth = input.get("truth").map(|t| parse::<Truth>(t.clone())).transpose()?;
        if let Some(queue) = truth.as_ref().and_then(|t| t.queue.as_deref()) {
            world
                .system
                .group_id(queue)
                .ok_or_else(|| bad(format!("there is no group {queue:?}")))?;
        }
        inputs.push((input, set, truth));
    }
    let ids: Vec<u64> = inputs
        .into_iter()
        .map(|(input, set, truth)| make(world, &input, &set, truth))
        .collect();
    Ok(json!({ "ids": ids }))
}

fn make(world: &mut World, input: &Map<String, Value>, set: &Map<String, Value>, truth: Option<Truth>) -> u64 {
    let text = |key: &str| input.get(key).and_then(Value::as_str);
    let created = text("created_at").and_then(read_ms).unwrap_or_else(|| world.now_ms());
    let email = text("email").unwrap_or("someone@customer.example");
    let customer = world.system.add_customer(email, text("name").unwrap_or("Some One"));
    let id = world.next_ticket();
    let mut ticket = Ticket::new(id, customer, created);
    for (key, value) in set {
        ticket.set(key, value, created);
    }
    world.system.tags.extend(ticket.tags.iter().cloned());
    ticket.updated_at = text("updated_at").and_then(read_ms).unwrap_or(created);
    ticket.create_article_type_id = 1;
    ticket.create_article_sender_id = 2;
    ticket.extra = input.get("extra").and_then(Value::as_object).cloned().map(Box::new);
    let subject = ticket.title.clone();
    world.create(ticket, Who::Human);
    if let Some(truth) = truth {
        let tags = truth.tags.clone();
        world.ledger.know(id, None, truth, &tags);
    }
    let body = text("body").unwrap_or_default();
    let article = Article {
        id: 0,
        ticket_id: id,
        type_id: 1,
        sender_id: 2,
        from: email.to_owned(),
        to: None,
        subject: Some(subject),
        body: match text("content_type") {
            Some(kind) if kind.contains("html") => Body::Html(body.into()),
            _ => Body::Plain(body.into()),
        },
        internal: false,
        attachments: Vec::new(),
        created_by: customer,
        created_at: created,
    };
    let said = world.say(article, false);
    world.announce(id, true, Some(said));
    id
}

/// Edits a ticket as another agent would, at once or, with `after_ms`, later.
fn edit(world: &mut World, id: u64, body: Value) -> Result {
    let Value::Object(mut input) = body else {
        return Err(bad("an edit is an object"));
    };
    let after = input.remove("after_ms").and_then(|ms| ms.as_u64());
    if let (Some(Value::Object(extra)), Some(ticket)) = (input.remove("extra"), world.tickets.get_mut(&id)) {
        ticket.extra = Some(Box::new(extra));
    }
    let set = resolve(world, &input, &[])?;
    match after {
        Some(ms) => world.appoint(ms as i64, id, set),
        None => human(world, id, &set),
    }
    shown(world, id)
}

/// Another agent's edit, with values that are known to be good.
pub(crate) fn human(world: &mut World, id: u64, set: &Map<String, Value>) {
    if world.write(id, set, Who::Human) {
        world.announce(id, false, None);
    }
}

/// A ticket's keys as the API takes them, and `tags` as a list.
pub(crate) fn resolve(
    world: &World,
    input: &Map<String, Value>,
    more: &[&str],
) -> std::result::Result<Map<String, Value>, (u16, Value)> {
    const KEYS: [&str; 14] = [
        "title",
        "note",
        "pending_time",
        "tags",
        "group",
        "group_id",
        "priority",
        "priority_id",
        "state",
        "state_id",
        "owner",
        "owner_id",
        "customer",
        "customer_id",
    ];
    let known = |k: &str| KEYS.contains(&k) || more.contains(&k) || world.system.field(k).is_some();
    if let Some(key) = input.keys().find(|k| !known(k)) {
        return Err(bad(format!("a ticket has no {key:?}")));
    }
    let mut set = write::ticket(world, input).map_err(|refusal| bad(refusal.text))?;
    if let Some(tags) = input.get("tags") {
        set.insert("tags".to_owned(), tags.clone());
    }
    Ok(set)
}

/// Adds what a customer (`sender: "Customer"`) or another agent says.
fn say(world: &mut World, id: u64, body: &Value) -> Result {
    let sender = id_of(&SENDERS, body["sender"].as_str().unwrap_or("Agent")).ok_or_else(|| bad("no such sender"))?;
    let kind = id_of(&TYPES, body["type"].as_str().unwrap_or("note")).ok_or_else(|| bad("no such type"))?;
    let user = match (sender, world.tickets.get(&id)) {
        (2, Some(ticket)) => ticket.customer_id,
        _ => HUMAN,
    };
    let mut article = write::article(world, id, body, user).map_err(|refusal| bad(refusal.text))?;
    article.sender_id = sender;
    article.type_id = kind;
    let said = world.say(article, true);
    world.announce(id, false, Some(said));
    Ok(world.articles.get(&said).map(|a| show::article(world, a)).into())
}

/// The ticket as it is, with everything that happened to it.
fn shown(world: &World, id: u64) -> Result {
    let ticket = world.tickets.get(&id).ok_or_else(missing)?;
    let mut shown = show::ticket(world, ticket, true);
    shown["tags"] = json!(ticket.tags);
    shown["articles"] = world.articles_of(id).map(|a| show::article(world, a)).collect();
    world.ledger.tell(id, &mut shown);
    Ok(shown)
}
