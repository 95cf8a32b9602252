//! A scripted Freshdesk.
#![allow(dead_code, reason = "each test binary uses a part")]

use otai_freshdesk::FreshdeskTicketsystemService;
use otai_plugin::{
    Failure, Response, ScriptedHost, TicketSystemService as _, block_on, merged,
    model::{Ticket, Update},
    serde_json::{self, Value, json},
};

/// Must never be seen outside the one header.
pub(crate) const KEY: &str = "canary-key-7f3a";

pub(crate) const ME: &str = include_str!("../fixtures/agents_me.json");
pub(crate) const FIELDS: &str = include_str!("../fixtures/ticket_fields.json");
pub(crate) const ROWS: &str = include_str!("../fixtures/ticket_list_row_include_all.json");
pub(crate) const VIEW: &str = include_str!("../fixtures/ticket_view.json");
pub(crate) const UPDATED: &str = include_str!("../fixtures/ticket_updated_200.json");
pub(crate) const CREATED: &str = include_str!("../fixtures/ticket_created_201.json");
pub(crate) const NOTE: &str = include_str!("../fixtures/note_created_201.json");
pub(crate) const CONVERSATIONS: &str = include_str!("../fixtures/conversations_list.json");
pub(crate) const DENIED: &str =
    r#"{"code":"access_denied","message":"You are not authorized to perform this action."}"#;

pub(crate) fn service_with(script: &ScriptedHost, params: Value) -> FreshdeskTicketsystemService {
    let all = merged(json!({"domain": "acme", "api_key": KEY}), params);
    script.service(FreshdeskTicketsystemService::new, all).unwrap()
}

pub(crate) fn service(script: &ScriptedHost) -> FreshdeskTicketsystemService {
    service_with(script, json!({}))
}

/// A script that has answered for the form of the account.
pub(crate) fn with_fields() -> ScriptedHost {
    ScriptedHost::new().answer("GET", "/api/v2/ticket_fields", 200, FIELDS)
}

/// A change of the ticket of the fixtures.
pub(crate) fn update(change: Value) -> Update {
    serde_json::from_value(json!({"id": "4711", "change": change, "tags": ["old"]})).unwrap()
}

/// What becomes of a change when Freshdesk answers so.
pub(crate) fn put(change: Value, answer: Response) -> (Result<Option<Ticket>, Failure>, ScriptedHost) {
    let script = with_fields().respond("PUT", "/api/v2/tickets/4711", answer);
    (block_on(service(&script).update_ticket(update(change))), script)
}

pub(crate) fn reply(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
    Response::of(status, headers, body)
}
