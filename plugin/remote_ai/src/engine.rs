//! The one place where an engine is asked: through the host, with the key, and with the wait that the admin allows.

use std::time::Duration;

use otai_plugin::{
    Address, Failure, Host, Request, Response, Secret, checks,
    model::{Limits, Network},
    serde::Serialize,
};

/// An engine of one's own has no allowance to share, so this only keeps a mistake from becoming a flood: a hundred a second.
const PER_MINUTE: f64 = 6000.0;

/// An engine and how it is asked.
#[derive(Debug, Clone)]
pub(crate) struct Engine {
    pub(crate) host: Host,
    pub(crate) address: Address,
    pub(crate) key: Option<Secret>,
    pub(crate) timeout: Duration,
}

impl Engine {
    /// An engine at this address.
    pub(crate) fn new(host: Host, address: &Address, key: Option<&Secret>, timeout: Duration) -> Self {
        Self {
            host,
            address: address.clone(),
            key: key.cloned(),
            timeout,
        }
    }

    /// `GET`, whatever comes.
    pub(crate) async fn get(&self, path: &str) -> Result<Response, Failure> {
        self.send(Request::get(format!("{}{path}", self.address.base))).await
    }

    /// `POST` with a JSON body, whatever comes.
    pub(crate) async fn post(&self, path: &str, body: &impl Serialize) -> Result<Response, Failure> {
        let request = Request::post(format!("{}{path}", self.address.base)).json(body)?;
        self.send(request.timeout(self.timeout)).await
    }

    async fn send(&self, request: Request) -> Result<Response, Failure> {
        let request = match &self.key {
            Some(key) => request.bearer(key),
            None => request,
        };
        self.host.http(request).await
    }
}

/// The network of one engine.
pub(crate) fn network(address: &Address, requests_per_minute: Option<f64>) -> Network {
    Network {
        origins: vec![address.origin.clone()],
        plain_http: address.plain_http,
        limits: Limits {
            requests_per_minute,
            assumed_per_minute: Some(PER_MINUTE),
            ..Limits::default()
        },
        ..Network::default()
    }
}

/// How long an answer may take: the parameter `timeout`.
pub(crate) fn timeout(text: Option<&str>, default: Duration) -> Result<Duration, Failure> {
    checks::duration("timeout", text, default, 1..=600, "60s")
}
