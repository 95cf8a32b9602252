//! Zammad: the REST API v1, from its source, its documentation and what real servers were recorded to answer.
//!
//! Where those are silent the code says which behaviour it picked.

mod api;
mod condition;
mod control;
mod errors;
mod fields;
mod gate;
mod lucene;
mod seed;
mod show;
mod system;
mod ticket;
mod webhook;
mod world;
mod write;

use axum::body::Body;
use axum::http::{HeaderValue, Response};
use serde_json::{Map, Value};

use crate::answer::Answer;
use crate::courier::Sending;
use crate::desk::{Arrival, Decision, Desk, Look, Note};
use crate::ledger::Judged;
use crate::options::{Options, StartError};
use crate::rate::{Admission, Meter};
use crate::time::Clock;
use errors::Refusal;
use world::World;

/// A system as the options describe it.
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

    fn dress(&self, arrival: &Arrival, _: &Admission, edge: bool, response: &mut Response<Body>) {
        if edge {
            return;
        }
        let headers = response.headers_mut();
        headers.insert(
            "cache-control",
            HeaderValue::from_static("max-age=0, private, must-revalidate"),
        );
        headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
        if let Ok(id) = HeaderValue::from_str(&arrival.request_id) {
            headers.insert("x-request-id", id);
        }
    }

    fn failure(&self, arrival: &Arrival, status: u16, code: Option<&str>) -> Answer {
        match status {
            // Zammad has no limit of its own: this is a proxy's.
            429 => Answer::html(429, "<html><body><h1>429 Too Many Requests</h1></body></html>"),
            502.. => Answer::edge(status),
            _ => gate::refused(self, arrival, Refusal::of(status, code)),
        }
    }

    fn meter(&mut self) -> &mut Meter {
        &mut self.meter
    }

    fn human(&mut self, id: u64, set: &Map<String, Value>) {
        // A fault with values that there are not changes nothing.
        if let Ok(set) = control::resolve(self, set, &[]) {
            control::human(self, id, &set);
        }
    }

    fn trash(&mut self, id: u64) {
        self.delete(id);
    }

    fn advance(&mut self) {
        self.catch_up();
    }

    fn control(&mut self, method: &str, parts: &[&str], body: Option<Value>) -> crate::control::Result {
        control::run(self, method, parts, body)
    }

    fn decisions(&self) -> Vec<Decision> {
        let decision = |(row, id)| {
            let ticket = self.tickets.get(&id)?;
            let priority = match ticket.priority_id {
                1 => Some("low"),
                2 => Some("medium"),
                3 => Some("high"),
                other => self.system.priority(other),
            };
            let said = self.articles_of(id).filter(|a| a.sender_id != 2);
            Some(Decision {
                ticket: id,
                row,
                queue: self.system.groups.get(&ticket.group_id).cloned(),
                priority: priority.map(str::to_owned),
                kind: ticket.get("type").as_str().map(str::to_owned),
                tags: ticket.tags.clone(),
                notes: said
                    .map(|a| Note {
                        text: a.body.text(),
                        visible_to_customer: !a.internal,
                    })
                    .collect(),
            })
        };
        self.ledger.rows().filter_map(decision).collect()
    }

    fn score(&self) -> Value {
        self.ledger.score(|id, truth| {
            let ticket = self.tickets.get(&id)?;
            let group = self.system.groups.get(&ticket.group_id);
            let priority = self.system.priority(ticket.priority_id);
            let kind = ticket.get("type");
            Some([
                Judged::new("group", truth.queue.is_some(), group == truth.queue.as_ref()),
                Judged::new(
                    "priority",
                    truth.priority.is_some(),
                    priority == truth.priority.as_deref(),
                ),
                Judged::new("type", truth.kind.is_some(), kind.as_str() == truth.kind.as_deref()),
                Judged::new(
                    "tags",
                    !truth.tags.is_empty(),
                    self.ledger.true_tags(&ticket.tags, &truth.tags),
                ),
            ])
        })
    }

    fn tickets(&self) -> usize {
        self.tickets.len()
    }

    fn outbox(&mut self) -> Vec<Sending> {
        self.webhooks.outbox()
    }
}
