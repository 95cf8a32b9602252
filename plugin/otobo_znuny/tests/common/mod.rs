//! A scripted helpdesk that gives what real ones gave.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test binary uses a part, and a test may panic"
)]

use otai_otobo_znuny::OTOBOZnunyTicketSystemService;
use otai_plugin::{
    Failure, ScriptedHost, TicketSystemService as _, merged,
    model::{Change, Find, Update},
    serde_json::{self, Value, json},
};

pub(crate) const PASSWORD: &str = "canary password";
pub(crate) const FULL: &str = include_str!("../fixtures/znuny_get_one_full.json");
pub(crate) const UPDATED: &str = include_str!("../fixtures/znuny_update_queue.json");
pub(crate) const UPDATED_OTOBO: &str = include_str!("../fixtures/otobo_update_queue.json");
pub(crate) const FAULT: &str = include_str!("../fixtures/znuny_update_into_forbidden_queue.json");
pub(crate) const NO_QUEUE: &str = include_str!("../fixtures/znuny_update_unknown_queue.json");
pub(crate) const NO_FIELD: &str = include_str!("../fixtures/znuny_update_unknown_dynamic_field.json");
pub(crate) const DENIED: &str = include_str!("../fixtures/znuny_update_nonexistent.json");
pub(crate) const SESSION: &str = include_str!("../fixtures/znuny_session_create.json");
pub(crate) const DENIED_GET: &str = r#"{"Error":{"ErrorCode":"TicketGet.AccessDenied","ErrorMessage":"canary"}}"#;
pub(crate) const NO_LOGIN: &str = r#"{"Error":{"ErrorCode":"TicketSearch.AuthFail","ErrorMessage":"canary"}}"#;

pub(crate) fn service_with(script: &ScriptedHost, more: Value) -> OTOBOZnunyTicketSystemService {
    let all = json!({"base_url": "https://desk.example/znuny/nph-genericinterface.pl", "password": PASSWORD});
    script
        .service(OTOBOZnunyTicketSystemService::new, merged(all, more))
        .unwrap()
}

pub(crate) fn service(script: &ScriptedHost) -> OTOBOZnunyTicketSystemService {
    service_with(script, json!({}))
}

pub(crate) fn tickets(ids: impl IntoIterator<Item = i64>) -> String {
    let row = |id: i64| json!({"TicketID": id, "Queue": "Raw", "State": "new", "StateType": "new", "Title": format!("t{id}")});
    json!({"Ticket": ids.into_iter().map(row).collect::<Vec<_>>()}).to_string()
}

pub(crate) fn found(ids: impl IntoIterator<Item = i64>) -> String {
    json!({"TicketID": ids.into_iter().map(|id| id.to_string()).collect::<Vec<_>>()}).to_string()
}

pub(crate) fn find(cursor: Option<String>) -> Find {
    Find {
        cursor,
        ..Find::default()
    }
}

pub(crate) fn to_queue(queue: &str) -> Update {
    Update {
        id: "27".into(),
        change: Change {
            queue: Some(queue.into()),
            ..Change::default()
        },
        ..Update::default()
    }
}

pub(crate) fn rejected(failure: Failure) -> (String, Option<String>) {
    match failure {
        Failure::Rejected {
            message,
            field,
            every_ticket: false,
        } => (message, field),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn inner(answer: &str) -> String {
    serde_json::from_str::<Value>(answer).unwrap()["Ticket"][0].to_string()
}
