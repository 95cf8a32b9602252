//! The one place where requests are made and read: authentication, costs, and no word of a ticket in any message.

use otai_plugin::{Api, Failure, Host, Request, Response, answers, rows, serde::de::DeserializeOwned};

use crate::{
    errors::{self, Asked},
    params::Settings,
};

/// A page of 100 ticket rows (Freshdesk API v2 reference, "Embedding").
pub(crate) const LIST_COST: f64 = 1.0;
/// What each `include` adds to that.
pub(crate) const INCLUDE_COST: f64 = 2.0;

/// The product's name in messages.
pub(crate) const PRODUCT: &str = "Freshdesk";

/// Sends requests to one account.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) api: Api,
    pub(crate) settings: Settings,
}

impl Client {
    pub(crate) fn new(host: Host, settings: Settings) -> Self {
        let base = format!("{}/api/v2", settings.base);
        let key = settings.key.clone();
        Self {
            // Freshdesk ignores the password; its reference writes `X`.
            api: Api::new(host, base, move |request| request.basic_auth(&key, "X")),
            settings,
        }
    }

    /// `GET` that must succeed.
    pub(crate) async fn fetch(&self, asked: Asked, path: &str, cost: f64) -> Result<Response, Failure> {
        let request = Request::get(self.api.url(path)).cost(cost);
        let response = self.api.send(request).await?;
        self.expect(asked, response)
    }

    /// Success, or the failure that the status means.
    pub(crate) fn expect(&self, asked: Asked, response: Response) -> Result<Response, Failure> {
        match response.status {
            200..300 => Ok(response),
            _ => Err(errors::failure(asked, &self.settings.base, &response)),
        }
    }

    /// A ticket was answered with 404. An API that is switched off answers everything so, and then no ticket is gone at all
    /// (Freshdesk API v2 reference, "HTTP Status Codes"): only an account that answers is believed.
    pub(crate) async fn confirm_gone(&self) -> Result<(), Failure> {
        self.fetch(Asked::Account, "/agents/me", 1.0).await.map(drop)
    }

    /// True if the answer names a next page at this very origin; to any other the key must not go.
    pub(crate) fn has_next(&self, response: &Response) -> bool {
        let links = response.headers.iter().filter(|(name, _)| name == "link");
        links.flat_map(|(_, value)| value.split(",")).any(|link| {
            let Some((url, rel)) = link.trim().strip_prefix('<').and_then(|l| l.split_once('>')) else {
                return false;
            };
            let rest = url.strip_prefix(&self.settings.origin);
            rest.is_some_and(|r| r.starts_with('/')) && rel.replace('"', "").contains("rel=next")
        })
    }
}

/// Reads JSON.
pub(crate) fn json<T: DeserializeOwned>(response: &Response) -> Result<T, Failure> {
    answers::read(PRODUCT, response)
}

/// Where one ticket is.
pub(crate) fn ticket_path(id: &str) -> Result<String, Failure> {
    Ok(format!("/tickets/{}", rows::number(PRODUCT, id)?))
}
