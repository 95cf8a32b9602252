//! The hands of an administrator: services and their routes, agents and their rights, queues, types, fields and sessions.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::control::{Result, bad, missing, parse, wanted};

use super::catalog::{FieldKind, SUPPORT};
use super::desk::Helpdesk;
use super::flavour::Flavour;
use super::people::Rights;
use super::service::{Operation, Service};

/// What can be changed about the whole system; what is not given stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Account {
    flavour: Option<Flavour>,
    time_zone: Option<String>,
    /// Seconds, both.
    session_max_time: Option<i64>,
    session_max_idle: Option<i64>,
    /// `PasswordMaxLoginFailed`.
    max_login_failed: Option<u32>,
}

/// An agent to make or to change. Rights are lists under the names of groups or queues.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AgentChange {
    login: String,
    password: Option<String>,
    valid: Option<bool>,
    #[serde(default)]
    groups: BTreeMap<String, Rights>,
    #[serde(default)]
    queues: BTreeMap<String, Rights>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QueueToAdd {
    name: String,
    group: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldToAdd {
    name: String,
    /// `text`, `textarea`, `dropdown`, `multiselect`, `checkbox` or `datetime`.
    kind: String,
    #[serde(default)]
    values: Vec<String>,
    #[serde(default)]
    on_article: bool,
}

/// What can be changed about a service. An operation is replaced, added, or with `null` removed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ServiceChange {
    valid: Option<bool>,
    /// 0 lifts the limit.
    max_length: Option<u64>,
    /// `""` takes the mapping away.
    user_login: Option<String>,
    #[serde(default)]
    operations: Map<String, Value>,
}

pub(super) fn run(desk: &mut Helpdesk, method: &str, parts: &[&str], body: Option<Value>) -> Result {
    let znuny = &mut desk.znuny;
    match (method, parts) {
        ("GET", ["account"]) => Ok(account(desk)),
        ("POST", ["account"]) => change_account(desk, parse(wanted(body)?)?),
        ("POST", ["agents"]) => change_agent(desk, parse(wanted(body)?)?),
        ("POST", ["queues"]) => {
            let queue: QueueToAdd = parse(wanted(body)?)?;
            let group = match &queue.group {
                Some(name) => group(desk, name)?,
                None => SUPPORT,
            };
            Ok(json!({ "id": desk.znuny.catalog.add_queue(&queue.name, group) }))
        }
        ("POST", ["types"]) => {
            let name = parse::<Named>(wanted(body)?)?.name;
            Ok(json!({ "id": znuny.catalog.add_type(&name) }))
        }
        ("POST", ["fields"]) => add_field(desk, parse(wanted(body)?)?),
        ("GET", ["services"]) => Ok(json!(znuny.services.0)),
        ("POST", ["services"]) => {
            let service: Service = parse(wanted(body)?)?;
            Ok(json!({ "id": znuny.services.put(service) }))
        }
        ("PATCH", ["services", name]) => change_service(desk, name, parse(wanted(body)?)?),
        ("DELETE", ["services", name]) => {
            znuny.services.named(name).ok_or_else(missing)?;
            znuny.services.0.retain(|s| s.name != *name);
            Ok(json!({}))
        }
        ("GET", ["sessions"]) => Ok(json!({ "open": znuny.sessions.len(), "made": znuny.sessions.made })),
        ("DELETE", ["sessions"]) => Ok(json!({ "ended": znuny.sessions.expire_all() })),
        ("GET", ["mails"]) => Ok(json!(znuny.mails)),
        ("DELETE", ["mails"]) => {
            znuny.mails.clear();
            Ok(json!([]))
        }
        _ => Err(missing()),
    }
}

fn group(desk: &Helpdesk, name: &str) -> std::result::Result<u64, (u16, Value)> {
    let found = desk.znuny.catalog.groups.iter().find(|g| g.name == name);
    found
        .map(|g| g.id)
        .ok_or_else(|| bad(format!("there is no group {name:?}")))
}

fn account(desk: &Helpdesk) -> Value {
    let znuny = &desk.znuny;
    let names = |all: &mut dyn Iterator<Item = &str>| all.map(str::to_owned).collect::<Vec<_>>();
    let agents: Vec<Value> = znuny
        .people
        .agents
        .iter()
        .map(|a| json!({ "login": a.login, "valid": a.valid, "failed_logins": a.failed_logins }))
        .collect();
    json!({
        "flavour": znuny.flavour,
        "session_max_time": znuny.sessions.max_time,
        "session_max_idle": znuny.sessions.max_idle,
        "max_login_failed": znuny.people.max_failed,
        "agents": agents,
        "queues": names(&mut znuny.catalog.queues.iter().map(|q| q.name.as_str())),
        "types": names(&mut znuny.catalog.types.iter().map(|t| t.name.as_str())),
        "fields": names(&mut znuny.catalog.fields.iter().map(|f| f.name.as_str())),
    })
}

fn change_account(desk: &mut Helpdesk, change: Account) -> Result {
    let zone = change.time_zone.map(|z| z.parse()).transpose().map_err(bad)?;
    let znuny = &mut desk.znuny;
    if let Some(zone) = zone {
        znuny.zone = zone;
    }
    znuny.flavour = change.flavour.unwrap_or(znuny.flavour);
    znuny.sessions.max_time = change.session_max_time.unwrap_or(znuny.sessions.max_time);
    znuny.sessions.max_idle = change.session_max_idle.unwrap_or(znuny.sessions.max_idle);
    znuny.people.max_failed = change.max_login_failed.unwrap_or(znuny.people.max_failed);
    Ok(account(desk))
}

fn change_agent(desk: &mut Helpdesk, change: AgentChange) -> Result {
    // Everything is looked up before anything is changed.
    let mut groups = Vec::new();
    for (name, rights) in change.groups {
        groups.push((group(desk, &name)?, rights));
    }
    let mut queues = Vec::new();
    for (name, rights) in change.queues {
        let queue = desk.znuny.catalog.queue_named(&name);
        queues.push((
            queue.ok_or_else(|| bad(format!("there is no queue {name:?}")))?.id,
            rights,
        ));
    }
    let people = &mut desk.znuny.people;
    if people.agent_named(&change.login).is_none() {
        let password = change.password.clone();
        let password = password.ok_or_else(|| bad("a new agent needs a password"))?;
        people.add_agent(&change.login, &password, &[]);
    }
    let agent = people
        .agents
        .iter_mut()
        .find(|a| a.login == change.login)
        .ok_or_else(missing)?;
    agent.valid = change.valid.unwrap_or(agent.valid);
    agent.password = change.password.unwrap_or_else(|| agent.password.clone());
    agent.groups.extend(groups);
    agent.queues.extend(queues);
    if agent.valid {
        agent.failed_logins = 0;
    }
    Ok(json!({ "id": agent.id }))
}

fn add_field(desk: &mut Helpdesk, field: FieldToAdd) -> Result {
    let kind = match field.kind.as_str() {
        "text" => FieldKind::Text,
        "textarea" => FieldKind::TextArea,
        "dropdown" => FieldKind::Dropdown(field.values),
        "multiselect" => FieldKind::Multiselect(field.values),
        "checkbox" => FieldKind::Checkbox,
        "datetime" => FieldKind::DateTime,
        other => return Err(bad(format!("there are no fields of kind {other:?}"))),
    };
    desk.znuny.catalog.add_field(&field.name, kind, field.on_article);
    Ok(json!({}))
}

fn change_service(desk: &mut Helpdesk, name: &str, change: ServiceChange) -> Result {
    let mut own = desk.znuny.services.named(name).ok_or_else(missing)?.clone();
    for (operation, value) in change.operations {
        let old = own
            .operations
            .iter()
            .position(|o| o.name == operation)
            .map(|at| own.operations.remove(at));
        if value.is_null() {
            continue;
        }
        // What is not given stays as it is.
        let mut merged = serde_json::to_value(old).map_err(bad)?;
        if !merged.is_object() {
            merged = json!({ "name": operation });
        }
        if let (Value::Object(merged), Value::Object(value)) = (&mut merged, value) {
            merged.extend(value);
        }
        own.operations.push(parse::<Operation>(merged)?);
    }
    own.valid = change.valid.unwrap_or(own.valid);
    own.max_length = change
        .max_length
        .map_or(own.max_length, |most| Some(most).filter(|m| *m > 0));
    if let Some(login) = change.user_login {
        own.user_login = Some(login).filter(|l| !l.is_empty());
    }
    desk.znuny.services.put(own);
    Ok(json!(desk.znuny.services.named(name)))
}
