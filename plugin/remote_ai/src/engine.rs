//! The one place where an engine is asked: through the host, with the key, and with the wait that the admin allows.

use std::time::Duration;

use otai_plugin::{Address, Failure, Host, Request, Response, Secret, serde::Serialize};

/// An engine and how it is asked.
#[derive(Debug, Clone)]
pub(crate) struct Engine {
    pub(crate) host: Host,
    pub(crate) address: Address,
    pub(crate) key: Option<Secret>,
    pub(crate) timeout: Duration,
}

impl Engine {
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
