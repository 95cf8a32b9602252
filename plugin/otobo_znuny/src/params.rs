//! From what the config says to what is used: where the web service is, which routes it has, who we are there.

use std::{collections::BTreeMap, time::Duration};

use otai_plugin::{
    Address, Failure, Secret, checks,
    model::{FieldKind, Limits, Network},
    schemars::JsonSchema,
    serde::Deserialize,
};

use crate::client::Op;

otai_plugin::params! {
    /// Which OTOBO or Znuny, which web service there, and how to get in.
    pub struct Params {
        /// `https://HOST/otobo/nph-genericinterface.pl` (OTOBO), `https://HOST/znuny/nph-genericinterface.pl` (Znuny; on older
        /// systems `/otrs/`). http is for this machine only.
        pub base_url: String,
        /// The agent's password.
        pub password: Secret,
        /// The agent's login. Its groups decide which tickets otai sees; to change them it needs `rw` on the groups of all
        /// queues that tickets come from or go to. Default `open_ticket_ai`.
        #[serde(default)]
        pub username: Option<String>,
        /// Name of the web service in the admin screen. Default `OpenTicketAI`.
        #[serde(default)]
        pub webservice_name: Option<String>,
        /// Route of each operation as the web service maps it; may hold `:TicketID`. With `SessionCreate` one session is kept,
        /// otherwise each request carries login and password.
        #[serde(default)]
        pub operation_urls: OperationUrls,
        /// HTTP method of each operation. Default: `POST`, and `PUT` for `TicketUpdate`.
        #[serde(default)]
        pub operation_methods: OperationMethods,
        /// Read tickets of these queues only, sub-queues not included. Default: all that the agent sees.
        #[serde(default)]
        pub queues: Option<Vec<String>>,
        /// Queues in which new tickets arrive: a ticket there counts as one for which nobody has chosen a queue. Default `[Raw]`.
        #[serde(default)]
        pub inbox: Option<Vec<String>>,
        /// The priority of tickets for which nobody has chosen one. Default `3 normal`.
        #[serde(default)]
        pub default_priority: Option<String>,
        /// The type of tickets for which nobody has chosen one. Default `Unclassified`.
        #[serde(default)]
        pub default_type: Option<String>,
        /// Queues that there are besides those seen on tickets: the API lists none.
        #[serde(default)]
        pub known_queues: Vec<String>,
        /// Priorities, lowest first, besides those seen on tickets.
        #[serde(default)]
        pub priorities: Vec<String>,
        /// Types besides those seen on tickets.
        #[serde(default)]
        pub types: Vec<String>,
        /// Dynamic fields and what they hold, where the tickets' values do not tell: `text` or `checkbox`.
        #[serde(default)]
        pub dynamic_fields: BTreeMap<String, Kind>,
        /// A dynamic field with several values (multiselect) that stands for tags. Default: no tags.
        #[serde(default)]
        pub tags_field: Option<String>,
        /// A PEM file with a certificate to trust besides the usual ones.
        #[serde(default)]
        pub ca_file: Option<String>,
        /// `false`: accept any certificate. Then nothing is known of who gets the password.
        #[serde(default)]
        pub verify: Option<bool>,
        /// How long an answer may take, with a unit. Default: as long as otai waits, a minute for reading.
        #[serde(default)]
        pub timeout: Option<String>,
        /// Requests at a time: each keeps one of the helpdesk's web server processes busy. Default 2.
        #[serde(default)]
        pub at_once: Option<u32>,
        /// Never more requests a minute than this. Default: no limit, as the helpdesk has none.
        #[serde(default)]
        pub requests_per_minute: Option<f64>,
    }
}

/// What a dynamic field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(crate = "otai_plugin::serde", rename_all = "snake_case")]
#[schemars(crate = "otai_plugin::schemars")]
pub enum Kind {
    /// Text, also a dropdown or a date.
    Text,
    /// Yes or no.
    Checkbox,
}

impl From<Kind> for FieldKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Text => Self::Text,
            Kind::Checkbox => Self::Checkbox,
        }
    }
}

macro_rules! per_operation {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
        #[serde(crate = "otai_plugin::serde", deny_unknown_fields, default)]
        #[schemars(crate = "otai_plugin::schemars")]
        pub struct $name {
            #[doc = "`Ticket::TicketSearch`"]
            #[serde(rename = "TicketSearch")]
            pub search: Option<String>,
            #[doc = "`Ticket::TicketGet`"]
            #[serde(rename = "TicketGet")]
            pub get: Option<String>,
            #[doc = "`Ticket::TicketUpdate`"]
            #[serde(rename = "TicketUpdate")]
            pub update: Option<String>,
            #[doc = "`Ticket::TicketCreate`"]
            #[serde(rename = "TicketCreate")]
            pub create: Option<String>,
            #[doc = "`Session::SessionCreate`"]
            #[serde(rename = "SessionCreate")]
            pub session: Option<String>,
        }

        impl $name {
            fn of(&self, op: Op) -> Option<&str> {
                match op {
                    Op::Search => &self.search,
                    Op::Get => &self.get,
                    Op::Update => &self.update,
                    Op::Create => &self.create,
                    Op::Session => &self.session,
                }
                .as_deref()
            }
        }
    };
}

per_operation!(
    /// Routes. Defaults: `ticket-search`, `ticket-get`, `ticket-update`, `ticket-create`; no `SessionCreate`.
    OperationUrls
);
per_operation!(
    /// HTTP methods.
    OperationMethods
);

/// Less than the five seconds after which Apache and Plack drop an idle connection (measured on Znuny 6.5).
const IDLE_MS: u64 = 3000;
/// The helpdesk has no limit and says nothing of one; `at_once` is what protects it.
const NO_LIMIT: f64 = 6000.0;
const PROGRAM: &str = "nph-genericinterface.pl";

/// Parameters that were found sound.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// `https://HOST/otobo/nph-genericinterface.pl/Webservice/NAME`
    pub(crate) service_url: String,
    pub(crate) webservice: String,
    pub(crate) username: String,
    pub(crate) password: Secret,
    routes: Vec<(Op, Route)>,
    pub(crate) queues: Option<Vec<String>>,
    pub(crate) inbox: Vec<String>,
    pub(crate) default_priority: String,
    pub(crate) default_type: String,
    pub(crate) known_queues: Vec<String>,
    pub(crate) priorities: Vec<String>,
    pub(crate) types: Vec<String>,
    pub(crate) dynamic_fields: BTreeMap<String, Kind>,
    pub(crate) tags_field: Option<String>,
    pub(crate) timeout: Option<Duration>,
    network: Network,
}

/// How an operation is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    /// Without slashes around it.
    pub(crate) path: String,
    pub(crate) method: String,
}

impl Settings {
    /// Checks every parameter.
    pub(crate) fn new(params: &Params) -> Result<Self, Failure> {
        let Address { base, origin, .. } = base(&params.base_url)?;
        let webservice = name("webservice_name", params.webservice_name.as_deref(), "OpenTicketAI")?;
        if webservice
            .bytes()
            .any(|b| !b.is_ascii_graphic() || b"/?#%".contains(&b))
        {
            let message = "holds a character that does not go into an address: rename the web service";
            return Err(Failure::rejected_field("webservice_name", message));
        }
        let timeout = params
            .timeout
            .as_deref()
            .map(|text| checks::duration("timeout", Some(text), Duration::ZERO, 1..=600, "30s"));
        let network = Network {
            origins: vec![origin],
            ca_file: params.ca_file.clone(),
            any_certificate: params.verify == Some(false),
            idle_ms: Some(IDLE_MS),
            limits: Limits {
                requests_per_minute: checks::per_minute(params.requests_per_minute)?,
                assumed_per_minute: Some(NO_LIMIT),
                at_once: Some(params.at_once.unwrap_or(2).max(1)),
                ..Limits::default()
            },
            ..Network::default()
        };
        Ok(Self {
            service_url: format!("{base}/Webservice/{webservice}"),
            webservice,
            username: name("username", params.username.as_deref(), "open_ticket_ai")?,
            password: checks::password(
                "password",
                &params.password,
                "write the password of the agent `username`",
            )?,
            routes: routes(params)?,
            queues: params.queues.clone().filter(|queues| !queues.is_empty()),
            inbox: params.inbox.clone().unwrap_or_else(|| vec!["Raw".to_owned()]),
            default_priority: name("default_priority", params.default_priority.as_deref(), "3 normal")?,
            default_type: name("default_type", params.default_type.as_deref(), "Unclassified")?,
            known_queues: params.known_queues.clone(),
            priorities: params.priorities.clone(),
            types: params.types.clone(),
            dynamic_fields: params.dynamic_fields.clone(),
            tags_field: params.tags_field.clone().filter(|field| !field.is_empty()),
            timeout: timeout.transpose()?,
            network,
        })
    }

    /// Where requests go; the helpdesk has no limits of its own and says nothing of any.
    pub(crate) fn network(&self) -> Network {
        self.network.clone()
    }

    /// The web server.
    pub(crate) fn origin(&self) -> &str {
        self.network.origins.first().map_or("", String::as_str)
    }

    /// How to call an operation; `None` if the web service does not offer it.
    pub(crate) fn route(&self, op: Op) -> Option<&Route> {
        self.routes
            .iter()
            .find(|(known, _)| *known == op)
            .map(|(_, route)| route)
    }
}

fn base(url: &str) -> Result<Address, Failure> {
    // Who copies the address of an operation has the service's name behind the program's.
    let program = url.find(PROGRAM).map(|at| &url[..at + PROGRAM.len()]);
    let address = Address::new("base_url", program.unwrap_or(url), &[])?;
    if program.is_none() {
        let message = format!(
            "must end in /{PROGRAM}: https://HOST/otobo/{PROGRAM} for OTOBO, https://HOST/znuny/{PROGRAM} for Znuny (older \
             systems: /otrs/)"
        );
        return Err(Failure::rejected_field("base_url", message));
    }
    Ok(address)
}

fn name(field: &str, given: Option<&str>, default: &str) -> Result<String, Failure> {
    match given.map(str::trim) {
        None => Ok(default.to_owned()),
        Some("") => Err(Failure::rejected_field(
            field,
            format!("is empty: leave it out for `{default}`"),
        )),
        Some(name) => Ok(name.to_owned()),
    }
}

fn routes(params: &Params) -> Result<Vec<(Op, Route)>, Failure> {
    let mut routes = Vec::new();
    for op in Op::ALL {
        let Some(path) = params.operation_urls.of(op).or(op.default_route()) else {
            continue;
        };
        let path = path.trim().trim_matches('/').to_owned();
        let wrong = |message: &str| Err(Failure::rejected_field(format!("operation_urls.{op}"), message));
        if path.is_empty() {
            return wrong("is empty: write the route that the web service maps to the operation");
        }
        if path.bytes().any(|b| !b.is_ascii_graphic() || b"?#%".contains(&b)) {
            return wrong("is no route: write it as in the web service, as /ticket-search");
        }
        let unknown = path
            .split('/')
            .find(|part| part.starts_with(':') && *part != ":TicketID");
        if unknown.is_some() || (path.contains(":TicketID") && !op.has_ticket()) {
            return wrong(
                "holds a `:NAME` that otai does not know: only `:TicketID` in those of TicketGet and TicketUpdate",
            );
        }
        let method = params.operation_methods.of(op).unwrap_or(op.default_method());
        let method = method.trim().to_ascii_uppercase();
        // A body of a GET is never read, and what is written does not fit into an address.
        let allowed = match op {
            Op::Search | Op::Get => ["POST", "GET", "PUT", "PATCH"].contains(&method.as_str()),
            Op::Update | Op::Create | Op::Session => ["POST", "PUT", "PATCH"].contains(&method.as_str()),
        };
        if !allowed {
            let message = "must be POST, PUT or PATCH (TicketSearch and TicketGet: also GET)";
            return Err(Failure::rejected_field(format!("operation_methods.{op}"), message));
        }
        routes.push((op, Route { path, method }));
    }
    Ok(routes)
}

#[cfg(test)]
pub(crate) mod tests;
