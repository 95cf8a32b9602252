//! Web services: which operation answers under which route.
//!
//! The interface has no fixed addresses. An administrator names a service, gives it operations and maps each to a route;
//! so nothing here is known but what was set up, and a test may set it up differently.

use serde::{Deserialize, Serialize};

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Kind {
    #[serde(rename = "Session::SessionCreate")]
    SessionCreate,
    #[serde(rename = "Session::SessionGet")]
    SessionGet,
    #[serde(rename = "Session::SessionRemove")]
    SessionRemove,
    #[serde(rename = "Ticket::TicketCreate")]
    TicketCreate,
    #[serde(rename = "Ticket::TicketGet")]
    TicketGet,
    #[serde(rename = "Ticket::TicketHistoryGet")]
    TicketHistoryGet,
    #[serde(rename = "Ticket::TicketSearch")]
    TicketSearch,
    #[serde(rename = "Ticket::TicketUpdate")]
    TicketUpdate,
}

impl Kind {
    /// The name in front of error codes.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::SessionCreate => "SessionCreate",
            Self::SessionGet => "SessionGet",
            Self::SessionRemove => "SessionRemove",
            Self::TicketCreate => "TicketCreate",
            Self::TicketGet => "TicketGet",
            Self::TicketHistoryGet => "TicketHistoryGet",
            Self::TicketSearch => "TicketSearch",
            Self::TicketUpdate => "TicketUpdate",
        }
    }
}

/// One operation of a service.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Operation {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) kind: Kind,
    /// Begins with a slash; `:NAME` stands for one segment that becomes a parameter.
    pub(super) route: String,
    /// Empty: every method.
    #[serde(default)]
    pub(super) methods: Vec<String>,
    #[serde(default)]
    pub(super) include_ticket_data: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Service {
    #[serde(default)]
    pub(super) id: u64,
    pub(super) name: String,
    #[serde(default = "yes")]
    pub(super) valid: bool,
    /// An inbound mapping writes this login over the request's, if it has one.
    #[serde(default)]
    pub(super) user_login: Option<String>,
    /// Largest body in bytes.
    #[serde(default)]
    pub(super) max_length: Option<u64>,
    pub(super) operations: Vec<Operation>,
}

#[derive(Debug, Default)]
pub(super) struct Services(pub(super) Vec<Service>);

fn yes() -> bool {
    true
}

impl Services {
    /// Adds a service, or replaces the one of its name.
    pub(super) fn put(&mut self, mut service: Service) -> u64 {
        service.operations.sort_by(|a, b| a.name.cmp(&b.name));
        let next = self.0.iter().map(|s| s.id).max().unwrap_or(0) + 1;
        match self.0.iter_mut().find(|s| s.name == service.name) {
            Some(own) => {
                service.id = own.id;
                *own = service;
                own.id
            }
            None => {
                service.id = next;
                self.0.push(service);
                next
            }
        }
    }

    pub(super) fn named(&mut self, name: &str) -> Option<&mut Service> {
        self.0.iter_mut().find(|s| s.name == name)
    }

    /// The four services with which a seeded system starts.
    pub(super) fn seeded() -> Self {
        let routes = |create: bool| {
            vec![
                op("ticket-create", Kind::TicketCreate, "/ticket-create", create),
                op("ticket-get", Kind::TicketGet, "/ticket-get", false),
                op("ticket-search", Kind::TicketSearch, "/ticket-search", false),
                op("ticket-update", Kind::TicketUpdate, "/ticket-update", true),
            ]
        };
        let session = || op("session-create", Kind::SessionCreate, "/session-create", false);
        // What comes with otai's plugin, over the template of Open Ticket AI, which has no sessions.
        let mut own = routes(false);
        own.push(session());
        let mut plain = routes(true);
        plain.extend([
            session(),
            op("ticket-history", Kind::TicketHistoryGet, "/ticket-history", false),
            op("session-get", Kind::SessionGet, "/session-get", false),
            op("session-remove", Kind::SessionRemove, "/session-remove", false),
        ]);
        let rest = [
            ("SessionCreate", Kind::SessionCreate, "/Session", "POST"),
            ("SessionGet", Kind::SessionGet, "/Session/:SessionID", "GET"),
            ("SessionDelete", Kind::SessionRemove, "/Session/:SessionID", "DELETE"),
            ("TicketCreate", Kind::TicketCreate, "/Ticket", "POST"),
            ("TicketSearch", Kind::TicketSearch, "/Ticket/Search", "POST"),
            ("TicketGet", Kind::TicketGet, "/Ticket/:TicketID", "GET"),
            ("TicketUpdate", Kind::TicketUpdate, "/Ticket/:TicketID", "PATCH"),
            (
                "TicketHistoryGet",
                Kind::TicketHistoryGet,
                "/Ticket/History/:TicketID",
                "GET",
            ),
        ];
        let rest = rest.map(|(name, kind, route, method)| Operation {
            methods: vec![method.to_owned()],
            ..op(name, kind, route, false)
        });
        let mut services = Self::default();
        let mut add = |name: &str, login: Option<&str>, most: u64, operations| {
            services.put(Service {
                id: 0,
                name: name.to_owned(),
                valid: true,
                user_login: login.map(str::to_owned),
                max_length: Some(most),
                operations,
            })
        };
        add("GenericTicketConnectorREST", None, 100_000_000, rest.to_vec());
        add("OpenTicketAI", Some("open_ticket_ai"), 10_000_000, own);
        add("OtaiPlain", None, 10_000_000, plain);
        add("SmallBodies", None, 2000, routes(false));
        services
    }
}

fn op(name: &str, kind: Kind, route: &str, include_ticket_data: bool) -> Operation {
    Operation {
        name: name.to_owned(),
        kind,
        route: route.to_owned(),
        methods: Vec::new(),
        include_ticket_data,
    }
}

impl Service {
    /// The first operation, by name, whose route and methods fit, with the parameters that lie in the path.
    pub(super) fn find(&self, method: &str, uri: &str) -> Option<(&Operation, Vec<(String, String)>)> {
        self.operations.iter().find_map(|operation| {
            let methods = &operation.methods;
            let fits = methods.is_empty() || methods.iter().any(|m| m == method);
            Some((operation, captures(&operation.route, uri).filter(|_| fits)?))
        })
    }
}

fn captures(route: &str, uri: &str) -> Option<Vec<(String, String)>> {
    let (mut wanted, mut given) = (route.split('/'), uri.split('/'));
    let mut found = Vec::new();
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(found),
            (Some(want), Some(have)) => match want.strip_prefix(':') {
                Some(name) if !have.is_empty() => found.push((name.to_owned(), have.to_owned())),
                None if want == have => {}
                _ => return None,
            },
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_operation_by_name_answers() {
        let services = Services::seeded();
        let rest = &services.0[0];
        let found = |method, uri| rest.find(method, uri).map(|(o, c)| (o.name.clone(), c));
        let (name, captured) = found("GET", "/Ticket/Search").unwrap();
        assert_eq!((name.as_str(), captured[0].1.as_str()), ("TicketGet", "Search"));
        assert_eq!(found("POST", "/Ticket/Search").unwrap().0, "TicketSearch");
        assert_eq!(found("GET", "/Ticket/History/7").unwrap().0, "TicketHistoryGet");
        for (method, uri) in [
            ("PUT", "/Ticket/Search"),
            ("GET", "/Ticket/"),
            ("GET", "/Ticket"),
            ("POST", "/Ticket/Search/"),
        ] {
            assert!(found(method, uri).is_none(), "{method} {uri}");
        }
    }
}
