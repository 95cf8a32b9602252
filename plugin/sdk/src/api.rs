//! A REST API: where it is, and how a request shows who we are.

use std::{fmt, sync::Arc};

use serde::Serialize;

use crate::{Failure, Host, Request, Response};

/// Sends requests to paths below one address. Cheap to clone.
///
/// ```
/// # use otai_plugin::{Api, ScriptedHost, Secret};
/// # otai_plugin::block_on(async {
/// # let script = ScriptedHost::new().answer("GET", "https://desk.example/api/tickets/7", 200, "{}");
/// # let (host, token) = (script.host(), Secret::from("t"));
/// let api = Api::new(host, "https://desk.example/api", move |request| request.bearer(&token));
/// let response = api.get("/tickets/7").await?;
/// assert_eq!(response.status, 200);
/// # Ok::<(), otai_plugin::Failure>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct Api {
    host: Host,
    base: String,
    authorized: Arc<dyn Fn(Request) -> Request + Send + Sync>,
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").field("base", &self.base).finish_non_exhaustive()
    }
}

impl Api {
    /// The API at `base`; `authorized` adds the credentials to a request.
    pub fn new(
        host: Host,
        base: impl Into<String>,
        authorized: impl Fn(Request) -> Request + Send + Sync + 'static,
    ) -> Self {
        Self {
            host,
            base: base.into(),
            authorized: Arc::new(authorized),
        }
    }

    /// The whole address of a path.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Sends with the credentials. Every HTTP status is `Ok`.
    ///
    /// # Errors
    /// Those of [`Host::http`].
    pub async fn send(&self, request: Request) -> Result<Response, Failure> {
        self.host.http((self.authorized)(request)).await
    }

    /// `GET`, whatever comes.
    ///
    /// # Errors
    /// Those of [`Host::http`].
    pub async fn get(&self, path: &str) -> Result<Response, Failure> {
        self.send(Request::get(self.url(path))).await
    }

    /// `PUT` with a JSON body, whatever comes.
    ///
    /// # Errors
    /// Those of [`Host::http`].
    pub async fn put(&self, path: &str, body: &impl Serialize) -> Result<Response, Failure> {
        self.send(Request::put(self.url(path)).json(body)?).await
    }

    /// `POST` with a JSON body, whatever comes.
    ///
    /// # Errors
    /// Those of [`Host::http`].
    pub async fn post(&self, path: &str, body: &impl Serialize) -> Result<Response, Failure> {
        self.send(Request::post(self.url(path)).json(body)?).await
    }
}
