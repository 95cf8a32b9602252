//! A scripted Zammad.
#![allow(dead_code, reason = "each test binary uses a part")]

use otai_plugin::{
    Failure, Response, ScriptedHost, TicketSystemService as _, block_on, merged,
    model::{Ticket, Update},
    serde_json::{self, Value, json},
};
use otai_zammad::ZammadTicketsystemService;

/// Must never be seen outside the one header.
pub(crate) const TOKEN: &str = "canary-token-7f3a";

pub(crate) const ME: &str = include_str!("../fixtures/users_me.json");
pub(crate) const PRIORITIES: &str = include_str!("../fixtures/ticket_priorities.json");
pub(crate) const STATES: &str = include_str!("../fixtures/ticket_states.json");
pub(crate) const GROUPS: &str = include_str!("../fixtures/groups.json");
pub(crate) const ATTRIBUTES: &str = include_str!("../fixtures/object_manager_attributes.json");
pub(crate) const TICKET: &str = include_str!("../fixtures/ticket.json");
pub(crate) const UPDATED: &str = include_str!("../fixtures/ticket_updated.json");
pub(crate) const ARTICLES: &str = include_str!("../fixtures/articles.json");
pub(crate) const DENIED: &str = r#"{"error":"Not authorized","error_human":"Not authorized"}"#;
pub(crate) const TOKEN_DENIED: &str = r#"{"error":"Not authorized (token)!","error_human":"Not authorized (token)!"}"#;
pub(crate) const NO_TICKET: &str =
    r#"{"error":"Couldn't find Ticket with 'id'=4711","error_human":"Couldn't find Ticket with 'id'=4711"}"#;

pub(crate) fn service_with(script: &ScriptedHost, params: Value) -> ZammadTicketsystemService {
    let all = merged(
        json!({"base_url": "https://desk.example", "access_token": TOKEN}),
        params,
    );
    script.service(ZammadTicketsystemService::new, all).unwrap()
}

pub(crate) fn service(script: &ScriptedHost) -> ZammadTicketsystemService {
    service_with(script, json!({}))
}

/// Answers for the form of the desk, as an administrator's token gets them.
pub(crate) fn and_form(script: ScriptedHost) -> ScriptedHost {
    script
        .answer("GET", "/api/v1/ticket_priorities?", 200, PRIORITIES)
        .answer("GET", "/api/v1/ticket_states?", 200, STATES)
        .answer("GET", "/api/v1/groups?", 200, GROUPS)
        .answer("GET", "/api/v1/object_manager_attributes", 200, ATTRIBUTES)
}

/// Requests that [`and_form`] answers.
pub(crate) const FORM: usize = 4;

/// A script that has answered for the form of the desk.
pub(crate) fn with_form() -> ScriptedHost {
    and_form(ScriptedHost::new())
}

/// The ticket of the fixtures with changes.
pub(crate) fn row(changes: Value) -> Value {
    merged(serde_json::from_str(TICKET).unwrap(), changes)
}

/// A change of the ticket of the fixtures.
pub(crate) fn update(change: Value) -> Update {
    serde_json::from_value(json!({"id": "4711", "change": change, "tags": ["old"]})).unwrap()
}

/// What becomes of a change when Zammad answers so.
pub(crate) fn put(change: Value, answer: Response) -> (Result<Option<Ticket>, Failure>, ScriptedHost) {
    let script = with_form().respond("PUT", "/api/v1/tickets/4711?expand=true", answer);
    (block_on(service(&script).update_ticket(update(change))), script)
}

pub(crate) fn error(text: &str) -> String {
    json!({"error": text, "error_human": text}).to_string()
}
