//! An administrator's hands: groups, types, fields, rights and limits.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::control::{Result, bad, missing, parse, rate};
use crate::freshdesk::account::Scope;
use crate::freshdesk::fields::FieldKind;
use crate::freshdesk::world::{Dispatch, World};
use crate::options::SubLimits;
use crate::rate::Meter;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Name {
    name: String,
}

/// What can be changed about an account; what is not given stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    suspended: Option<bool>,
    api_enabled: Option<bool>,
    agent_scope: Option<Scope>,
    deny: Option<BTreeSet<String>>,
    /// `N/SECONDS`, or `none`.
    rate: Option<String>,
    sub_limits: Option<SubLimits>,
    /// An object with `after_ms` and `set`, or false to switch it off.
    dispatch: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldChange {
    required_for_agents: Option<bool>,
    required_for_closure: Option<bool>,
    choices: Option<Vec<String>>,
}

pub(super) fn add_group(world: &mut World, body: Value) -> Result {
    let id = world.account.add_group(&parse::<Name>(body)?.name);
    Ok(json!({ "id": id }))
}

/// Removes a group. Its tickets have none afterwards, and `updated_at` stays.
pub(super) fn remove_group(world: &mut World, id: u64) -> Result {
    world.account.group(id).ok_or_else(missing)?;
    world.account.groups.retain(|g| g.id != id);
    for agent in &mut world.account.agents {
        agent.group_ids.retain(|g| *g != id);
    }
    let now_ms = world.clock.millis();
    let all = world.store.by_created(i64::MIN).chain(world.store.hidden());
    let members: Vec<u64> = all.filter(|t| t.group_id == Some(id)).map(|t| t.id).collect();
    for ticket in &members {
        world.store.edit(*ticket, now_ms, |t| t.group_id = None);
    }
    Ok(json!({ "unassigned": members.len() }))
}

pub(super) fn add_type(world: &mut World, body: Value) -> Result {
    world.account.add_type(&parse::<Name>(body)?.name);
    Ok(json!(world.account.types))
}

pub(super) fn remove_type(world: &mut World, body: Value) -> Result {
    let name = parse::<Name>(body)?.name;
    world.account.types.retain(|t| *t != name);
    Ok(json!(world.account.types))
}

pub(super) fn change_field(world: &mut World, name: &str, body: Value) -> Result {
    let change: FieldChange = parse(body)?;
    let field = world
        .account
        .fields
        .iter_mut()
        .find(|f| f.name == name)
        .ok_or_else(missing)?;
    if let Some(choices) = change.choices {
        let FieldKind::Dropdown(own) = &mut field.kind else {
            return Err(bad("only a dropdown has choices that can be changed here"));
        };
        *own = choices;
    }
    field.required_for_agents = change.required_for_agents.unwrap_or(field.required_for_agents);
    field.required_for_closure = change.required_for_closure.unwrap_or(field.required_for_closure);
    Ok(json!({}))
}

pub(super) fn change(world: &mut World, body: Value) -> Result {
    let change: Change = parse(body)?;
    // Everything that can be wrong is read before anything is changed.
    let rate = change.rate.as_deref().map(rate).transpose()?;
    let dispatch = match change.dispatch {
        None => None,
        Some(Value::Bool(false) | Value::Null) => Some(None),
        Some(value) => Some(Some(parse::<Dispatch>(value)?)),
    };
    let account = &mut world.account;
    account.suspended = change.suspended.unwrap_or(account.suspended);
    account.api_enabled = change.api_enabled.unwrap_or(account.api_enabled);
    account.scope = change.agent_scope.unwrap_or(account.scope);
    if let Some(deny) = change.deny {
        account.deny = deny;
    }
    if let Some(dispatch) = dispatch {
        world.dispatch = dispatch;
    }
    if rate.is_some() || change.sub_limits.is_some() {
        let rate = rate.unwrap_or_else(|| world.meter.rate());
        world.meter = Meter::new(rate, change.sub_limits.unwrap_or_default());
    }
    Ok(show(world))
}

pub(super) fn show(world: &World) -> Value {
    let account = &world.account;
    let groups: Vec<Value> = account
        .groups
        .iter()
        .map(|g| json!({ "id": g.id, "name": g.name }))
        .collect();
    json!({
        "suspended": account.suspended, "api_enabled": account.api_enabled, "agent_scope": account.scope,
        "deny": account.deny, "dispatch": world.dispatch, "groups": groups, "types": account.types,
    })
}
