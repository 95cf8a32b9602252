//! `GET /search/tickets`: what the search index knows, 30 results a page, ten pages.

use serde_json::{Value, json};

use super::grammar::{Expr, Literal, Op, parse};
use super::{Call, Reply, refuse, render};
use crate::answer::Answer;
use crate::freshdesk::errors::{self, Wrong};
use crate::freshdesk::fields::FieldKind;
use crate::freshdesk::ticket::Ticket;
use crate::freshdesk::world::World;
use crate::time::{self, DAY};

pub(super) const PAGE: usize = 30;
const PAGES: u64 = 10;
const LONGEST: usize = 512;
const NUMBERS: [&str; 4] = ["agent_id", "group_id", "priority", "status"];
const DATES: [&str; 4] = ["due_by", "fr_due_by", "created_at", "updated_at"];

pub(super) fn tickets(world: &mut World, call: &Call) -> Reply {
    let world = &*world;
    let (expr, page) = read(call, |field| searchable(world, field))?;
    let (mut total, mut rows) = (0usize, Vec::new());
    let skip = (page - 1) * PAGE;
    for ticket in world.store.indexed().filter(|t| world.sees(t)) {
        if !expr.holds(&|field, op, value| holds(world, ticket, field, op, value)) {
            continue;
        }
        if total >= skip && rows.len() < PAGE {
            rows.push(render::found(world, ticket));
        }
        total += 1;
    }
    Ok(Answer::ok(&json!({ "results": rows, "total": total })))
}

/// Reads `query` and `page` of any search.
pub(super) fn read(call: &Call, known: impl Fn(&str) -> bool) -> Result<(Expr, usize), Answer> {
    let mut wrong: Vec<Wrong> = call
        .query
        .names()
        .filter(|n| !matches!(*n, "query" | "page"))
        .map(Wrong::unknown)
        .collect();
    let page = call
        .query
        .get("page")
        .unwrap_or("1")
        .parse::<u64>()
        .ok()
        .filter(|p| (1..=PAGES).contains(p));
    if page.is_none() {
        wrong.push(Wrong::value(
            "page",
            format!("It should be a Positive Integer less than or equal to {PAGES}"),
        ));
    }
    let expr = match call.query.get("query") {
        None => {
            wrong.push(Wrong::missing("query"));
            None
        }
        Some(quoted) => match expression(quoted, known) {
            Ok(expr) => Some(expr),
            Err(mistakes) => {
                wrong.extend(mistakes);
                None
            }
        },
    };
    match (expr, page) {
        (Some(expr), Some(page)) if wrong.is_empty() => Ok((expr, page as usize)),
        _ => Err(refuse(wrong).err().unwrap_or_else(errors::internal)),
    }
}

fn expression(quoted: &str, known: impl Fn(&str) -> bool) -> Result<Expr, Vec<Wrong>> {
    let inner = quoted
        .strip_prefix('"')
        .and_then(|q| q.strip_suffix('"'))
        .ok_or_else(|| vec![Wrong::value("query", "The query should be enclosed in double quotes")])?;
    if inner.chars().count() > LONGEST {
        return Err(vec![Wrong::value(
            "query",
            format!("Query should be less than {LONGEST} characters"),
        )]);
    }
    let expr = parse(inner).ok_or_else(|| vec![Wrong::value("query", "The given query is invalid")])?;
    let mut conditions = Vec::new();
    expr.conditions(&mut conditions);
    let wrong: Vec<Wrong> = conditions
        .into_iter()
        .filter(|(field, ..)| !known(field))
        .map(|(field, ..)| Wrong::unknown(field))
        .collect();
    if wrong.is_empty() { Ok(expr) } else { Err(wrong) }
}

fn searchable(world: &World, field: &str) -> bool {
    NUMBERS.contains(&field)
        || DATES.contains(&field)
        || matches!(field, "tag" | "type" | "custom_string")
        || world.account.field_names().any(|n| n == field)
            && !world
                .account
                .fields
                .iter()
                .any(|f| f.name == field && f.kind == FieldKind::Paragraph)
}

fn holds(world: &World, ticket: &Ticket, field: &str, op: Op, wanted: &Literal) -> bool {
    match field {
        "tag" => match wanted {
            Literal::Null => ticket.tags.is_empty(),
            Literal::Text(tag) => ticket.tags.iter().any(|t| t == tag),
            _ => false,
        },
        "agent_id" => compare(&ticket.get("responder_id"), op, wanted),
        "custom_string" => ticket.custom.values().any(|v| compare(v, op, wanted)),
        "due_by" => date(ticket.due_by, op, wanted),
        "fr_due_by" => date(ticket.fr_due_by, op, wanted),
        "created_at" => date(Some(ticket.created_at), op, wanted),
        "updated_at" => date(Some(ticket.updated_at), op, wanted),
        name if world
            .account
            .fields
            .iter()
            .any(|f| f.name == name && f.kind == FieldKind::Date) =>
        {
            date(
                ticket.custom.get(name).and_then(Value::as_str).and_then(time::read),
                op,
                wanted,
            )
        }
        name => compare(&ticket.get(name), op, wanted),
    }
}

/// Compares a value with what is wanted.
pub(super) fn compare(value: &Value, op: Op, wanted: &Literal) -> bool {
    match (value, wanted) {
        (Value::Null, Literal::Null) => true,
        (Value::Null, _) | (_, Literal::Null) => false,
        (Value::Bool(b), Literal::Bool(w)) => b == w,
        (Value::String(text), Literal::Text(w)) => text == w,
        (Value::Number(n), Literal::Number(w)) => n.as_f64().is_some_and(|n| match op {
            Op::Equal => n == *w,
            Op::AtLeast => n >= *w,
            Op::AtMost => n <= *w,
        }),
        _ => false,
    }
}

/// Dates are whole days in UTC, and both bounds include their day.
pub(super) fn date(value: Option<i64>, op: Op, wanted: &Literal) -> bool {
    let (value, day) = match (value, wanted) {
        (None, Literal::Null) => return true,
        (Some(value), Literal::Text(text)) => match time::read_date(text).and_then(time::day_start) {
            Some(day) => (value, day),
            None => return false,
        },
        _ => return false,
    };
    match op {
        Op::Equal => (day..day + DAY).contains(&value),
        Op::AtLeast => value >= day,
        Op::AtMost => value < day + DAY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_bounds_include_their_day() {
        let noon = time::read("2026-05-05T12:00:00Z");
        let day = |d: &str| Literal::Text(d.to_owned());
        for op in [Op::Equal, Op::AtLeast, Op::AtMost] {
            assert!(date(noon, op, &day("2026-05-05")));
        }
        assert!(!date(noon, Op::AtLeast, &day("2026-05-06")) && date(noon, Op::AtMost, &day("2026-05-06")));
        assert!(!date(noon, Op::AtMost, &day("2026-05-04")) && !date(noon, Op::Equal, &day("today")));
    }
}
