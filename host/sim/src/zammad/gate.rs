//! One request between the shell and its handler: who sends it, what it may do, and which parameters it has.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value};

use crate::answer::Answer;
use crate::desk::{Arrival, Look};
use crate::query::Query;
use crate::zammad::api::{self, Call, Route};
use crate::zammad::errors::Refusal;
use crate::zammad::system::{ME, permits};
use crate::zammad::world::World;

/// How somebody has proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Token,
    Password,
}

pub(crate) fn look(world: &World, arrival: &Arrival) -> Look {
    let found = api::find(&arrival.method, &arrival.path);
    let Some((route, args)) = found else {
        return Look {
            authorized: authenticate(world, arrival).is_ok(),
            ..Look::of(arrival, "?")
        };
    };
    let body = arrival.json().unwrap_or_default();
    let number = |key: &str| {
        let sent = body
            .get(key)
            .cloned()
            .or_else(|| arrival.params.get(key).map(Value::from))?;
        sent.as_u64().or_else(|| sent.as_str()?.parse().ok())
    };
    let ticket = match route.pattern {
        "tickets/{id}" | "ticket_articles/by_ticket/{id}" | "ticket_merge/{id}/{any}" => {
            args.first().and_then(|id| id.parse().ok())
        }
        "ticket_articles" => number("ticket_id"),
        "tags" | "tags/add" | "tags/remove" => number("o_id"),
        _ => None,
    };
    let put = arrival.method == "PUT" && route.pattern == "tickets/{id}";
    let note = (arrival.method == "POST" && route.pattern == "ticket_articles")
        || (put && body.get("article").is_some_and(Value::is_object));
    Look {
        ticket,
        put,
        note,
        write: ticket.is_some() && !matches!(arrival.method.as_str(), "GET" | "HEAD"),
        authorized: authenticate(world, arrival).is_ok(),
        ..Look::of(arrival, format!("/api/v1/{}", route.pattern))
    }
}

pub(crate) fn handle(world: &mut World, arrival: &Arrival) -> Answer {
    match answer(world, arrival) {
        Ok(answer) => answer,
        Err(refusal) => refused(world, arrival, refusal),
    }
}

/// A refusal in the form that the request gets.
pub(crate) fn refused(world: &World, arrival: &Arrival, refusal: Refusal) -> Answer {
    let id: String = arrival
        .request_id
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(8)
        .collect();
    refusal.answer(wants_json(arrival), world.system.is_admin(), &id)
}

fn answer(world: &mut World, arrival: &Arrival) -> Result<Answer, Refusal> {
    let (route, args) =
        api::find(&arrival.method, &arrival.path).ok_or_else(|| Refusal::no_route(&arrival.method, &arrival.path))?;
    let params = params(arrival)?;
    let way = authenticate(world, arrival)?;
    let user = behalf(world, arrival)?;
    permitted(world, route, way)?;
    let call = Call { args, params, user };
    (route.handler)(world, &call)
}

fn permitted(world: &World, route: &Route, way: Way) -> Result<(), Refusal> {
    if route.permissions.is_empty() {
        return Ok(());
    }
    let any = |list| route.permissions.iter().any(|p| permits(list, p));
    let settings = &world.system.settings;
    if way == Way::Token && !any(&settings.token_permissions) {
        return Err(Refusal::forbidden("Not authorized (token)!"));
    }
    if !any(&settings.user_permissions) {
        return Err(Refusal::denied());
    }
    Ok(())
}

fn authenticate(world: &World, arrival: &Arrival) -> Result<Way, Refusal> {
    let settings = &world.system.settings;
    let sent = arrival.header("authorization");
    let (scheme, credentials) = sent.split_once(' ').unwrap_or((sent, ""));
    let way = match scheme.to_ascii_lowercase().as_str() {
        "basic" => {
            if !settings.api_password_access {
                return Err(Refusal::forbidden("API password access disabled!"));
            }
            let decoded = BASE64_STANDARD.decode(credentials.trim()).unwrap_or_default();
            let decoded = String::from_utf8_lossy(&decoded);
            let (login, password) = decoded.split_once(':').unwrap_or((&decoded, ""));
            let known = world.system.user(login).is_some_and(|u| u.id == ME);
            if !known || password != world.key {
                return Err(Refusal::unauthorised("Invalid BasicAuth credentials"));
            }
            Way::Password
        }
        // Rails reads a bearer as a token, too, before OAuth2 is asked.
        "token" | "bearer" => {
            if !settings.api_token_access {
                return Err(Refusal::forbidden("API token access disabled!"));
            }
            if token(credentials) != world.key {
                return Err(Refusal::unauthorised(match scheme.eq_ignore_ascii_case("token") {
                    true => "Can't find User for Token",
                    false => "The provided token is invalid.",
                }));
            }
            if settings.token_expired {
                return Err(Refusal::unauthorised("Not authorized (token expired)!"));
            }
            Way::Token
        }
        _ => return Err(Refusal::forbidden("Authentication required")),
    };
    if settings.maintenance && !world.system.is_admin() {
        return Err(Refusal::forbidden("Maintenance mode enabled!"));
    }
    if !settings.user_active {
        return Err(Refusal::unauthorised(
            "Login failed. Have you double-checked your credentials and completed the email verification step?",
        ));
    }
    Ok(way)
}

/// `token=XYZ`, `token="XYZ"`, possibly with more behind a comma, or the bare token.
fn token(credentials: &str) -> &str {
    let first = credentials.split([',', ';']).next().unwrap_or_default().trim();
    first.strip_prefix("token=").unwrap_or(first).trim_matches('"')
}

/// The user for whom a request acts.
fn behalf(world: &World, arrival: &Arrival) -> Result<u64, Refusal> {
    let sent = ["from", "x-on-behalf-of"]
        .into_iter()
        .map(|name| arrival.header(name))
        .find(|value| !value.is_empty());
    let Some(wanted) = sent else { return Ok(ME) };
    if !permits(&world.system.settings.user_permissions, "admin.user") {
        return Err(Refusal::forbidden("Current user has no permission to use 'From'!"));
    }
    let found = match wanted.parse() {
        Ok(id) => world.system.users.get(&id),
        Err(_) => world.system.user(wanted),
    };
    let missing = || Refusal::forbidden(&format!("No such user '{wanted}'"));
    found.map(|u| u.id).ok_or_else(missing)
}

/// Query and body together; the body wins.
fn params(arrival: &Arrival) -> Result<Map<String, Value>, Refusal> {
    let flat = |query: &Query| -> Map<String, Value> {
        query
            .names()
            .map(|name| (name.to_owned(), Value::from(query.get(name).unwrap_or_default())))
            .collect()
    };
    let mut params = flat(&arrival.params);
    if arrival.body.is_empty() {
        return Ok(params);
    }
    let kind = arrival.header("content-type").to_ascii_lowercase();
    if kind.starts_with("application/json") {
        match serde_json::from_slice(&arrival.body) {
            Ok(Value::Object(body)) => params.extend(body),
            // Rails puts what is no object under a key of its own, which nobody reads.
            Ok(_) => {}
            Err(_) => return Err(Refusal::bad_request()),
        }
    } else if kind.starts_with("application/x-www-form-urlencoded") {
        params.extend(flat(&Query::parse(&String::from_utf8_lossy(&arrival.body))));
    }
    Ok(params)
}

/// An `Accept` that a browser would send does not count, and none does not either.
fn wants_json(arrival: &Arrival) -> bool {
    let accept = arrival.header("accept");
    let first = accept.split([',', ';']).next().unwrap_or_default().trim();
    let json = |kind: &str| kind.to_ascii_lowercase().contains("application/json");
    json(arrival.header("content-type")) || json(accept) || (first == "*/*" && !accept.contains(','))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_comes_in_any_of_railss_forms() {
        for text in [
            "token=abc",
            "token=\"abc\"",
            "abc",
            "token=abc, nonce=\"x\"",
            " token=abc ",
        ] {
            assert_eq!(token(text), "abc", "{text}");
        }
    }
}
