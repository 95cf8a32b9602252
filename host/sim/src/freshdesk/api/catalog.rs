//! What an integration reads at its start: fields, groups, agents and settings.

use serde_json::{Value, json};

use super::{Call, Reply, paging};
use crate::answer::Answer;
use crate::freshdesk::errors;
use crate::freshdesk::fields;
use crate::freshdesk::world::World;
use crate::time;

pub(super) fn ticket_fields(world: &mut World, call: &Call) -> Reply {
    let mut all = fields::show_all(&world.account);
    if let Some(kind) = call.query.get("type") {
        all.retain(|f| f["type"] == kind);
    }
    Ok(Answer::ok(&Value::Array(all)))
}

pub(super) fn groups(world: &mut World, call: &Call) -> Reply {
    let account = &world.account;
    paging::all(call, account.groups.iter().map(|g| account.show_group(g, false)))
}

pub(super) fn group(world: &mut World, call: &Call) -> Reply {
    let group = world.account.group(call.id(0)).ok_or_else(errors::not_found)?;
    Ok(Answer::ok(&world.account.show_group(group, true)))
}

pub(super) fn agents(world: &mut World, call: &Call) -> Reply {
    let (account, now) = (&world.account, world.now());
    let email = call.query.get("email");
    let shown = account
        .agents
        .iter()
        .filter(|a| email.is_none_or(|e| a.email.eq_ignore_ascii_case(e)));
    paging::all(call, shown.map(|a| account.show_agent(a, now)))
}

pub(super) fn agent(world: &mut World, call: &Call) -> Reply {
    show_agent(world, call.id(0))
}

pub(super) fn me(world: &mut World, _call: &Call) -> Reply {
    show_agent(world, world.account.me())
}

fn show_agent(world: &World, id: u64) -> Reply {
    let agent = world
        .account
        .agents
        .iter()
        .find(|a| a.id == id)
        .ok_or_else(errors::not_found)?;
    Ok(Answer::ok(&world.account.show_agent(agent, world.now())))
}

pub(super) fn roles(world: &mut World, call: &Call) -> Reply {
    paging::all(call, std::iter::once(show_role(world)))
}

pub(super) fn role(world: &mut World, call: &Call) -> Reply {
    let role = show_role(world);
    if role["id"] == json!(call.id(0)) {
        Ok(Answer::ok(&role))
    } else {
        Err(errors::not_found())
    }
}

fn show_role(world: &World) -> Value {
    let at = time::show(world.account.founded);
    json!({
        "id": world.account.base + 10_001, "name": "Agent", "description": "Can log, view, reply, update and resolve tickets.",
        "default": true, "agent_type": 1, "created_at": at, "updated_at": at,
    })
}

pub(super) fn products(world: &mut World, call: &Call) -> Reply {
    let account = &world.account;
    let at = time::show(account.founded);
    let product = json!({
        "id": account.product_id(), "name": account.product_name, "description": null, "default": true,
        "primary_email": "support@northwind.example", "created_at": at, "updated_at": at,
    });
    paging::all(call, std::iter::once(product))
}

pub(super) fn settings(_world: &mut World, _call: &Call) -> Reply {
    Ok(Answer::ok(&json!({
        "primary_language": "en", "supported_languages": ["de"], "portal_languages": ["en", "de"],
        "help_widget_languages": [],
    })))
}

pub(super) fn account(world: &mut World, _call: &Call) -> Reply {
    Ok(Answer::ok(&json!({
        "organisation_id": 2_090_099_566_920_853_504u64, "organisation_name": "Northwind", "account_id": world.account.base / 1000,
        "account_name": "Northwind", "account_domain": "northwind.freshdesk.com", "tier_type": "Growth", "data_center": "EUC",
        "timezone": "Berlin", "total_agents": { "full_time": world.account.agents.len(), "occasional": 0 },
    })))
}
