//! The routes of the API and what every handler gets.
//!
//! A handler is a function from the world and a call to an answer. It runs under the world's lock and never waits.

mod articles;
mod catalog;
mod search;
mod tags;
mod tickets;

use serde_json::{Map, Value};

use crate::answer::Answer;
use crate::zammad::errors::Refusal;
use crate::zammad::ticket::Ticket;
use crate::zammad::world::World;

pub(crate) type Reply = Result<Answer, Refusal>;

/// A call that has passed authentication and routing.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// The variable parts of the path.
    pub(crate) args: Vec<String>,
    /// Query and body together.
    pub(crate) params: Map<String, Value>,
    /// Who acts.
    pub(crate) user: u64,
}

impl Call {
    pub(crate) fn arg(&self, place: usize) -> &str {
        self.args.get(place).map_or("", String::as_str)
    }

    /// `true` and `1` are yes, anything else is no.
    pub(crate) fn flag(&self, name: &str) -> bool {
        matches!(self.params.get(name), Some(v) if v == true || v == "true" || v == "1" || v == 1)
    }

    pub(crate) fn expands(&self) -> bool {
        self.flag("expand")
    }

    pub(crate) fn text(&self, name: &str) -> String {
        match self.params.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Null) | None => String::new(),
            Some(other) => other.to_string(),
        }
    }

    fn number(&self, name: &str) -> Option<i64> {
        let value = self.params.get(name)?;
        // What Ruby's `to_i` makes of a text: the digits at its beginning.
        let digits = |t: &str| {
            t.chars()
                .take_while(char::is_ascii_digit)
                .collect::<String>()
                .parse()
                .ok()
        };
        value
            .as_i64()
            .or_else(|| value.as_str().map(|t| digits(t.trim()).unwrap_or(0)))
    }

    /// Offset and length of the page that is asked for. More than `max` is cut without a word.
    pub(crate) fn page(&self, default: i64, max: i64) -> (usize, usize) {
        let limit = self
            .number("per_page")
            .or_else(|| self.number("limit"))
            .unwrap_or(default)
            .clamp(0, max);
        let page = self.number("page").unwrap_or(1).max(1);
        ((page - 1).saturating_mul(limit) as usize, limit as usize)
    }
}

/// A ticket that is there, and in a group where our user has the right.
pub(crate) fn ticket<'a>(world: &'a World, id: &str, right: &str) -> Result<&'a Ticket, Refusal> {
    let found = id.parse().ok().and_then(|id: u64| world.tickets.get(&id));
    let ticket = found.ok_or_else(|| Refusal::no_record("Ticket", id))?;
    match world.system.may(right, ticket.group_id) {
        true => Ok(ticket),
        false => Err(Refusal::denied()),
    }
}

type Handler = fn(&mut World, &Call) -> Reply;

pub(crate) struct Route {
    pub(crate) method: &'static str,
    /// Below `/api/v1/`; `{id}` and `{any}` are one part of a path.
    pub(crate) pattern: &'static str,
    /// One of these is needed; none means that everybody who is logged in may call.
    pub(crate) permissions: &'static [&'static str],
    pub(crate) handler: Handler,
}

const AGENT: &[&str] = &["ticket.agent"];
const TAGGER: &[&str] = &["ticket.agent", "admin.tag"];

const fn route(
    method: &'static str,
    pattern: &'static str,
    permissions: &'static [&'static str],
    handler: Handler,
) -> Route {
    Route {
        method,
        pattern,
        permissions,
        handler,
    }
}

/// Literal parts come before variable ones where both would match.
const ROUTES: &[Route] = &[
    route("GET", "version", &["admin"], catalog::version),
    route("GET", "users/me", &[], catalog::me),
    route("GET", "users/search", AGENT, catalog::find_users),
    route("GET", "users", AGENT, catalog::users),
    route("GET", "users/{id}", AGENT, catalog::user),
    route("POST", "users", AGENT, catalog::new_user),
    route("GET", "groups", &["ticket.agent", "admin.group"], catalog::groups),
    route("GET", "groups/{id}", &["ticket.agent", "admin.group"], catalog::group),
    route("GET", "organizations", AGENT, catalog::organizations),
    route("GET", "ticket_states", AGENT, catalog::states),
    route("GET", "ticket_states/{id}", AGENT, catalog::state),
    route("GET", "ticket_priorities", AGENT, catalog::priorities),
    route("GET", "ticket_priorities/{id}", AGENT, catalog::priority),
    route(
        "GET",
        "object_manager_attributes",
        &["admin.object"],
        catalog::attributes,
    ),
    route("GET", "tickets", AGENT, tickets::list),
    route("POST", "tickets", AGENT, tickets::create),
    route("GET", "tickets/search", AGENT, search::search),
    route("POST", "tickets/search", AGENT, search::search),
    route("GET", "tickets/{id}", AGENT, tickets::show),
    route("PUT", "tickets/{id}", AGENT, tickets::update),
    route("DELETE", "tickets/{id}", AGENT, tickets::delete),
    route("PUT", "ticket_merge/{id}/{any}", AGENT, tickets::merge),
    route("GET", "ticket_articles/by_ticket/{id}", AGENT, articles::of_ticket),
    route("POST", "ticket_articles", AGENT, articles::create),
    route("GET", "ticket_articles/{id}", AGENT, articles::show),
    route("PUT", "ticket_articles/{id}", AGENT, articles::update),
    route("GET", "tags", TAGGER, tags::list),
    route("POST", "tags/add", TAGGER, tags::add),
    route("DELETE", "tags/remove", TAGGER, tags::remove),
    route("GET", "tag_search", TAGGER, tags::find),
    route("GET", "tag_list", &["admin.tag"], tags::all),
    route("POST", "tag_list", &["admin.tag"], tags::new),
];

/// Where a request leads.
pub(crate) fn find(method: &str, path: &str) -> Option<(&'static Route, Vec<String>)> {
    let path = path.strip_prefix("/api/v1/")?.trim_end_matches('/');
    // A HEAD is a GET whose body the server leaves out; a PATCH is a PUT.
    let method = match method {
        "HEAD" => "GET",
        "PATCH" => "PUT",
        method => method,
    };
    let parts: Vec<&str> = path.split('/').collect();
    let fitting = ROUTES.iter().filter(|r| r.method == method);
    fitting.filter_map(|r| Some((r, fits(r.pattern, &parts)?))).next()
}

fn fits(pattern: &str, parts: &[&str]) -> Option<Vec<String>> {
    let mut args = Vec::new();
    let mut wanted = pattern.split('/');
    for part in parts {
        match wanted.next()? {
            "{id}" | "{any}" if !part.is_empty() => args.push((*part).to_owned()),
            literal if literal == *part => {}
            _ => return None,
        }
    }
    wanted.next().is_none().then_some(args)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn literals_come_before_ids() {
        let found = |method, path| find(method, path).map(|(r, a)| format!("{} {a:?}", r.pattern));
        assert_eq!(
            found("GET", "/api/v1/tickets/search").as_deref(),
            Some("tickets/search []")
        );
        assert_eq!(
            found("GET", "/api/v1/tickets/7/").as_deref(),
            Some("tickets/{id} [\"7\"]")
        );
        assert_eq!(found("GET", "/api/v1/users/me").as_deref(), Some("users/me []"));
        for path in ["/api/v1", "/api/v1/", "/api/v1/tickets/1/x", "/api/v2/tickets"] {
            assert_eq!(found("GET", path), None, "{path}");
        }
    }

    #[test]
    fn pages_are_cut_to_their_maximum() {
        let page = |params: Value, default, max| {
            let call = Call {
                args: Vec::new(),
                params: params.as_object().cloned().unwrap_or_default(),
                user: 2,
            };
            call.page(default, max)
        };
        assert_eq!(page(json!({}), 50, 200), (0, 50));
        assert_eq!(page(json!({"page": "3", "per_page": 999}), 50, 200), (400, 200));
        assert_eq!(
            page(json!({"limit": 5, "offset": 10}), 50, 200),
            (0, 5),
            "there is no offset"
        );
        assert_eq!(page(json!({"page": "x", "per_page": "-1"}), 50, 200), (0, 0));
    }
}
