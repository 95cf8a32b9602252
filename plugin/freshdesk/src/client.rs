//! The one place where requests are made and read: authentication, costs, and no word of a ticket in any message.

use otai_plugin::{
    Failure, Host, Request, Response, answers, rows,
    serde::{Serialize, de::DeserializeOwned},
    serde_json,
};

use crate::{
    errors::{self, Asked},
    params::Settings,
};

/// A page of 100 ticket rows with `include=description` (Freshdesk API v2 reference, "Embedding": one and two per include).
pub(crate) const LIST_COST: f64 = 3.0;

/// Sends requests to one account.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) host: Host,
    pub(crate) settings: Settings,
}

impl Client {
    fn url(&self, path: &str) -> String {
        format!("{}/api/v2{path}", self.settings.base)
    }

    /// Sends with the key. Freshdesk ignores the password; its reference writes `X`.
    pub(crate) async fn send(&self, request: Request) -> Result<Response, Failure> {
        self.host.http(request.basic_auth(&self.settings.key, "X")).await
    }

    /// `GET`, whatever comes.
    pub(crate) async fn get(&self, path: &str, cost: f64) -> Result<Response, Failure> {
        self.send(Request::get(self.url(path)).cost(cost)).await
    }

    /// `GET` that must succeed.
    pub(crate) async fn fetch(&self, asked: Asked, path: &str, cost: f64) -> Result<Response, Failure> {
        let response = self.get(path, cost).await?;
        self.expect(asked, response)
    }

    /// `PUT` with a JSON body, whatever comes.
    pub(crate) async fn put(&self, path: &str, body: &impl Serialize) -> Result<Response, Failure> {
        self.send(Request::put(self.url(path)).json(body)?).await
    }

    /// `POST` with a JSON body, whatever comes.
    pub(crate) async fn post(&self, path: &str, body: &impl Serialize) -> Result<Response, Failure> {
        self.send(Request::post(self.url(path)).json(body)?).await
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
    answers::read("Freshdesk", response)
}

/// No list, or one that was cut off.
pub(crate) fn no_list(response: &Response) -> Failure {
    answers::unreadable::<Vec<serde_json::Value>>("Freshdesk", response)
}

/// No object, or one that was cut off.
pub(crate) fn no_object(response: &Response) -> Failure {
    answers::unreadable::<serde_json::Map<String, serde_json::Value>>("Freshdesk", response)
}

/// Where one ticket is.
pub(crate) fn ticket_path(id: &str) -> Result<String, Failure> {
    Ok(format!("/tickets/{}", rows::number("Freshdesk", id)?))
}
