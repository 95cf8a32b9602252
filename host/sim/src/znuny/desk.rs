//! The helpdesk behind the shell: what a request is about, what became of it, and who changed what.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::Response;
use serde_json::{Map, Value, json};

use crate::answer::Answer;
use crate::desk::{Arrival, Decision, Desk, Look, Note};
use crate::ledger::{Ledger, Who};
use crate::options::{Options, StartError};
use crate::rate::{Admission, Meter};
use crate::time::Clock;

use super::service::Kind;
use super::transport::{Call, Reply};
use super::truth::{self, RAW, Truth, UNCLASSIFIED};
use super::world::{Hand, Znuny};
use super::{control, seed};

/// A simulated Znuny or OTOBO with what only a test knows.
#[derive(Debug)]
pub(super) struct Helpdesk {
    pub(super) znuny: Znuny,
    pub(super) clock: Clock,
    pub(super) ledger: Ledger<Truth>,
    /// Edits that humans will make, by the millisecond and a number.
    pub(super) later: BTreeMap<(i64, usize), (u64, Map<String, Value>)>,
    meter: Meter,
}

/// A system as the options describe it.
pub(crate) fn open(options: &Options, clock: &Clock) -> Result<impl Desk + use<>, StartError> {
    let (znuny, ledger) = seed::build(options, clock.seconds())?;
    Ok(Helpdesk {
        znuny,
        ledger,
        clock: clock.clone(),
        later: BTreeMap::new(),
        meter: Meter::new(options.rate, options.sub_limits),
    })
}

impl Helpdesk {
    /// Takes what the helpdesk noted into the ledger. Gives whether anything changed.
    pub(super) fn enter(&mut self) -> bool {
        let now = self.clock.seconds();
        let mut changed = false;
        for revision in std::mem::take(&mut self.znuny.revisions) {
            changed |= !revision.changes.is_empty();
            let who = match revision.hand {
                Hand::Api => Who::Key,
                Hand::Human => Who::Human,
            };
            if who == Who::Key {
                let plain = |key: &String| match key.strip_suffix("ID") {
                    Some(short) if !key.starts_with("DynamicField_") => short.to_owned(),
                    _ => key.clone(),
                };
                let carried: Vec<String> = revision.carried.iter().map(plain).collect();
                self.ledger.carried(revision.ticket, carried.iter());
            }
            if !revision.changes.is_empty() || revision.action == "create" {
                self.ledger
                    .record(revision.ticket, who, now, revision.action, revision.changes);
            }
        }
        changed
    }
}

fn called<T>(arrival: &Arrival, work: impl FnOnce(&Call<'_>) -> T) -> T {
    let header = |name: &str| Some(arrival.header(name).to_owned()).filter(|v| !v.is_empty());
    work(&Call {
        method: &arrival.method,
        path: &arrival.path,
        query: &arrival.query,
        header: &header,
        body: &arrival.body,
    })
}

impl Desk for Helpdesk {
    fn look(&self, arrival: &Arrival) -> Look {
        let now = self.clock.seconds();
        let about = called(arrival, |call| self.znuny.describe(call, now));
        let has = |keys: &[&str]| keys.iter().any(|k| about.data.get(*k).is_some_and(|v| !v.is_null()));
        let update = about.kind == Some(Kind::TicketUpdate);
        let writes = update || about.kind == Some(Kind::TicketCreate);
        let mut noted = about.data.clone();
        for secret in ["Password", "SessionID", "TwoFactorToken"] {
            if let Some(value) = noted.get_mut(secret) {
                *value = json!("…");
            }
        }
        Look {
            ticket: about.ticket,
            put: update && has(&["Ticket", "DynamicField"]),
            note: update && has(&["Article"]),
            write: writes,
            authorized: about.authorized,
            body: (!noted.is_empty()).then_some(Value::Object(noted)),
            // The parameters stand in the body; as they were sent they would show a password.
            query: String::new(),
            ..Look::of(arrival, about.pattern)
        }
    }

    fn handle(&mut self, arrival: &Arrival) -> Answer {
        let now = self.clock.seconds();
        let reply = called(arrival, |call| self.znuny.answer(call, now));
        let changed = self.enter();
        match reply {
            Reply::Answer(status, kind, body) => {
                let refused = status != 200 || body.starts_with(b"{\"Error\"");
                Answer {
                    kind,
                    body,
                    ..Answer::html(status, "")
                }
                .took_effect(changed || !refused)
            }
            Reply::Silence => Answer::closing(Vec::new()),
            Reply::Noise(words) => Answer::closing(words),
        }
    }

    fn dress(&self, _: &Arrival, _: &Admission, _: bool, _: &mut Response<Body>) {}

    /// The interface itself knows 500 alone; whatever else a status says, a proxy says it. A `code` is that of an error
    /// object, without the operation's name, and such an error comes with 200.
    fn failure(&self, arrival: &Arrival, status: u16, code: Option<&str>) -> Answer {
        if let Some(code) = code {
            let about = called(arrival, |call| self.znuny.describe(call, self.clock.seconds()));
            let name = about.kind.map_or("TicketGet", Kind::name);
            let error = json!({ "Error": {
                "ErrorCode": format!("{name}.{code}"), "ErrorMessage": format!("{name}: made to fail"),
            }});
            return json_answer(200, "application/json; charset=UTF-8", &error);
        }
        match status {
            500 => {
                let fault = json!({ "faultcode": "Server", "faultstring": "made to fail" });
                json_answer(500, "text/plain; charset=UTF-8", &fault)
            }
            502.. => Answer::edge(status),
            _ => Answer::html(status, "<html><body><h1>refused by the proxy</h1></body></html>"),
        }
    }

    fn meter(&mut self) -> &mut Meter {
        &mut self.meter
    }

    fn human(&mut self, id: u64, set: &Map<String, Value>) {
        // A fault cannot complain; what cannot be set is left as it is.
        let _ = control::edit(self, id, set);
    }

    fn trash(&mut self, id: u64) {
        self.znuny.delete(id);
    }

    fn advance(&mut self) {
        let now_ms = self.clock.millis();
        while let Some(entry) = self.later.first_entry().filter(|e| e.key().0 <= now_ms) {
            let (id, set) = entry.remove();
            self.human(id, &set);
        }
    }

    fn control(&mut self, method: &str, parts: &[&str], body: Option<Value>) -> crate::control::Result {
        control::run(self, method, parts, body)
    }

    fn decisions(&self) -> Vec<Decision> {
        let decision = |(row, id)| {
            let ticket = self.znuny.tickets.get(&id)?;
            let queue = self.znuny.catalog.queue(ticket.queue).map(|q| q.name.clone());
            let kind = super::catalog::named(&self.znuny.catalog.types, ticket.kind);
            let said = ticket.articles.iter().filter(|a| a.sender != 3);
            Some(Decision {
                ticket: id,
                row,
                // Where it lies as long as nobody has decided.
                queue: queue.filter(|q| q != RAW),
                priority: Some(truth::level(&self.znuny, ticket)),
                kind: Some(kind.to_owned()).filter(|k| k != UNCLASSIFIED),
                tags: truth::tags(ticket),
                notes: said
                    .map(|a| Note {
                        text: a.body.clone(),
                        visible_to_customer: a.visible,
                    })
                    .collect(),
            })
        };
        self.ledger.rows().filter_map(decision).collect()
    }

    fn score(&self) -> Value {
        truth::score(&self.ledger, &self.znuny)
    }

    fn tickets(&self) -> usize {
        self.znuny.tickets.len()
    }
}

fn json_answer(status: u16, kind: &'static str, body: &Value) -> Answer {
    Answer {
        kind: Some(kind),
        ..Answer::json(status, body)
    }
}
