//! Searching, by a query or by conditions.

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::{Call, Reply};
use crate::answer::Answer;
use crate::zammad::condition::{self, Condition};
use crate::zammad::errors::Refusal;
use crate::zammad::lucene;
use crate::zammad::show;
use crate::zammad::ticket::Ticket;
use crate::zammad::world::World;

/// Up to 6.4 an index gives no hit behind this one.
const WINDOW: usize = 10_000;

pub(super) fn search(world: &mut World, call: &Call) -> Reply {
    let (offset, limit) = call.page(50, 200);
    let condition = match call.params.get("condition").filter(|c| c.is_object()) {
        Some(condition) => condition::read(world, condition)?,
        None => Condition::All(Vec::new()),
    };
    // Zammad takes the stars out of a query.
    let query = call.text("query").replace('*', "");
    let asks_index = world.system.settings.elasticsearch && !query.is_empty();
    let mut hits: Vec<&Ticket> = if asks_index {
        match lucene::parse(&query) {
            // The index gives ids; what is shown comes from the database.
            Some(expr) => {
                let found = world.indexed().filter(|t| expr.holds(world, t));
                found.filter_map(|t| world.tickets.get(&t.id)).collect()
            }
            None => Vec::new(),
        }
    } else {
        let lower = query.to_lowercase();
        world.tickets.values().filter(|t| like(world, t, &lower)).collect()
    };
    hits.retain(|t| world.system.may("read", t.group_id) && condition.holds(t));
    let order = order(world, call)?;
    hits.sort_by(|a, b| compare(&order, a, b));
    let total = hits.len();
    let old = world.system.settings.old_search;
    let page: Vec<&Ticket> = if old && asks_index && offset + limit > WINDOW {
        Vec::new()
    } else {
        hits.into_iter().skip(offset).take(limit).collect()
    };
    Ok(Answer::ok(&form(world, call, &page, total)))
}

/// Without an index the whole query is one pattern over title, number and articles: `field:value` finds nothing.
fn like(world: &World, ticket: &Ticket, lower: &str) -> bool {
    if lower.is_empty() {
        return true;
    }
    let hit = |text: &str| text.to_lowercase().contains(lower);
    hit(&ticket.title)
        || hit(&ticket.number)
        || world.articles_of(ticket.id).any(|a| {
            a.body.contains(lower)
                || hit(&a.from)
                || a.to.as_deref().is_some_and(hit)
                || a.subject.as_deref().is_some_and(hit)
        })
}

/// Columns to sort by, and whether upwards.
fn order(world: &World, call: &Call) -> Result<Vec<(String, bool)>, Refusal> {
    let list = |name: &str| -> Vec<String> {
        match call.params.get(name) {
            Some(Value::Array(list)) => list.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect(),
            Some(Value::String(text)) => text.split(',').map(|t| t.trim().to_owned()).collect(),
            _ => Vec::new(),
        }
    };
    let (columns, orders) = (list("sort_by"), list("order_by"));
    if let Some(bad) = columns.iter().find(|c| !condition::is_column(world, c)) {
        return Err(Refusal::internal(format!("Found invalid column '{bad}' for sorting.")));
    }
    if let Some(bad) = orders
        .iter()
        .find(|o| !["asc", "desc"].contains(&o.to_lowercase().as_str()))
    {
        return Err(Refusal::internal(format!("Found invalid order by '{bad}'.")));
    }
    let upwards = |i: usize| orders.get(i).is_some_and(|o| o.eq_ignore_ascii_case("asc"));
    Ok(match columns.is_empty() {
        true => vec![("updated_at".to_owned(), upwards(0))],
        false => columns.into_iter().enumerate().map(|(i, c)| (c, upwards(i))).collect(),
    })
}

fn compare(order: &[(String, bool)], a: &Ticket, b: &Ticket) -> Ordering {
    for (column, upwards) in order {
        let found = match column.as_str() {
            "updated_at" => a.updated_at.cmp(&b.updated_at),
            "created_at" => a.created_at.cmp(&b.created_at),
            other => {
                let (a, b) = (condition::column(a, other), condition::column(b, other));
                match (a.as_f64(), b.as_f64()) {
                    (Some(a), Some(b)) => a.total_cmp(&b),
                    _ => a.to_string().cmp(&b.to_string()),
                }
            }
        };
        match found {
            Ordering::Equal => {}
            found if *upwards => return found,
            found => return found.reverse(),
        }
    }
    // The database promises nothing for equals; this at least is repeatable.
    b.id.cmp(&a.id)
}

/// The answer in the form that call and version want.
fn form(world: &World, call: &Call, page: &[&Ticket], total: usize) -> Value {
    let ids = || page.iter().map(|t| t.id).collect::<Vec<_>>();
    let assets = || show::assets(world, page.iter().copied(), &[]);
    let rows = |expand| -> Value { page.iter().map(|t| show::ticket(world, t, expand)).collect() };
    if world.system.settings.old_search {
        return match call.expands() {
            true => rows(true),
            false => json!({ "tickets": ids(), "tickets_count": page.len(), "assets": assets() }),
        };
    }
    if call.flag("only_total_count") {
        return json!({ "total_count": total });
    }
    if call.flag("full") {
        return json!({ "record_ids": ids(), "assets": assets(), "total_count": total });
    }
    let rows = rows(call.expands());
    match call.flag("with_total_count") {
        true => json!({ "records": rows, "total_count": total }),
        false => rows,
    }
}
