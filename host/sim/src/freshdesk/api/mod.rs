//! The routes of the API and what every handler gets.
//!
//! A handler is a function from the world and a call to an answer. It runs under the world's lock and never waits.

mod attributes;
mod bulk;
mod catalog;
mod contacts;
mod conversations;
mod create;
mod custom;
mod grammar;
mod list;
mod misc;
mod paging;
mod render;
mod search;
mod trash;
mod update;
mod view;

use serde_json::{Map, Value};

use crate::answer::Answer;
use crate::freshdesk::errors::{self, Wrong};
use crate::freshdesk::world::World;
use crate::query::Query;
use crate::rate::Kind;

pub(crate) use render::list_row;

/// A handler's result; errors are answers like any other.
pub(crate) type Reply = Result<Answer, Answer>;

/// The body of a call.
#[derive(Debug, Clone, Default)]
pub(crate) enum Payload {
    #[default]
    None,
    Json(Value),
    /// A form: all values are texts, and files may come along.
    Form(Map<String, Value>, Vec<Value>),
}

/// A call that has passed authentication and routing.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// The variable parts of the path.
    pub(crate) args: Vec<String>,
    pub(crate) query: Query,
    pub(crate) payload: Payload,
    /// `http://host:port`, as the client calls us.
    pub(crate) base: String,
    pub(crate) path: String,
    pub(crate) request_id: String,
}

impl Call {
    /// A numeric part of the path. The router has seen that it is one.
    pub(crate) fn id(&self, place: usize) -> u64 {
        self.args.get(place).and_then(|a| a.parse().ok()).unwrap_or(0)
    }

    pub(crate) fn arg(&self, place: usize) -> &str {
        self.args.get(place).map_or("", String::as_str)
    }

    /// The body as an object. An empty body is an empty object, anything else is not JSON as Freshdesk wants it.
    pub(crate) fn object(&self) -> Result<Map<String, Value>, Answer> {
        match &self.payload {
            Payload::None => Ok(Map::new()),
            Payload::Json(Value::Object(map)) | Payload::Form(map, _) => Ok(map.clone()),
            Payload::Json(_) => Err(errors::broken_json()),
        }
    }

    /// Whether texts have to be read as numbers, as in a form.
    pub(crate) fn coerces(&self) -> bool {
        matches!(self.payload, Payload::Form(..))
    }

    pub(crate) fn files(&self) -> &[Value] {
        match &self.payload {
            Payload::Form(_, files) => files,
            _ => &[],
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}/api/v2/{path}", self.base)
    }
}

type Handler = fn(&mut World, &Call) -> Reply;

pub(crate) struct Route {
    pub(crate) method: &'static str,
    /// Below `/api/v2/`; `{id}` is a number, `{any}` anything.
    pub(crate) pattern: &'static str,
    pub(crate) handler: Handler,
    /// The right without which the call is refused.
    pub(crate) right: &'static str,
}

const fn route(method: &'static str, pattern: &'static str, right: &'static str, handler: Handler) -> Route {
    Route {
        method,
        pattern,
        handler,
        right,
    }
}

/// Literal parts come before variable ones where both would match.
const ROUTES: &[Route] = &[
    route("GET", "tickets", "ticket_view", list::list),
    route("POST", "tickets", "ticket_create", create::create),
    route("POST", "tickets/outbound_email", "ticket_create", create::outbound),
    route("POST", "tickets/bulk_update", "ticket_edit", bulk::update),
    route("POST", "tickets/bulk_delete", "ticket_delete", bulk::delete),
    route("PUT", "tickets/merge", "ticket_edit", trash::merge),
    route("GET", "tickets/archived/{id}", "ticket_view", view::archived),
    route("GET", "tickets/{id}", "ticket_view", view::view),
    route("PUT", "tickets/{id}", "ticket_edit", update::update),
    route("PATCH", "tickets/{id}", "ticket_edit", update::update),
    route("DELETE", "tickets/{id}", "ticket_delete", trash::delete),
    route("PUT", "tickets/{id}/restore", "ticket_delete", trash::restore),
    route("GET", "tickets/{id}/conversations", "ticket_view", conversations::list),
    route("POST", "tickets/{id}/notes", "note", conversations::note),
    route("POST", "tickets/{id}/reply", "reply", conversations::reply),
    route("GET", "tickets/{id}/time_entries", "ticket_view", misc::time_entries),
    route("POST", "tickets/{id}/time_entries", "ticket_edit", misc::add_time_entry),
    route("GET", "tickets/{id}/watchers", "ticket_view", misc::watchers),
    route(
        "GET",
        "tickets/{id}/satisfaction_ratings",
        "ticket_view",
        misc::empty_of_ticket,
    ),
    route("PUT", "conversations/{id}", "note", conversations::edit),
    route("DELETE", "conversations/{id}", "note", conversations::delete),
    route("GET", "search/tickets", "ticket_view", search::tickets),
    route("GET", "search/contacts", "contact_view", contacts::search),
    route("GET", "search/companies", "contact_view", contacts::search_companies),
    route("GET", "jobs/{any}", "ticket_view", bulk::job),
    route("GET", "ticket_fields", "ticket_fields", catalog::ticket_fields),
    route("GET", "groups", "admin", catalog::groups),
    route("GET", "groups/{id}", "admin", catalog::group),
    route("GET", "agents", "admin", catalog::agents),
    route("GET", "agents/me", "me", catalog::me),
    route("GET", "agents/{id}", "admin", catalog::agent),
    route("GET", "roles", "admin", catalog::roles),
    route("GET", "roles/{id}", "admin", catalog::role),
    route("GET", "products", "admin", catalog::products),
    route("GET", "settings/helpdesk", "admin", catalog::settings),
    route("GET", "account", "admin", catalog::account),
    route("GET", "contacts", "contact_view", contacts::list),
    route("POST", "contacts", "contact_edit", contacts::create),
    route("GET", "contacts/{id}", "contact_view", contacts::view),
    route("PUT", "contacts/{id}", "contact_edit", contacts::update),
    route("DELETE", "contacts/{id}", "contact_edit", contacts::delete),
    route("PUT", "contacts/{id}/restore", "contact_edit", contacts::restore),
    route(
        "DELETE",
        "contacts/{id}/hard_delete",
        "contact_edit",
        contacts::hard_delete,
    ),
    route("GET", "contact_fields", "contact_view", misc::empty),
    route("GET", "companies", "contact_view", contacts::companies),
    route("POST", "companies", "contact_edit", contacts::create_company),
    route("GET", "companies/{id}", "contact_view", contacts::company),
    route("PUT", "companies/{id}", "contact_edit", contacts::update_company),
    route("DELETE", "companies/{id}", "contact_edit", contacts::delete_company),
    route("GET", "company_fields", "contact_view", misc::empty),
    route("GET", "time_entries", "ticket_view", misc::all_time_entries),
    route("GET", "solutions/categories", "solutions", misc::empty),
    route("GET", "surveys", "admin", misc::empty),
    route("GET", "surveys/satisfaction_ratings", "admin", misc::empty),
    route("GET", "automations/{id}/rules", "admin", misc::empty),
    route("GET", "sla_policies", "admin", misc::empty),
    route("GET", "business_hours", "admin", misc::empty),
    route("GET", "email_configs", "admin", misc::empty),
    route("GET", "canned_response_folders", "admin", misc::empty),
    route("GET", "email/mailboxes", "admin", misc::empty),
    route("GET", "scenario_automations", "admin", misc::empty),
    route("GET", "skills", "admin", misc::empty),
    route("GET", "discussions/categories", "solutions", misc::empty),
    route("GET", "search/solutions", "solutions", misc::empty),
];

/// Where a path leads.
pub(crate) enum Found {
    Route(&'static Route, Vec<String>),
    /// The path exists under other methods.
    OtherMethods(&'static str, Vec<&'static str>),
    Nothing,
}

pub(crate) fn find(method: &str, path: &str) -> Found {
    let Some(path) = path.strip_prefix("/api/v2/") else {
        return Found::Nothing;
    };
    let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    // A HEAD is a GET whose body the server leaves out.
    let method = if method == "HEAD" { "GET" } else { method };
    let mut other: Option<(&'static str, Vec<&'static str>)> = None;
    for route in ROUTES {
        // `tickets/merge` is not a ticket's id: the first pattern that fits the path decides which methods there are.
        let Some(args) = fits(route.pattern, &parts) else {
            continue;
        };
        if route.method == method && other.as_ref().is_none_or(|(p, _)| *p == route.pattern) {
            return Found::Route(route, args);
        }
        let (pattern, methods) = other.get_or_insert((route.pattern, Vec::new()));
        if *pattern == route.pattern {
            methods.push(route.method);
        }
    }
    other.map_or(Found::Nothing, |(pattern, methods)| {
        Found::OtherMethods(pattern, methods)
    })
}

fn fits(pattern: &str, parts: &[&str]) -> Option<Vec<String>> {
    let mut args = Vec::new();
    let mut wanted = pattern.split('/');
    for part in parts {
        match wanted.next()? {
            "{id}" if part.parse::<u64>().is_ok() => args.push((*part).to_owned()),
            "{any}" if !part.is_empty() => args.push((*part).to_owned()),
            literal if literal == *part => {}
            _ => return None,
        }
    }
    wanted.next().is_none().then_some(args)
}

/// What a call costs, known before it is looked at any further.
pub(crate) fn cost(method: &str, pattern: &str, query: &Query) -> f64 {
    let includes = query.list("include").len() as f64;
    match (method, pattern) {
        ("GET", "tickets") => 1.0 + 2.0 * includes,
        ("GET", "tickets/{id}") => 1.0 + includes,
        _ => 1.0,
    }
}

/// The limit of its own under which a call stands.
pub(crate) fn kind(method: &str, pattern: &str) -> Option<Kind> {
    match (method, pattern) {
        ("GET", "tickets") => Some(Kind::TicketList),
        ("POST", "tickets") => Some(Kind::TicketCreate),
        ("PUT" | "PATCH", "tickets/{id}") => Some(Kind::TicketUpdate),
        ("GET", "contacts") => Some(Kind::ContactList),
        _ => None,
    }
}

/// 400 unless there is nothing wrong.
pub(crate) fn refuse(wrong: Vec<Wrong>) -> Result<(), Answer> {
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(errors::invalid(&wrong))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_come_before_ids_and_other_methods_are_known() {
        let found = |method, path| match find(method, path) {
            Found::Route(route, args) => format!("{} {args:?}", route.pattern),
            Found::OtherMethods(_, methods) => methods.join(","),
            Found::Nothing => "-".to_owned(),
        };
        assert_eq!(found("PUT", "/api/v2/tickets/merge"), "tickets/merge []");
        assert_eq!(found("GET", "/api/v2/tickets/12"), "tickets/{id} [\"12\"]");
        assert_eq!(found("GET", "/api/v2/agents/me"), "agents/me []");
        assert_eq!(found("PUT", "/api/v2/tickets"), "GET,POST");
        assert_eq!(found("DELETE", "/api/v2/agents/me"), "GET");
        for path in [
            "/api/v2/tickets/x",
            "/api/v2/",
            "/",
            "/api/v2/tickets//",
            "/api/v2/jobs/",
        ] {
            assert_eq!(
                found("GET", path),
                if path.ends_with("tickets//") { "tickets []" } else { "-" },
                "{path}"
            );
        }
    }

    #[test]
    fn includes_cost_two_on_lists_and_one_on_views() {
        let query = Query::parse("include=description,requester,stats");
        assert_eq!(cost("GET", "tickets", &query), 7.0);
        assert_eq!(cost("GET", "tickets/{id}", &query), 4.0);
        assert_eq!(cost("PUT", "tickets/{id}", &query), 1.0);
    }
}
