use serde::{Deserialize, Serialize};

/// Where a service may send requests and how its server speaks of limits. The host enforces both.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Network {
    /// Allowed origins, `https://host` or `https://host:port`; plain `http` only to a loopback address.
    pub origins: Vec<String>,
    /// True if the admin has said that plain `http` may also go to other machines, whose network he trusts. A host that does not
    /// know this refuses such an origin.
    pub plain_http: bool,
    /// A PEM file with further certificates to trust, for a helpdesk whose certificate was made in the house.
    pub ca_file: Option<String>,
    /// True if the admin has said that any certificate will do: then nothing is known of who answers.
    pub any_certificate: bool,
    /// Milliseconds after which an idle connection is not used again: less than the server keeps it. `None`: as the host thinks.
    pub idle_ms: Option<u64>,
    /// The allowance.
    pub limits: Limits,
}

/// How many requests are allowed. The server is the authority; these fields say how to read it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Never more than this, whatever the server says.
    pub requests_per_minute: Option<f64>,
    /// Requests on the way at a time. `None`: as many as the host thinks.
    pub at_once: Option<u32>,
    /// Before the server has said anything.
    pub assumed_per_minute: Option<f64>,
    /// The part of the server's total that we take, 0 to 1; the rest is for others on the same account.
    pub share: Option<f64>,
    /// Response header with the total for a minute, a decimal number.
    pub total_header: Option<String>,
    /// Response header with what remains of it.
    pub remaining_header: Option<String>,
    /// Response header with what this request cost.
    pub used_header: Option<String>,
}

/// What the host should know of a request besides its bytes; the `options` of `abi::HttpRequest`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RequestOptions {
    /// What the request counts against the allowance, as far as can be known before.
    pub cost: f64,
    /// Milliseconds to wait for the whole answer, for a server that computes long; the host may wait less. `None`: as long as
    /// the host waits for any request of this method.
    pub timeout_ms: Option<u64>,
    /// The request changes nothing, whatever its method: a search that is sent as `POST`.
    pub reads: bool,
}

impl Default for RequestOptions {
    fn default() -> Self {
        Self {
            cost: 1.0,
            timeout_ms: None,
            reads: false,
        }
    }
}

/// One log line of a plugin. Never a secret, never the text of a ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LogRecord {
    /// 1 error, 2 warn, 3 info, 4 debug, 5 trace.
    pub level: u32,
    /// Module path.
    pub target: String,
    /// The sentence.
    pub message: String,
    /// Further fields, `key=value`.
    pub fields: String,
}
