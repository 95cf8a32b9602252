//! One request on its way through journal, limit, faults, credentials and form to its handler.

use axum::body::Body;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use crate::answer::{Answer, Wrong};
use crate::api::{self, Call, Found, Payload};
use crate::faults::{FaultKind, Plan};
use crate::gate::Sim;
use crate::journal::Arrived;
use crate::ledger::Who;
use crate::query::Query;
use crate::rate::Admission;
use crate::world::World;
use crate::{multipart, spoil};

/// A request that has come in whole.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// One request on its way.
pub(crate) struct Visit {
    arrival: Arrival,
    query: Query,
    n: u64,
    ticket: Option<u64>,
    pub(crate) admission: Admission,
    pub(crate) plan: Plan,
    authorized: bool,
    request_id: String,
}

impl Visit {
    pub(crate) fn begin(sim: &Sim, arrival: Arrival) -> Self {
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
    pub(crate) fn process(&self, sim: &Sim) -> Answer {
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
    pub(crate) fn end(&self, sim: &Sim, answer: Answer, fault: Option<FaultKind>) -> Response<Body> {
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
        response
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
