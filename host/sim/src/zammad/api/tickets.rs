//! Reading and writing tickets.

use serde_json::{Map, Value, json};

use super::{Call, Reply, ticket};
use crate::answer::Answer;
use crate::ledger::Who;
use crate::zammad::errors::Refusal;
use crate::zammad::show;
use crate::zammad::system::permits;
use crate::zammad::ticket::{MERGED, NEW, OPEN, Ticket};
use crate::zammad::world::World;
use crate::zammad::write;

/// How many tickets a plain list gives at most.
const PAGE: i64 = 100;

/// All tickets that our user may read, closed ones too, by id.
pub(super) fn list(world: &mut World, call: &Call) -> Reply {
    let (offset, limit) = call.page(PAGE, PAGE);
    let readable = world.tickets.values().filter(|t| world.system.may("read", t.group_id));
    let page: Vec<&Ticket> = readable.skip(offset).take(limit).collect();
    if call.flag("full") && !call.expands() {
        let ids: Vec<u64> = page.iter().map(|t| t.id).collect();
        let assets = show::assets(world, page.into_iter(), &[]);
        return Ok(Answer::ok(&json!({ "record_ids": ids, "assets": assets })));
    }
    let rows: Vec<Value> = page.iter().map(|t| show::ticket(world, t, call.expands())).collect();
    Ok(Answer::ok(&json!(rows)))
}

pub(super) fn show(world: &mut World, call: &Call) -> Reply {
    ticket(world, call.arg(0), "read")?;
    Ok(Answer::ok(&shown(world, call, call.arg(0))))
}

/// One ticket in the form that the call asks for.
fn shown(world: &World, call: &Call, id: &str) -> Value {
    let Some(ticket) = id.parse().ok().and_then(|id: u64| world.tickets.get(&id)) else {
        return Value::Null;
    };
    if call.expands() {
        return show::ticket(world, ticket, true);
    }
    if call.flag("full") {
        let assets = show::assets(world, std::iter::once(ticket), &[]);
        return json!({ "id": ticket.id, "assets": assets });
    }
    if call.flag("all") {
        let articles: Vec<_> = world.articles_of(ticket.id).collect();
        return json!({
            "ticket_id": ticket.id, "ticket_article_ids": ticket.articles,
            "assets": show::assets(world, std::iter::once(ticket), &articles),
            "links": [], "tags": ticket.tags, "mentions": [], "time_accountings": [], "form_meta": {},
        });
    }
    show::ticket(world, ticket, false)
}

pub(super) fn create(world: &mut World, call: &Call) -> Reply {
    let params = customer(world, &call.params)?;
    let set = write::ticket(world, &params)?;
    let Some(group) = set.get("group_id").and_then(Value::as_u64) else {
        return Err(Refusal::invalid("The required value 'group_id' is missing."));
    };
    if !world.system.may("create", group) {
        return Err(Refusal::denied());
    }
    let Some(customer) = set.get("customer_id").and_then(Value::as_u64) else {
        return Err(Refusal::masked("Missing required value for field 'customer_id'!"));
    };
    if params.get("title").and_then(Value::as_str).is_none_or(str::is_empty) {
        return Err(Refusal::masked("Missing required value for field 'title'!"));
    }
    let now_ms = world.now_ms();
    let mut made = Ticket::new(0, customer, now_ms);
    made.group_id = group;
    write::workflows(world, &made, &set)?;
    for (key, value) in &set {
        made.set(key, value, now_ms);
    }
    made.created_by = call.user;
    made.updated_by = call.user;
    // Read before anything is made, with the id that is still to come.
    let input = params.get("article").filter(|a| a.is_object());
    let article = input.map(|a| write::article(world, 0, a, call.user)).transpose()?;
    if let Some(article) = &article {
        made.create_article_type_id = article.type_id;
        made.create_article_sender_id = article.sender_id;
    }
    let tags: Vec<String> = params
        .get("tags")
        .and_then(Value::as_str)
        .into_iter()
        .flat_map(|t| t.split(','))
        .map(|t| t.trim().to_owned())
        .filter(|t| !t.is_empty())
        .collect();
    made.id = world.next_ticket();
    made.number = (67_000 + made.id).to_string();
    world.system.tags.extend(tags.iter().cloned());
    made.tags = tags;
    let id = made.id;
    world.create(made, Who::Key);
    let said = article.map(|mut article| {
        article.ticket_id = id;
        world.say(article, true)
    });
    world.announce(id, true, said);
    let mut answer = Answer::ok(&shown(world, call, &id.to_string()));
    answer.status = 201;
    Ok(answer)
}

/// `customer_id: "guess:ADDRESS"` and `customer: {email}` find a customer or make one.
fn customer(world: &mut World, params: &Map<String, Value>) -> Result<Map<String, Value>, Refusal> {
    let mut params = params.clone();
    let guess = params
        .get("customer_id")
        .and_then(Value::as_str)
        .and_then(|c| c.strip_prefix("guess:"));
    let given = params
        .get("customer")
        .and_then(|c| c.get("email"))
        .and_then(Value::as_str);
    if let Some(email) = guess.or(given).map(str::to_owned) {
        if !email.contains('@') {
            return Err(Refusal::invalid(format!("Invalid email '{email}' of customer")));
        }
        let id = world.system.add_customer(&email, "");
        params.insert("customer_id".to_owned(), json!(id));
        params.remove("customer");
    }
    Ok(params)
}

/// A partial update: what is not sent stays. Ticket and article are one transaction.
pub(super) fn update(world: &mut World, call: &Call) -> Reply {
    let before = ticket(world, call.arg(0), "change")?.clone();
    let id = before.id;
    let mut set = write::ticket(world, &call.params)?;
    let input = call
        .params
        .get("article")
        .filter(|a| a.as_object().is_some_and(|a| !a.is_empty()));
    let article = input.map(|a| write::article(world, id, a, call.user)).transpose()?;
    write::workflows(world, &before, &set)?;
    if !set.is_empty() {
        world.ledger.carried(id, write::carried(&set).iter());
    }
    write::drop_owner(world, &before, &mut set);
    let wrote = world.write(id, &set, Who::Key);
    let said = article.map(|article| {
        // An answer of an agent opens a new ticket; a note does not.
        world.say(article, true)
    });
    if wrote || said.is_some() {
        world.announce(id, false, said);
    }
    Ok(Answer::ok(&shown(world, call, call.arg(0))))
}

pub(super) fn delete(world: &mut World, call: &Call) -> Reply {
    let ticket = ticket(world, call.arg(0), "read")?.id;
    if !permits(&world.system.settings.user_permissions, "admin") {
        return Err(Refusal::forbidden("admin permission required"));
    }
    world.delete(ticket);
    Ok(Answer::html(200, ""))
}

/// Moves the articles of one ticket into another, which is named by its number.
pub(super) fn merge(world: &mut World, call: &Call) -> Reply {
    let failed = |text: &str| Ok(Answer::ok(&json!({ "result": "failed", "message": text })));
    let Some(target) = world.tickets.values().find(|t| t.number == call.arg(1)).map(|t| t.id) else {
        return failed("The target ticket number could not be found.");
    };
    let Some(source) = call.arg(0).parse().ok().filter(|id| world.tickets.contains_key(id)) else {
        return failed("The source ticket could not be found.");
    };
    for id in [source, target] {
        ticket(world, &id.to_string(), "change")?;
    }
    let articles = world.tickets.get_mut(&source).map(|t| std::mem::take(&mut t.articles));
    for id in articles.iter().flatten() {
        if let Some(article) = world.articles.get_mut(id) {
            article.ticket_id = target;
        }
    }
    if let Some(ticket) = world.tickets.get_mut(&target) {
        ticket.articles.extend(articles.into_iter().flatten());
        ticket.articles.sort_unstable();
        if ticket.state_id == NEW {
            ticket.state_id = OPEN;
        }
    }
    world.touch(target, call.user);
    let set = [("state_id".to_owned(), json!(MERGED))].into_iter().collect();
    world.write(source, &set, Who::Key);
    let row = |id: u64| world.tickets.get(&id).map(|t| show::ticket(world, t, false));
    Ok(Answer::ok(
        &json!({ "result": "success", "target_ticket": row(target), "source_ticket": row(source) }),
    ))
}
