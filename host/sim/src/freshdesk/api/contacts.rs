//! Contacts and companies.

use serde_json::{Map, Value, json};

use super::search::{self, PAGE};
use super::{Call, Reply, paging, refuse};
use crate::answer::Answer;
use crate::freshdesk::errors::{self, Wrong, validation};
use crate::freshdesk::people::{Company, Contact};
use crate::freshdesk::world::World;
use crate::time;

pub(super) fn list(world: &mut World, call: &Call) -> Reply {
    let get = |key: &str| call.query.get(key);
    let since = get("updated_since").or(get("_updated_since")).and_then(time::read);
    let deleted = get("state") == Some("deleted");
    let company = get("company_id").map(|id| id.parse::<u64>().ok());
    let rows = world.people.contacts.values().filter(|c| {
        c.deleted == deleted
            && since.is_none_or(|s| c.updated_at >= s)
            && company.is_none_or(|id| c.company_id == id)
            && get("email").is_none_or(|e| c.email.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(e)))
            && get("phone").is_none_or(|p| c.phone.as_deref() == Some(p))
    });
    paging::all(call, rows.map(|c| c.show(false)))
}

fn one<'a>(world: &'a World, call: &Call) -> Result<&'a Contact, Answer> {
    world.people.contacts.get(&call.id(0)).ok_or_else(errors::not_found)
}

pub(super) fn view(world: &mut World, call: &Call) -> Reply {
    Ok(Answer::ok(&one(world, call)?.show(true)))
}

pub(super) fn create(world: &mut World, call: &Call) -> Reply {
    let input = call.object()?;
    if ["email", "phone", "mobile", "twitter_id", "unique_external_id"]
        .iter()
        .all(|k| input.get(*k).is_none_or(Value::is_null))
    {
        return Err(errors::invalid(&[Wrong::missing("email")]));
    }
    let email = check(world, &input, None)?;
    let name = input
        .get("name")
        .and_then(Value::as_str)
        .or(email.as_deref())
        .unwrap_or("unknown")
        .to_owned();
    let now = world.now();
    let id = world.people.add(&name, email.as_deref(), now);
    let shown = fill(world, id, &input);
    Ok(Answer::created(&shown, call.url(&format!("contacts/{id}"))))
}

pub(super) fn update(world: &mut World, call: &Call) -> Reply {
    let contact = one(world, call)?;
    if contact.deleted {
        return Err(errors::wrong_method("PUT", &["GET"]));
    }
    let id = contact.id;
    let input = call.object()?;
    check(world, &input, Some(id))?;
    Ok(Answer::ok(&fill(world, id, &input)))
}

pub(super) fn delete(world: &mut World, call: &Call) -> Reply {
    mark(world, call, true)
}

pub(super) fn restore(world: &mut World, call: &Call) -> Reply {
    mark(world, call, false)
}

fn mark(world: &mut World, call: &Call, deleted: bool) -> Reply {
    let now = world.now();
    let contact = world
        .people
        .contacts
        .get_mut(&call.id(0))
        .ok_or_else(errors::not_found)?;
    contact.deleted = deleted;
    contact.updated_at = now;
    Ok(Answer::nothing())
}

pub(super) fn hard_delete(world: &mut World, call: &Call) -> Reply {
    let id = one(world, call)?.id;
    world.people.remove(id);
    Ok(Answer::nothing())
}

/// 409 if another contact has the address.
fn check(world: &World, input: &Map<String, Value>, own: Option<u64>) -> Result<Option<String>, Answer> {
    let mut wrong = Vec::new();
    let email = match input.get("email") {
        None | Some(Value::Null) => None,
        Some(Value::String(email)) if email.contains('@') => Some(email.clone()),
        Some(_) => {
            wrong.push(Wrong::value(
                "email",
                "It should be in the 'valid email address' format",
            ));
            None
        }
    };
    for key in ["name", "phone", "mobile"] {
        if let Some(value) = input.get(key).filter(|v| !(v.is_string() || v.is_null())) {
            wrong.push(Wrong::mismatch(key, value, "String"));
        }
    }
    refuse(wrong)?;
    let taken = email
        .as_deref()
        .and_then(|e| world.people.by_email(e))
        .filter(|id| Some(*id) != own);
    if let Some(id) = taken {
        let mut body = validation(&[Wrong::new("email", "duplicate_value", "It should be a unique value")]);
        body["errors"][0]["additional_info"] = json!({ "user_id": id });
        return Err(Answer::json(409, &body));
    }
    Ok(email)
}

fn fill(world: &mut World, id: u64, input: &Map<String, Value>) -> Value {
    let now = world.now();
    let Some(mut contact) = world.people.contacts.get(&id).cloned() else {
        return Value::Null;
    };
    for (key, value) in input {
        let text = value.as_str().map(str::to_owned);
        match key.as_str() {
            "name" => contact.name = text.unwrap_or(contact.name),
            "email" => contact.email = text,
            "phone" => contact.phone = text,
            "unique_external_id" => contact.unique_external_id = text,
            "company_id" => contact.company_id = value.as_u64(),
            "language" => contact.language = text.unwrap_or(contact.language),
            // Never a client's own idea of these.
            "id" | "created_at" | "updated_at" | "org_contact_id" | "deleted" => {}
            _ => drop(contact.more.insert(key.clone(), value.clone())),
        }
    }
    contact.updated_at = now;
    let shown = contact.show(true);
    world.people.put(contact);
    shown
}

pub(super) fn search(world: &mut World, call: &Call) -> Reply {
    const FIELDS: [&str; 8] = [
        "email",
        "phone",
        "mobile",
        "company_id",
        "tag",
        "language",
        "created_at",
        "updated_at",
    ];
    let (expr, page) = search::read(call, |field| FIELDS.contains(&field))?;
    let found = world.people.contacts.values().filter(|c| !c.deleted).filter(|c| {
        expr.holds(&|field, op, value| match field {
            "email" => search::compare(&json!(c.email), op, value),
            "phone" => search::compare(&json!(c.phone), op, value),
            "company_id" => search::compare(&json!(c.company_id), op, value),
            "language" => search::compare(&json!(c.language), op, value),
            "created_at" => search::date(Some(c.created_at), op, value),
            "updated_at" => search::date(Some(c.updated_at), op, value),
            other => search::compare(c.more.get(other).unwrap_or(&Value::Null), op, value),
        })
    });
    Ok(results(found.map(|c| c.show(false)).collect(), page))
}

pub(super) fn search_companies(world: &mut World, call: &Call) -> Reply {
    let (expr, page) = search::read(call, |field| {
        matches!(field, "name" | "domain" | "created_at" | "updated_at")
    })?;
    let found = world.people.companies.values().filter(|c| {
        expr.holds(&|field, op, value| match field {
            "name" => search::compare(&json!(c.name), op, value),
            "created_at" | "updated_at" => search::date(Some(c.created_at), op, value),
            _ => false,
        })
    });
    Ok(results(found.map(Company::show).collect(), page))
}

fn results(rows: Vec<Value>, page: usize) -> Answer {
    let total = rows.len();
    let rows: Vec<Value> = rows.into_iter().skip((page - 1) * PAGE).take(PAGE).collect();
    Answer::ok(&json!({ "results": rows, "total": total }))
}

pub(super) fn companies(world: &mut World, call: &Call) -> Reply {
    paging::all(call, world.people.companies.values().map(Company::show))
}

pub(super) fn company(world: &mut World, call: &Call) -> Reply {
    let company = world.people.companies.get(&call.id(0)).ok_or_else(errors::not_found)?;
    Ok(Answer::ok(&company.show()))
}

pub(super) fn create_company(world: &mut World, call: &Call) -> Reply {
    let input = call.object()?;
    let Some(name) = input.get("name").and_then(Value::as_str) else {
        return Err(errors::invalid(&[Wrong::missing("name")]));
    };
    if world.people.companies.values().any(|c| c.name == name) {
        let wrong = Wrong::new("name", "duplicate_value", "It should be a unique value");
        return Err(Answer::json(409, &validation(&[wrong])));
    }
    let now = world.now();
    let id = world.people.add_company(name, now);
    Ok(Answer::created(
        &fill_company(world, id, &input),
        call.url(&format!("companies/{id}")),
    ))
}

pub(super) fn update_company(world: &mut World, call: &Call) -> Reply {
    let id = world
        .people
        .companies
        .get(&call.id(0))
        .ok_or_else(errors::not_found)?
        .id;
    let input = call.object()?;
    Ok(Answer::ok(&fill_company(world, id, &input)))
}

fn fill_company(world: &mut World, id: u64, input: &Map<String, Value>) -> Value {
    let Some(company) = world.people.companies.get_mut(&id) else {
        return Value::Null;
    };
    if let Some(name) = input.get("name").and_then(Value::as_str) {
        company.name = name.to_owned();
    }
    for key in [
        "description",
        "note",
        "domains",
        "industry",
        "account_tier",
        "health_score",
        "custom_fields",
    ] {
        if let Some(value) = input.get(key) {
            company.more.insert(key.to_owned(), value.clone());
        }
    }
    company.show()
}

pub(super) fn delete_company(world: &mut World, call: &Call) -> Reply {
    world
        .people
        .companies
        .remove(&call.id(0))
        .map(|_| Answer::nothing())
        .ok_or_else(errors::not_found)
}
