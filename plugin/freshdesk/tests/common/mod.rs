//! A scripted Freshdesk, and a place that keeps every log line.
#![allow(dead_code, reason = "each test binary uses a part")]

use std::{
    fmt::Write as _,
    sync::{Arc, Mutex},
};

use otai_freshdesk::{FreshdeskTicketsystemService, Params};
use otai_plugin::{
    Response, ScriptedHost, TicketSystemService as _,
    serde_json::{self, Value, json},
    tracing::{self, Event, Metadata, Subscriber, field, span},
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
    let mut all = json!({"domain": "acme", "api_key": KEY});
    for (key, value) in params.as_object().unwrap() {
        all[key] = value.clone();
    }
    let params: Params = serde_json::from_value(all).unwrap();
    FreshdeskTicketsystemService::new(params, script.host()).unwrap()
}

pub(crate) fn service(script: &ScriptedHost) -> FreshdeskTicketsystemService {
    service_with(script, json!({}))
}

/// A script that has answered for the form of the account.
pub(crate) fn with_fields() -> ScriptedHost {
    ScriptedHost::new().answer("GET", "/api/v2/ticket_fields", 200, FIELDS)
}

pub(crate) fn reply(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
    let headers = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Response {
        status,
        headers: headers.collect(),
        body: body.as_bytes().to_vec(),
    }
}

/// Keeps what was logged on this thread.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<String>>);

impl Log {
    pub(crate) fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn event(&self, event: &Event<'_>) {
        struct Show<'a>(&'a mut String);
        impl field::Visit for Show<'_> {
            fn record_debug(&mut self, field: &field::Field, value: &dyn std::fmt::Debug) {
                let _ = writeln!(self.0, "{}={value:?}", field.name());
            }
        }
        event.record(&mut Show(&mut self.0.lock().unwrap()));
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

/// Runs with a log; gives what was logged beside the outcome.
pub(crate) fn logged<T>(run: impl Future<Output = T>) -> (T, String) {
    let log = Log::default();
    let outcome = tracing::subscriber::with_default(log.clone(), || otai_plugin::block_on(run));
    (outcome, log.text())
}
