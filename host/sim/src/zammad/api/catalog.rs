//! What there is beside tickets: groups, states, priorities, users, attributes.

use serde_json::{Value, json};

use super::{Call, Reply};
use crate::answer::Answer;
use crate::zammad::errors::Refusal;
use crate::zammad::fields;
use crate::zammad::show::time_ms;
use crate::zammad::system::STATES;
use crate::zammad::world::World;

/// Lists of the catalog have up to 1000 entries a page, 100 unless asked.
fn page(call: &Call, rows: impl Iterator<Item = Value>) -> Reply {
    let (offset, limit) = call.page(100, 1000);
    Ok(Answer::ok(&rows.skip(offset).take(limit).collect()))
}

fn one<T>(call: &Call, kind: &str, found: Option<T>) -> Result<T, Refusal> {
    found.ok_or_else(|| Refusal::no_record(kind, call.arg(0)))
}

pub(super) fn version(world: &mut World, _: &Call) -> Reply {
    let version = match world.system.settings.old_search {
        true => "6.2.0-1709189301.bf15a0fa.bookworm",
        false => "7.1.0-1780000000.0c5e2f41.bookworm",
    };
    Ok(Answer::ok(&json!({ "version": version })))
}

pub(super) fn me(world: &mut World, call: &Call) -> Reply {
    let user = world.system.users.get(&call.user);
    let shown = user.map(|u| world.system.show_user(u, call.expands()));
    Ok(Answer::ok(&json!(shown)))
}

pub(super) fn users(world: &mut World, call: &Call) -> Reply {
    page(
        call,
        world
            .system
            .users
            .values()
            .map(|u| world.system.show_user(u, call.expands())),
    )
}

pub(super) fn user(world: &mut World, call: &Call) -> Reply {
    let found = call.arg(0).parse().ok().and_then(|id: u64| world.system.users.get(&id));
    Ok(Answer::ok(
        &world.system.show_user(one(call, "User", found)?, call.expands()),
    ))
}

/// An agent makes a customer (`users_controller.rb` and `user.rb` of Zammad's source); other roles are the
/// administrator's to give, and nothing here needs them.
pub(super) fn new_user(world: &mut World, call: &Call) -> Reply {
    let mail = call.text("email").trim().to_lowercase();
    let name = format!("{} {}", call.text("firstname").trim(), call.text("lastname").trim());
    if mail.is_empty() && name.trim().is_empty() {
        let text = "At least one identifier (firstname, lastname, phone, mobile or email) for user is required.";
        return Err(Refusal::invalid(text));
    }
    if !mail.is_empty() && world.system.user(&mail).is_some() {
        let text = format!("Email address '{mail}' is already used for another user.");
        return Err(Refusal::invalid(text));
    }
    let id = world.system.add_customer(&mail, name.trim());
    let made = world
        .system
        .users
        .get(&id)
        .map(|u| world.system.show_user(u, call.expands()));
    Ok(Answer::json(201, &json!(made)))
}

pub(super) fn find_users(world: &mut World, call: &Call) -> Reply {
    let query = call.text("query").to_lowercase();
    let hits = |text: &str| text.to_lowercase().contains(&query);
    let found = world
        .system
        .users
        .values()
        .filter(|u| hits(&u.login) || hits(&u.name()));
    page(call, found.map(|u| world.system.show_user(u, call.expands())))
}

pub(super) fn groups(world: &mut World, call: &Call) -> Reply {
    let system = &world.system;
    page(
        call,
        system
            .groups
            .iter()
            .map(|(id, name)| system.show_group(*id, name, call.expands())),
    )
}

pub(super) fn group(world: &mut World, call: &Call) -> Reply {
    let id: u64 = call.arg(0).parse().unwrap_or(0);
    let name = one(call, "Group", world.system.groups.get(&id))?;
    Ok(Answer::ok(&world.system.show_group(id, name, call.expands())))
}

pub(super) fn organizations(_: &mut World, call: &Call) -> Reply {
    page(call, std::iter::empty())
}

pub(super) fn states(world: &mut World, call: &Call) -> Reply {
    page(call, STATES.into_iter().map(|s| world.system.show_state(s)))
}

pub(super) fn state(world: &mut World, call: &Call) -> Reply {
    let found = STATES.into_iter().find(|(id, ..)| id.to_string() == call.arg(0));
    Ok(Answer::ok(&world.system.show_state(one(call, "Ticket::State", found)?)))
}

pub(super) fn priorities(world: &mut World, call: &Call) -> Reply {
    let system = &world.system;
    page(
        call,
        system
            .priorities
            .iter()
            .map(|(id, name)| system.show_priority(*id, name)),
    )
}

pub(super) fn priority(world: &mut World, call: &Call) -> Reply {
    let system = &world.system;
    let found = system.priorities.iter().find(|(id, _)| id.to_string() == call.arg(0));
    let (id, name) = one(call, "Ticket::Priority", found)?;
    Ok(Answer::ok(&system.show_priority(*id, name)))
}

/// Attributes of tickets, and one of users: the list is of all objects.
pub(super) fn attributes(world: &mut World, _: &Call) -> Reply {
    let at = time_ms(world.system.founded_ms);
    let relation = |kind: &str| json!({ "relation": kind, "nulloption": true, "null": false });
    let built_in = [
        (
            "number",
            "#",
            "input",
            json!({ "type": "text", "readonly": 1, "null": true }),
        ),
        (
            "title",
            "Title",
            "input",
            json!({ "type": "text", "maxlength": 200, "null": false }),
        ),
        ("customer_id", "Customer", "user_autocompletion", relation("User")),
        ("group_id", "Group", "tree_select", relation("Group")),
        ("owner_id", "Owner", "select", relation("User")),
        ("state_id", "State", "select", relation("TicketState")),
        ("priority_id", "Priority", "select", relation("TicketPriority")),
        ("tags", "Tags", "tag", json!({ "type": "text", "null": true })),
    ];
    let mut rows: Vec<Value> = built_in
        .into_iter()
        .zip(1..)
        .map(|((name, display, kind, options), id)| fields::attribute(id, name, display, kind, options, false, &at))
        .collect();
    let own = world.system.fields.iter().zip(rows.len() + 1..);
    rows.extend(own.map(|(field, id)| field.show(id, &at)).collect::<Vec<_>>());
    let mut of_users = fields::attribute(100, "vip", "VIP", "boolean", json!({ "default": false }), false, &at);
    of_users["object"] = json!("User");
    rows.push(of_users);
    Ok(Answer::ok(&json!(rows)))
}
