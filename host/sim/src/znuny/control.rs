//! The hands of humans: tickets made, edited, answered, merged and deleted behind the interface's back.
//!
//! Everything is named as the interface names it, and a name that does not exist is refused here, so that a test with a
//! spelling mistake fails instead of testing nothing.

use serde_json::{Map, Value, json};

use crate::control::{Result, bad, missing, number, one_or_more, parse, truth, wanted};

use super::catalog::{self, MERGED, NEW};
use super::desk::Helpdesk;
use super::people::{Caller, ROOT};
use super::render::Shown;
use super::settings;
use super::transport::Stop;
use super::truth::Truth;
use super::value::{given, spelled};
use super::world::{Facets, Hand};

const NAME: &str = "TicketUpdate";
/// What may be set, by name.
const KEYS: [&str; 9] = [
    "Title",
    "Queue",
    "State",
    "Priority",
    "Type",
    "Lock",
    "Owner",
    "Responsible",
    "CustomerUser",
];

pub(super) fn run(desk: &mut Helpdesk, method: &str, parts: &[&str], body: Option<Value>) -> Result {
    match (method, parts) {
        ("POST", ["tickets"]) => create(desk, wanted(body)?),
        (_, ["tickets", id, rest @ ..]) => {
            let id = number(id)?;
            if !desk.znuny.tickets.contains_key(&id) {
                return Err(missing());
            }
            match (method, rest) {
                ("GET", []) => show(desk, id),
                ("PATCH", []) => patch(desk, id, wanted(body)?),
                ("DELETE", []) => {
                    desk.znuny.delete(id);
                    Ok(json!({}))
                }
                ("POST", ["articles"]) => say(desk, id, wanted(body)?),
                ("POST", ["merge"]) => merge(desk, id, &wanted(body)?),
                _ => Err(missing()),
            }
        }
        ("GET", ["truth", id]) => truth(&desk.ledger, id),
        _ => settings::run(desk, method, parts, body),
    }
}

fn refused(stop: Stop) -> (u16, Value) {
    match stop {
        Stop::Refused(_, text) | Stop::Fault(text) => bad(text),
    }
}

/// The agent in whose name humans work.
fn human(desk: &Helpdesk) -> u64 {
    desk.znuny.people.agent_named("alice.agent").map_or(ROOT, |a| a.id)
}

/// Makes one ticket or a list of them: the attributes, `Subject`, `Body`, `ContentType`, `From`, `SenderType`,
/// `IsVisibleForCustomer`, `DynamicField`, `age_seconds` and `truth`.
fn create(desk: &mut Helpdesk, body: Value) -> Result {
    // One moment for all of them, so that a test can tell their order.
    let now = desk.clock.seconds();
    let ids = one_or_more(body)
        .into_iter()
        .map(|item| make(desk, item, now))
        .collect::<std::result::Result<Vec<u64>, _>>()?;
    Ok(json!({ "ids": ids }))
}

fn make(desk: &mut Helpdesk, item: Value, now: i64) -> std::result::Result<u64, (u16, Value)> {
    let Value::Object(mut input) = item else {
        return Err(bad("a ticket is an object"));
    };
    let truth = input.remove("truth").map(parse::<Truth>).transpose()?;
    let age = input.remove("age_seconds").and_then(|a| a.as_i64()).unwrap_or(0);
    let mut said = Map::new();
    for key in [
        "Subject",
        "Body",
        "ContentType",
        "From",
        "SenderType",
        "IsVisibleForCustomer",
    ] {
        if let Some(value) = input.remove(key) {
            said.insert(key.to_owned(), value);
        }
    }
    known(&input)?;
    let at = now - age.max(0);
    let mut ticket = desk.znuny.draft(ROOT, at);
    let id = ticket.id;
    ticket.state = NEW;
    ticket.queue = desk
        .znuny
        .lookup("Queue", given(&input, "Queue").as_deref(), None)
        .unwrap_or(2);
    ticket.priority = desk
        .znuny
        .lookup("Priority", given(&input, "Priority").as_deref(), None)
        .unwrap_or(3);
    if let Some(state) = desk.znuny.lookup("State", given(&input, "State").as_deref(), None) {
        ticket.state = state;
    }
    let user = given(&input, "CustomerUser").unwrap_or_else(|| "carla.customer".to_owned());
    let customer = desk.znuny.people.customer(&user).cloned();
    ticket.customer_user = user;
    ticket.customer_id = customer.as_ref().map(|c| c.company.clone()).unwrap_or_default();
    let from = customer.map(|c| format!("{} <{}>", c.name, c.email));
    let title = given(&input, "Title").unwrap_or_default();
    ticket.title.clone_from(&title);
    desk.znuny.register(ticket, ROOT, at);
    // What is set already is set again and changes nothing; the rest, and what does not exist, is told here.
    set(desk, id, &input, ROOT, at)?;
    said.entry("Subject").or_insert_with(|| json!(title));
    said.entry("Body").or_insert_with(|| json!("…"));
    said.entry("SenderType").or_insert_with(|| json!("customer"));
    if let Some(from) = from {
        said.entry("From").or_insert_with(|| json!(from));
    }
    said.entry("CommunicationChannel").or_insert_with(|| json!("Email"));
    said.entry("HistoryType").or_insert_with(|| json!("EmailCustomer"));
    add(desk, id, said, ROOT, at)?;
    if let Some(truth) = truth {
        let tags = truth.tags.clone();
        desk.ledger.know(id, None, truth, &tags);
    }
    desk.znuny.record(id, Hand::Human, "create", Vec::new(), &Facets::new());
    desk.enter();
    Ok(id)
}

fn add(
    desk: &mut Helpdesk,
    id: u64,
    mut said: Map<String, Value>,
    by: u64,
    at: i64,
) -> std::result::Result<u64, (u16, Value)> {
    said.entry("ContentType")
        .or_insert_with(|| json!("text/plain; charset=utf-8"));
    // The interface wants a text; a mail comes without one, too (MIMEBase.pm stores it empty).
    let blank = said.get("Body").is_some_and(|body| body == "");
    if blank {
        said.insert("Body".to_owned(), json!("…"));
    }
    let who = Caller::Agent(by);
    let mut drafts = desk
        .znuny
        .check_articles(NAME, &Value::Object(said), false, &who)
        .map_err(refused)?;
    let mut draft = drafts.pop().ok_or_else(|| bad("an article is an object"))?;
    if blank {
        draft.article.body.clear();
    }
    let mails = desk.znuny.mails.len();
    let article = desk.znuny.add_article(id, draft, &who, at).map_err(refused)?;
    // Only what the interface was asked to send is of interest.
    desk.znuny.mails.truncate(mails);
    Ok(article)
}

fn patch(desk: &mut Helpdesk, id: u64, body: Value) -> Result {
    let Value::Object(mut input) = body else {
        return Err(bad("an edit is an object"));
    };
    match input.remove("after_ms").and_then(|ms| ms.as_i64()) {
        Some(ms) => {
            known(&input)?;
            let at = desk.clock.millis().saturating_add(ms);
            let n = desk.later.len();
            desk.later.insert((at, n), (id, input));
        }
        None => edit(desk, id, &input)?,
    }
    show(desk, id)
}

/// Changes a ticket as another agent would.
pub(super) fn edit(desk: &mut Helpdesk, id: u64, input: &Map<String, Value>) -> std::result::Result<(), (u16, Value)> {
    known(input)?;
    let Some(before) = desk.znuny.tickets.get(&id).map(|t| desk.znuny.facets(t)) else {
        return Ok(());
    };
    let (by, now) = (human(desk), desk.clock.seconds());
    let done = set(desk, id, input, by, now);
    desk.znuny.record(id, Hand::Human, "update", Vec::new(), &before);
    desk.enter();
    done
}

fn known(input: &Map<String, Value>) -> std::result::Result<(), (u16, Value)> {
    match input
        .keys()
        .find(|k| !KEYS.contains(&k.as_str()) && *k != "DynamicField")
    {
        Some(key) => Err(bad(format!("a ticket has no {key:?}"))),
        None => Ok(()),
    }
}

fn set(
    desk: &mut Helpdesk,
    id: u64,
    input: &Map<String, Value>,
    by: u64,
    at: i64,
) -> std::result::Result<(), (u16, Value)> {
    let znuny = &mut desk.znuny;
    let fields = match input.get("DynamicField") {
        // A map of names and values reads better in a test than a list of objects.
        Some(Value::Object(map)) if !map.contains_key("Name") => {
            let list = map
                .iter()
                .map(|(name, value)| json!({ "Name": name, "Value": value }))
                .collect();
            znuny.check_fields(NAME, &Value::Array(list), false)
        }
        Some(list) => znuny.check_fields(NAME, list, false),
        None => Ok(Vec::new()),
    }
    .map_err(refused)?;
    let mut wanted = Vec::new();
    for key in KEYS {
        let Some(text) = input.get(key).map(spelled) else {
            continue;
        };
        let value = match key {
            "Title" | "CustomerUser" => 0,
            _ => znuny
                .lookup(key, Some(&text), None)
                .ok_or_else(|| bad(format!("there is no {key} {text:?}")))?,
        };
        wanted.push((key, text, value));
    }
    let companies: Vec<(String, String)> = znuny
        .people
        .customers
        .iter()
        .map(|c| (c.login.clone(), c.company.clone()))
        .collect();
    znuny.change(id, by, at, |c| {
        for (key, text, value) in wanted {
            match key {
                "Title" => c.title(&text),
                "CustomerUser" => {
                    let company = companies.iter().find(|(login, _)| *login == text);
                    c.customer(&text, company.map_or("", |(_, company)| company));
                }
                "Queue" => c.queue(value),
                "State" => c.state(value),
                "Priority" => c.priority(value),
                "Type" => c.kind(value),
                "Lock" => c.lock(value),
                "Owner" => c.owner(value),
                _ => c.responsible(value),
            }
        }
    });
    znuny.set_fields(id, None, fields, by, at).map_err(refused)
}

/// Adds what a customer or another agent says: the keys of an article, of which only `Body` is needed.
fn say(desk: &mut Helpdesk, id: u64, body: Value) -> Result {
    let Value::Object(mut said) = body else {
        return Err(bad("an article is an object"));
    };
    said.entry("Subject").or_insert_with(|| json!("Re"));
    let (by, now) = (human(desk), desk.clock.seconds());
    let article = add(desk, id, said, by, now)?;
    Ok(json!({ "ArticleID": article }))
}

/// Merges a ticket into another: its articles go there, and it is left behind with the state `merged`.
fn merge(desk: &mut Helpdesk, id: u64, body: &Value) -> Result {
    let into = body.get("into").and_then(Value::as_u64).filter(|into| *into != id);
    let into = into.filter(|into| desk.znuny.tickets.contains_key(into));
    let into = into.ok_or_else(|| bad("into is needed, the id of another ticket"))?;
    let (by, now) = (human(desk), desk.clock.seconds());
    let before = desk
        .znuny
        .tickets
        .get(&id)
        .map(|t| desk.znuny.facets(t))
        .unwrap_or_default();
    let moved = desk
        .znuny
        .tickets
        .get_mut(&id)
        .map(|t| std::mem::take(&mut t.articles))
        .unwrap_or_default();
    let number = |id| {
        desk.znuny
            .tickets
            .get(&id)
            .map(|t| t.number.clone())
            .unwrap_or_default()
    };
    let text = format!("Merged Ticket <{}> to <{}>.", number(id), number(into));
    if let Some(target) = desk.znuny.tickets.get_mut(&into) {
        target.articles.extend(moved);
        target.articles.sort_by_key(|a| a.id);
        target.touch(by, now);
        target.remember("Merged", "%%".to_owned(), 0, by, now);
    }
    let said = json!({ "Subject": "Ticket Merged", "Body": text, "HistoryType": "Merged", "IsVisibleForCustomer": 0 });
    if let Value::Object(said) = said {
        add(desk, id, said, by, now)?;
    }
    desk.znuny.change(id, by, now, |c| {
        c.lock(1);
        c.state(MERGED);
    });
    desk.znuny.record(id, Hand::Human, "merge", Vec::new(), &before);
    desk.enter();
    show(desk, id)
}

/// The ticket as it is, with everything that happened to it.
fn show(desk: &Helpdesk, id: u64) -> Result {
    let znuny = &desk.znuny;
    let ticket = znuny.tickets.get(&id).ok_or_else(missing)?;
    let mut map = znuny.show_ticket(ticket, true, true, desk.clock.seconds());
    let shown = Shown {
        fields: true,
        attachments: true,
        contents: true,
        html_body: true,
        reading: true,
    };
    let articles = ticket.articles.iter().zip(1..);
    let articles: Vec<Value> = articles
        .map(|(article, n)| Value::Object(znuny.show_article(id, n, article, shown)))
        .collect();
    map.insert("Article".to_owned(), Value::Array(articles));
    let mut map = Value::Object(map);
    map["StateType"] = json!(catalog::state(ticket.state).kind);
    desk.ledger.tell(id, &mut map);
    Ok(map)
}
