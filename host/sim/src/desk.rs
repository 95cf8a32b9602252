//! The border between the shell and a simulated helpdesk.
//!
//! The shell owns what is the same for all: connections, faults, journal and counts, the limit, the clock, the rows of
//! the data set, and the control interface as far as it is general. A desk owns its tickets and its API. The shell
//! calls it under one lock, one call at a time, and a desk never waits: so it needs neither threads nor `async`.
//!
//! A new desk implements [`Desk`], gets a variant of [`DeskKind`](crate::DeskKind) and one line in [`open`].

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Response};
use serde_json::{Map, Value};

use crate::answer::Answer;
use crate::control;
use crate::courier::Sending;
use crate::options::{DeskKind, Options, StartError};
use crate::query::Query;
use crate::rate::{Admission, Kind, Meter};
use crate::time::Clock;

/// A request that has come in whole.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) method: String,
    /// As it was sent, still percent-encoded.
    pub(crate) path: String,
    /// As it was sent, without the question mark.
    pub(crate) query: String,
    /// The same, read; a repeated parameter counts once, with its last value.
    pub(crate) params: Query,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// `http://host:port`, as the client calls us.
    pub(crate) base: String,
    /// A UUID of this request.
    pub(crate) request_id: String,
}

impl Arrival {
    /// A header's value; empty if absent or no text.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    /// The body if it is JSON.
    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// What a desk can say of a request before it handles it. It goes into journal and counts.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    /// The route, e.g. `/api/v2/tickets/{id}`; anything that groups equal calls.
    pub(crate) pattern: String,
    /// The ticket it is about, wherever the request says so. Faults that act on a ticket need it.
    pub(crate) ticket: Option<u64>,
    /// Whether it writes the ticket's own fields: counted as `puts` and, if it took effect, as `applied_puts`.
    pub(crate) put: bool,
    /// Whether it adds a note to the ticket: counted as `notes` if it took effect.
    pub(crate) note: bool,
    /// Whether it changes the ticket in whatever way: the `writes` of `/_sim/decisions`.
    pub(crate) write: bool,
    /// Credits it takes of [`Options::rate`].
    pub(crate) cost: f64,
    /// The limit of its own under which it stands.
    pub(crate) limit: Option<Kind>,
    /// Whether the credentials are right.
    pub(crate) authorized: bool,
    /// Body for the journal; must not carry a secret.
    pub(crate) body: Option<Value>,
    /// Query for the journal; must not carry a secret.
    pub(crate) query: String,
}

impl Look {
    /// A request of cost 1 that is about nothing in particular, with query and (for writes) JSON body as they were sent.
    pub(crate) fn of(arrival: &Arrival, pattern: impl Into<String>) -> Self {
        let writes = !matches!(arrival.method.as_str(), "GET" | "HEAD");
        Self {
            pattern: pattern.into(),
            ticket: None,
            put: false,
            note: false,
            write: false,
            cost: 1.0,
            limit: None,
            authorized: true,
            body: if writes { arrival.json() } else { None },
            query: arrival.query.clone(),
        }
    }
}

/// What has become of an open row, in the words of the data set wherever the desk has them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Decision {
    pub(crate) ticket: u64,
    /// Data row, counted from 1.
    pub(crate) row: usize,
    pub(crate) queue: Option<String>,
    /// `low`, `medium`, `high`, `urgent`, or the desk's own name for what is none of them.
    pub(crate) priority: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) notes: Vec<Note>,
}

/// What was said in a ticket by somebody who is not the customer.
#[derive(Debug, Clone, serde::Serialize)]
pub(crate) struct Note {
    pub(crate) text: String,
    pub(crate) visible_to_customer: bool,
}

/// A simulated helpdesk.
pub(crate) trait Desk: Send {
    /// What a request is, before anything is done. Called once for every request, also for one that is then refused.
    fn look(&self, arrival: &Arrival) -> Look;

    /// Answers a request. Whether it took effect is told by the status, or by [`Answer::took_effect`].
    fn handle(&mut self, arrival: &Arrival) -> Answer;

    /// Puts the helpdesk's own headers on every answer; `edge` says that a proxy wrote it.
    fn dress(&self, arrival: &Arrival, admission: &Admission, edge: bool, response: &mut Response<Body>);

    /// What the helpdesk sends when a fault lets a request fail with `status`; `code` is a word of its own for the cause.
    /// 429 is also what it sends when the limit is reached, then with `Retry-After`.
    fn failure(&self, arrival: &Arrival, status: u16, code: Option<&str>) -> Answer;

    /// The meter of [`Options::rate`].
    fn meter(&mut self) -> &mut Meter;

    /// Another agent edits a ticket; keys are those of the desk's own API. A ticket that is not there is no error.
    fn human(&mut self, id: u64, set: &Map<String, Value>);

    /// Somebody puts a ticket where the API does not find it any more.
    fn trash(&mut self, id: u64);

    /// Does what has become due since the last call; called before everything else.
    fn advance(&mut self);

    /// Calls of the control interface that the shell does not know: `parts` is the path below `/_sim`. Every desk has
    /// `POST tickets` (one or a list; gives `{"ids": [...]}`), `GET` and `PATCH tickets/ID`, `GET truth/ID`, and `GET`
    /// and `POST account` for its switches. What it does not have is [`control::missing`].
    fn control(&mut self, method: &str, parts: &[&str], body: Option<Value>) -> control::Result;

    /// One entry for every open row, in file order ([`Ledger::rows`](crate::ledger::Ledger::rows)).
    fn decisions(&self) -> Vec<Decision>;

    /// How well the open rows were classified ([`Ledger::score`](crate::ledger::Ledger::score)).
    fn score(&self) -> Value;

    /// How many tickets there are.
    fn tickets(&self) -> usize;

    /// Webhooks that are to be sent now.
    fn outbox(&mut self) -> Vec<Sending> {
        Vec::new()
    }
}

/// Builds the desk that the options ask for. `clock` is shared with the shell: who turns it turns it for both.
pub(crate) fn open(options: &Options, clock: &Clock) -> Result<Box<dyn Desk>, StartError> {
    Ok(match options.desk {
        DeskKind::Freshdesk => Box::new(crate::freshdesk::open(options, clock)?),
        DeskKind::Zammad => Box::new(crate::zammad::open(options, clock)?),
        DeskKind::Znuny => Box::new(crate::znuny::open(options, clock)?),
    })
}
