//! `GET /tickets`.
//!
//! Pages are offsets into a live order: a ticket that is updated between two reads moves, and the next page shifts.

use std::cmp::Reverse;

use super::paging::Page;
use super::{Call, Reply, refuse, render};
use crate::answer::Answer;
use crate::freshdesk::errors::Wrong;
use crate::freshdesk::ticket::{OPEN, Ticket};
use crate::freshdesk::world::World;
use crate::time::{self, DAY};

const PARAMETERS: [&str; 11] = [
    "filter",
    "requester_id",
    "email",
    "unique_external_id",
    "company_id",
    "updated_since",
    "order_by",
    "order_type",
    "include",
    "page",
    "per_page",
];
const FILTERS: [&str; 4] = ["new_and_my_open", "watching", "spam", "deleted"];
const ORDERS: [&str; 4] = ["created_at", "due_by", "updated_at", "status"];
const INCLUDES: [&str; 4] = ["stats", "requester", "description", "company"];
const LAST_PAGE: u64 = 300;

struct Ask<'a> {
    filter: &'a str,
    order: &'a str,
    descending: bool,
    include: Vec<&'a str>,
    since: Option<i64>,
    /// Nobody, if an address was given that no contact has.
    requester: Option<Option<u64>>,
    company: Option<u64>,
    page: Page,
}

pub(super) fn list(world: &mut World, call: &Call) -> Reply {
    let world = &*world;
    let ask = read(world, call)?;
    let tickets = candidates(world, &ask).filter(|t| wanted(world, &ask, t));
    let (page, more) = ask.page.cut(tickets);
    let rows = page
        .into_iter()
        .map(|t| render::list_row(world, t, &ask.include))
        .collect();
    Ok(ask.page.answer(call, rows, more && ask.page.number < LAST_PAGE))
}

fn read<'a>(world: &World, call: &'a Call) -> Result<Ask<'a>, Answer> {
    let query = &call.query;
    let mut wrong: Vec<Wrong> = query
        .names()
        .filter(|n| !PARAMETERS.contains(n))
        .map(Wrong::unknown)
        .collect();
    let page = Page::read(call, &mut wrong);
    if page.number > LAST_PAGE {
        let message = "You cannot access tickets beyond the 300th page. Please provide a smaller page number.";
        wrong.push(Wrong::value("page", message));
    }
    let mut one_of = |name: &str, choices: &[&str], default: &'a str| -> &'a str {
        let Some(value) = query.get(name) else { return default };
        if !choices.contains(&value) {
            wrong.push(Wrong::choice(name, &choices.join(",")));
        }
        value
    };
    let filter = one_of("filter", &FILTERS, "");
    let order = one_of("order_by", &ORDERS, "created_at");
    let descending = one_of("order_type", &["asc", "desc"], "desc") == "desc";
    let include = query.list("include");
    if include.iter().any(|i| !INCLUDES.contains(i)) {
        wrong.push(Wrong::choice("include", &INCLUDES.join(",")));
    }
    let since = query.get("updated_since").map(|text| (text, time::read(text)));
    if let Some((text, None)) = since {
        let text = serde_json::Value::from(text);
        wrong.push(Wrong::mismatch(
            "updated_since",
            &text,
            "combined date and time ISO8601",
        ));
    }
    let mut number = |name: &str| {
        let text = query.get(name)?;
        let number = text.parse::<u64>().ok();
        if number.is_none() {
            wrong.push(Wrong::mismatch(
                name,
                &serde_json::Value::from(text),
                "Positive Integer",
            ));
        }
        number
    };
    let (by_id, company) = (number("requester_id"), number("company_id"));
    let requester = match (by_id, query.get("email"), query.get("unique_external_id")) {
        (Some(id), ..) => Some(Some(id)),
        (None, Some(email), _) => Some(world.people.by_email(email)),
        (None, None, Some(external)) => Some(world.people.by_external(external)),
        (None, None, None) => None,
    };
    refuse(wrong)?;
    let since = since.and_then(|(_, at)| at);
    Ok(Ask {
        filter,
        order,
        descending,
        include,
        since,
        requester,
        company,
        page,
    })
}

/// The tickets that may be in the list, in its order. Only what is asked for is touched where an order exists already.
fn candidates<'a>(world: &'a World, ask: &Ask<'_>) -> Box<dyn Iterator<Item = &'a Ticket> + 'a> {
    let store = &world.store;
    let hidden = matches!(ask.filter, "spam" | "deleted");
    let sorted = !hidden && ask.requester.is_none();
    match (ask.order, sorted, ask.descending) {
        ("updated_at", true, false) => Box::new(store.by_updated(ask.since.unwrap_or(i64::MIN))),
        ("updated_at", true, true) => Box::new(store.by_updated(ask.since.unwrap_or(i64::MIN)).rev()),
        ("created_at", true, descending) => {
            let from = if ask.since.is_none() {
                world.now() - 30 * DAY
            } else {
                i64::MIN
            };
            let all = store.by_created(from);
            if descending { Box::new(all.rev()) } else { Box::new(all) }
        }
        _ => {
            let mut all: Vec<&Ticket> = match ask.requester {
                _ if hidden => store.hidden().collect(),
                Some(Some(id)) => store.of_requester(id).collect(),
                Some(None) => Vec::new(),
                None => store.by_created(i64::MIN).collect(),
            };
            let key = |t: &&Ticket| match ask.order {
                "updated_at" => (t.updated_at, t.id),
                "due_by" => (t.due_by.unwrap_or(i64::MAX), t.id),
                "status" => (t.status as i64, t.id),
                _ => (t.created_at, t.id),
            };
            if ask.descending {
                all.sort_by_key(|t| Reverse(key(t)))
            } else {
                all.sort_by_key(key)
            }
            Box::new(all.into_iter())
        }
    }
}

fn wanted(world: &World, ask: &Ask<'_>, ticket: &Ticket) -> bool {
    let recent = match ask.since {
        Some(since) => ticket.updated_at >= since,
        None => ticket.created_at >= world.now() - 30 * DAY,
    };
    let filtered = match ask.filter {
        "deleted" => ticket.deleted,
        "spam" => ticket.spam && !ticket.deleted,
        "new_and_my_open" => {
            ticket.status == OPEN && ticket.responder_id.is_none_or(|agent| agent == world.account.me())
        }
        "watching" => false,
        _ => true,
    };
    recent
        && filtered
        && !ticket.archived
        && ask.requester.is_none_or(|id| id == Some(ticket.requester_id))
        && ask.company.is_none_or(|id| ticket.company_id == Some(id))
        && world.sees(ticket)
}
