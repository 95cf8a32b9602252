//! The way of a request through the simulator: journal, limit, faults, credentials, form, handler.
//!
//! A request that has come in whole is handled to its end even if the client leaves, because that is what a real server
//! does: a client that ran into its own timeout does not know whether its write was applied.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::answer::{Answer, Wrong};
use crate::api::{self, Call, Found, Payload};
use crate::faults::{FaultKind, Plan};
use crate::journal::Arrived;
use crate::ledger::Who;
use crate::listener::Kill;
use crate::query::Query;
use crate::rate::Admission;
use crate::world::World;
use crate::{control, multipart, spoil};

/// Beyond what Freshdesk takes (20 MB of attachments), and a bound for our memory.
const LARGEST_BODY: usize = 32 << 20;

/// What all connections share.
#[derive(Debug)]
pub(crate) struct Sim {
    world: Mutex<World>,
    key: String,
    base: String,
}

/// A request that has come in whole.
#[derive(Debug)]
struct Arrival {
    method: String,
    path: String,
    query: String,
    headers: HeaderMap,
    body: Bytes,
}

/// What becomes of the connection.
enum Outcome {
    Answer(Response<Body>),
    Close,
    Hang,
}

impl Sim {
    pub(crate) fn new(world: World, key: String, base: String) -> Arc<Self> {
        Arc::new(Self {
            world: Mutex::new(world),
            key,
            base,
        })
    }

    /// The world, brought up to date. A handler that panicked must not end the simulator.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        world.advance();
        world
    }
}

/// The one entry for all requests.
pub(crate) async fn serve(
    State(sim): State<Arc<Sim>>,
    ConnectInfo(kill): ConnectInfo<Kill>,
    request: Request,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return Answer::html(413, "<html><body>Request Entity Too Large</body></html>").into_response();
    };
    let text = |t: Option<&str>| t.unwrap_or_default().to_owned();
    let arrival = Arrival {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: text(parts.uri.query()),
        headers: parts.headers,
        body,
    };
    if let Some(path) = arrival.path.strip_prefix("/_sim") {
        let body = serde_json::from_slice(&arrival.body).ok();
        let (status, value) = control::run(&sim, &arrival.method, path, &Query::parse(&arrival.query), body);
        return Answer::json(status, &value).into_response();
    }
    match tokio::spawn(handle(sim, arrival)).await {
        Ok(Outcome::Answer(response)) => response,
        Ok(Outcome::Hang) => std::future::pending().await,
        Ok(Outcome::Close) => {
            kill.now();
            Response::default()
        }
        // A bug of the simulator: it is no reason to leave the client without an answer.
        Err(_) => Answer::internal().into_response(),
    }
}

async fn handle(sim: Arc<Sim>, arrival: Arrival) -> Outcome {
    let visit = Visit::begin(&sim, arrival);
    if let Some(wait) = visit.admission.refused {
        return visit.end(&sim, Answer::limited(wait), None);
    }
    pause(visit.plan.delay_ms).await;
    let mut after = visit.plan.delay_after_ms;
    let fault = visit.plan.answer.clone();
    let answer = match &fault {
        Some(FaultKind::Reset) => return Outcome::Close,
        Some(FaultKind::LateApply { ms, hang }) => {
            let (ms, hang) = (*ms, *hang);
            tokio::spawn(async move {
                pause(ms).await;
                visit.process(&sim);
            });
            return if hang { Outcome::Hang } else { Outcome::Close };
        }
        Some(FaultKind::ResetAfter) => {
            visit.process(&sim);
            return Outcome::Close;
        }
        Some(kind @ (FaultKind::Status { .. } | FaultKind::Html | FaultKind::Huge { .. })) => spoil::instead(kind),
        _ => visit.process(&sim),
    };
    pause(std::mem::take(&mut after)).await;
    visit.end(&sim, answer, fault)
}

async fn pause(ms: u64) {
    if ms > 0 {
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }
}

/// One request on its way.
struct Visit {
    arrival: Arrival,
    query: Query,
    n: u64,
    ticket: Option<u64>,
    admission: Admission,
    plan: Plan,
    authorized: bool,
    request_id: String,
}

impl Visit {
    fn begin(sim: &Sim, arrival: Arrival) -> Self {
        let query = Query::parse(&arrival.query);
        let authorized = authorized(&arrival.headers, &sim.key);
        let pattern = match api::find(&arrival.method, &arrival.path) {
            Found::Route(route, _) => route.pattern,
            Found::OtherMethods(pattern, _) => pattern,
            Found::Nothing => "?",
        };
        let ticket = arrival
            .path
            .strip_prefix("/api/v2/tickets/")
            .and_then(|p| p.split('/').next()?.parse().ok());
        let cost = api::cost(&arrival.method, pattern, &query);
        let mut world = sim.world();
        let now_ms = world.clock.millis();
        let admission = world.meter.admit(now_ms, cost, api::kind(&arrival.method, pattern));
        let plan = match admission.refused {
            Some(_) => Plan::default(),
            None => world.faults.plan(&arrival.method, &arrival.path, &arrival.query),
        };
        let writes = !matches!(arrival.method.as_str(), "GET" | "HEAD") && !arrival.body.is_empty();
        let n = world.journal.arrive(Arrived {
            at_ms: now_ms,
            method: arrival.method.clone(),
            path: arrival.path.clone(),
            pattern: format!("/api/v2/{pattern}"),
            ticket,
            query: arrival.query.clone(),
            cost: if admission.refused.is_none() { cost } else { 0.0 },
            body: if writes {
                serde_json::from_slice(&arrival.body).ok()
            } else {
                None
            },
            body_bytes: arrival.body.len(),
            user_agent: header(&arrival.headers, "user-agent").to_owned(),
            authorized,
            faults: plan.names.clone(),
        });
        let request_id = world.dice.uuid();
        drop(world);
        Self {
            arrival,
            query,
            n,
            ticket,
            admission,
            plan,
            authorized,
            request_id,
        }
    }

    /// Lets happen what happens just before, then the request itself.
    fn process(&self, sim: &Sim) -> Answer {
        let mut world = sim.world();
        if let Some(id) = self.ticket {
            if self.plan.trash {
                world.trash(id, true, Who::Human);
            }
            for set in &self.plan.human {
                world.write(id, set, Who::Human);
            }
        }
        let answer = self.answer(sim, &mut world);
        world.journal.handled(self.n, self.ticket, answer.status);
        answer
    }

    fn answer(&self, sim: &Sim, world: &mut World) -> Answer {
        let Arrival {
            method, path, headers, ..
        } = &self.arrival;
        if !world.account.api_enabled {
            return Answer::not_found();
        }
        if path.starts_with("//") {
            // What a base URL with a slash at its end leads to.
            return Answer::invalid(&[Wrong::unknown("path")]);
        }
        if !self.authorized {
            return Answer::unauthorised();
        }
        if world.account.suspended {
            return Answer::suspended();
        }
        if !acceptable(header(headers, "accept")) {
            return Answer::not_acceptable();
        }
        let (route, args) = match api::find(method, path) {
            Found::Route(route, args) => (route, args),
            Found::OtherMethods(_, allowed) => return Answer::wrong_method(method, &allowed),
            Found::Nothing => return Answer::not_found(),
        };
        if world.account.denies(route.right) {
            return Answer::denied();
        }
        let payload = match self.payload() {
            Ok(payload) => payload,
            Err(refused) => return refused,
        };
        let host = header(headers, "host");
        let call = Call {
            args,
            query: self.query.clone(),
            payload,
            base: if host.is_empty() {
                sim.base.clone()
            } else {
                format!("http://{host}")
            },
            path: path.clone(),
            request_id: self.request_id.clone(),
        };
        (route.handler)(world, &call).unwrap_or_else(|refused| refused)
    }

    fn payload(&self) -> Result<Payload, Answer> {
        let Arrival {
            method, headers, body, ..
        } = &self.arrival;
        if body.is_empty() || matches!(method.as_str(), "GET" | "HEAD" | "DELETE") {
            return Ok(Payload::None);
        }
        let sent = header(headers, "content-type");
        let kind = sent.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match kind.as_str() {
            "application/json" => serde_json::from_slice::<Value>(body)
                .map(Payload::Json)
                .map_err(|_| Answer::broken_json()),
            "multipart/form-data" => {
                let form = multipart::read(sent, body).ok_or_else(Answer::broken_json)?;
                Ok(Payload::Form(form.fields, form.files))
            }
            _ => Err(Answer::wrong_type(sent)),
        }
    }

    /// The answer with the headers of a real one, spoiled if a fault wants that.
    fn end(&self, sim: &Sim, answer: Answer, fault: Option<FaultKind>) -> Outcome {
        let mut world = sim.world();
        let now_ms = world.clock.millis();
        world.journal.answered(self.n, answer.status, now_ms);
        drop(world);
        // Pages of the edge carry none of the application's headers.
        let edge = answer.status >= 502 && answer.kind.is_some_and(|k| k.starts_with("text/html"));
        let mut response = match fault {
            Some(kind) => spoil::during(answer, &kind),
            None => answer.into_response(),
        };
        let status = response.status();
        let headers = response.headers_mut();
        let mut put = |name: &'static str, value: String| {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        };
        put("cache-control", "no-store".to_owned());
        put("x-request-id", self.request_id.clone());
        if !edge {
            put("status", status.to_string());
            put("x-freshdesk-api-version", "latest=v2; requested=v2".to_owned());
            put("x-fw-ratelimiting-managed", "true".to_owned());
            put("x-ratelimit-total", format!("{:.1}", self.admission.total));
            put("x-ratelimit-remaining", format!("{:.1}", self.admission.remaining));
            put("x-ratelimit-used-currentrequest", self.admission.cost.to_string());
        }
        Outcome::Answer(response)
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
}

/// Basic credentials with the key as user. The password is never looked at.
fn authorized(headers: &HeaderMap, key: &str) -> bool {
    let Some((scheme, credentials)) = header(headers, "authorization").split_once(' ') else {
        return false;
    };
    let Ok(decoded) = BASE64_STANDARD.decode(credentials.trim()) else {
        return false;
    };
    let user = decoded.split(|b| *b == b':').next().unwrap_or_default();
    scheme.eq_ignore_ascii_case("basic") && user == key.as_bytes()
}

fn acceptable(accept: &str) -> bool {
    accept.is_empty()
        || accept.split(',').any(|part| {
            let kind = part.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            matches!(kind.as_str(), "application/json" | "*/*" | "application/*")
        })
}

/// The body of an error of the control interface.
pub(crate) fn complaint(text: impl std::fmt::Display) -> Value {
    json!({ "error": text.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_password_goes_with_the_key() {
        let with = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("authorization", HeaderValue::from_str(value).unwrap());
            authorized(&headers, "key")
        };
        for user in ["key:X", "key:", "key", "key:a:b"] {
            assert!(with(&format!("Basic {}", BASE64_STANDARD.encode(user))), "{user}");
        }
        for user in ["kex:X", ":key", ""] {
            assert!(!with(&format!("Basic {}", BASE64_STANDARD.encode(user))), "{user}");
        }
        assert!(!with("Basic key:X") && !with("Bearer a2V5Olg=") && !with("Basic"));
        assert!(!authorized(&HeaderMap::new(), "key"));
    }

    #[test]
    fn json_must_be_acceptable() {
        for accept in [
            "",
            "*/*",
            "application/json",
            "text/html, application/json;q=0.9",
            "application/*",
        ] {
            assert!(acceptable(accept), "{accept}");
        }
        assert!(!acceptable("application/xml") && !acceptable("text/*"));
    }
}
