//! One request between the shell and its handler: what it is, whether it may be made, and in which form it comes.

use axum::http::HeaderMap;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use crate::answer::Answer;
use crate::desk::{Arrival, Look};
use crate::freshdesk::api::{self, Call, Found, Payload};
use crate::freshdesk::errors::{self, Wrong};
use crate::freshdesk::multipart;
use crate::freshdesk::world::World;

pub(crate) fn look(world: &World, arrival: &Arrival) -> Look {
    let method = arrival.method.as_str();
    let pattern = match api::find(method, &arrival.path) {
        Found::Route(route, _) => route.pattern,
        Found::OtherMethods(pattern, _) => pattern,
        Found::Nothing => "?",
    };
    let ticket = arrival
        .path
        .strip_prefix("/api/v2/tickets/")
        .and_then(|p| p.split('/').next()?.parse().ok());
    Look {
        ticket,
        put: matches!(method, "PUT" | "PATCH") && pattern == "tickets/{id}",
        note: method == "POST" && pattern.ends_with("/notes"),
        write: !matches!(method, "GET" | "HEAD"),
        cost: api::cost(method, pattern, &arrival.params),
        limit: api::kind(method, pattern),
        authorized: authorized(&arrival.headers, &world.key),
        ..Look::of(arrival, format!("/api/v2/{pattern}"))
    }
}

pub(crate) fn handle(world: &mut World, arrival: &Arrival) -> Answer {
    if !world.account.api_enabled {
        return errors::not_found();
    }
    if arrival.path.starts_with("//") {
        // What a base URL with a slash at its end leads to.
        return errors::invalid(&[Wrong::unknown("path")]);
    }
    if !authorized(&arrival.headers, &world.key) {
        return errors::unauthorised();
    }
    if world.account.suspended {
        return errors::suspended();
    }
    if !acceptable(arrival.header("accept")) {
        return errors::not_acceptable();
    }
    let (route, args) = match api::find(&arrival.method, &arrival.path) {
        Found::Route(route, args) => (route, args),
        Found::OtherMethods(_, allowed) => return errors::wrong_method(&arrival.method, &allowed),
        Found::Nothing => return errors::not_found(),
    };
    if world.account.denies(route.right) {
        return errors::denied();
    }
    let payload = match payload(arrival) {
        Ok(payload) => payload,
        Err(refused) => return refused,
    };
    let call = Call {
        args,
        query: arrival.params.clone(),
        payload,
        base: arrival.base.clone(),
        path: arrival.path.clone(),
        request_id: arrival.request_id.clone(),
    };
    (route.handler)(world, &call).unwrap_or_else(|refused| refused)
}

fn payload(arrival: &Arrival) -> Result<Payload, Answer> {
    let body = &arrival.body;
    if body.is_empty() || matches!(arrival.method.as_str(), "GET" | "HEAD" | "DELETE") {
        return Ok(Payload::None);
    }
    let sent = arrival.header("content-type");
    let kind = sent.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "application/json" => serde_json::from_slice::<Value>(body)
            .map(Payload::Json)
            .map_err(|_| errors::broken_json()),
        "multipart/form-data" => {
            let form = multipart::read(sent, body).ok_or_else(errors::broken_json)?;
            Ok(Payload::Form(form.fields, form.files))
        }
        _ => Err(errors::wrong_type(sent)),
    }
}

/// Basic credentials with the key as user. The password is never looked at.
fn authorized(headers: &HeaderMap, key: &str) -> bool {
    let sent = headers.get("authorization").and_then(|v| v.to_str().ok());
    let Some((scheme, credentials)) = sent.unwrap_or_default().split_once(' ') else {
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
    use axum::http::HeaderValue;

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
