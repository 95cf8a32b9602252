//! Freshdesk: the REST API v2 as real clients know it.

mod account;
mod api;
mod control;
mod errors;
mod fields;
mod gate;
mod multipart;
mod people;
mod seed;
mod store;
mod talk;
mod ticket;
mod truth;
mod webhook;
mod world;

use axum::body::Body;
use axum::http::{HeaderValue, Response};
use serde_json::{Map, Value};

use crate::answer::Answer;
use crate::courier::Sending;
use crate::desk::{Arrival, Decision, Desk, Look, Note};
use crate::ledger::Who;
use crate::options::{Options, StartError};
use crate::rate::{Admission, Meter};
use crate::split::Level;
use crate::time::Clock;
use world::World;

/// An account as the options describe it.
pub(crate) fn open(options: &Options, clock: &Clock) -> Result<impl Desk + use<>, StartError> {
    seed::world(options, clock)
}

impl Desk for World {
    fn look(&self, arrival: &Arrival) -> Look {
        gate::look(self, arrival)
    }

    fn handle(&mut self, arrival: &Arrival) -> Answer {
        gate::handle(self, arrival)
    }

    fn dress(&self, arrival: &Arrival, admission: &Admission, edge: bool, response: &mut Response<Body>) {
        let status = response.status();
        let headers = response.headers_mut();
        let mut put = |name: &'static str, value: String| {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        };
        put("cache-control", "no-store".to_owned());
        put("x-request-id", arrival.request_id.clone());
        if !edge {
            put("status", status.to_string());
            put("x-freshdesk-api-version", "latest=v2; requested=v2".to_owned());
            put("x-fw-ratelimiting-managed", "true".to_owned());
            put("x-ratelimit-total", format!("{:.1}", admission.total));
            put("x-ratelimit-remaining", format!("{:.1}", admission.remaining));
            put("x-ratelimit-used-currentrequest", admission.cost.to_string());
        }
    }

    fn failure(&self, _: &Arrival, status: u16, code: Option<&str>) -> Answer {
        errors::failure(status, code)
    }

    fn meter(&mut self) -> &mut Meter {
        &mut self.meter
    }

    fn human(&mut self, id: u64, set: &Map<String, Value>) {
        self.write(id, set, Who::Human);
    }

    fn trash(&mut self, id: u64) {
        self.move_to_trash(id, true, Who::Human);
    }

    fn advance(&mut self) {
        self.catch_up();
    }

    fn control(&mut self, method: &str, parts: &[&str], body: Option<Value>) -> crate::control::Result {
        control::run(self, method, parts, body)
    }

    fn decisions(&self) -> Vec<Decision> {
        let decision = |(row, id)| {
            let ticket = self.store.get(id)?;
            let level = Level::ALL.into_iter().find(|l| *l as u64 == ticket.priority);
            let said = self.talks.of(id).iter().filter(|t| !t.incoming);
            Some(Decision {
                ticket: id,
                row,
                queue: ticket
                    .group_id
                    .and_then(|g| self.account.group(g))
                    .map(|g| g.name.clone()),
                priority: Some(level.map_or_else(|| ticket.priority.to_string(), |l| l.word().to_owned())),
                kind: ticket.kind.clone(),
                tags: ticket.tags.clone(),
                notes: said
                    .map(|t| Note {
                        text: crate::html::strip(&t.html),
                        visible_to_customer: !t.private,
                    })
                    .collect(),
            })
        };
        self.ledger.rows().filter_map(decision).collect()
    }

    fn score(&self) -> Value {
        truth::score(&self.ledger, &self.store)
    }

    fn tickets(&self) -> usize {
        self.store.len()
    }

    fn outbox(&mut self) -> Vec<Sending> {
        self.webhooks.outbox()
    }
}
