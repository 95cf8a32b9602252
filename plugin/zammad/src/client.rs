//! The one place where requests are made and read: credentials, and no word of a ticket in any message.

use otai_plugin::{
    Api, Failure, Host, Request, Response, answers,
    serde::{Serialize, de::DeserializeOwned},
};

use crate::{
    account::Account,
    errors::{self, Asked},
    params::Settings,
};

/// The product's name in messages.
pub(crate) const PRODUCT: &str = "Zammad";

/// Sends requests to one Zammad.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) api: Api,
    pub(crate) settings: Settings,
}

impl Client {
    pub(crate) fn new(host: Host, settings: Settings) -> Self {
        let base = format!("{}/api/v1", settings.address.base);
        let way = settings.clone();
        Self {
            api: Api::new(host, base, move |request| way.dress(request)),
            settings,
        }
    }

    /// `GET` that must succeed.
    pub(crate) async fn fetch(&self, asked: Asked, path: &str) -> Result<Response, Failure> {
        let response = self.api.get(path).await?;
        self.expect(asked, response)
    }

    /// `POST` that only asks, and must succeed.
    pub(crate) async fn ask(&self, asked: Asked, path: &str, body: &impl Serialize) -> Result<Response, Failure> {
        let request = Request::post(self.api.url(path)).json(body)?.reading();
        let response = self.api.send(request).await?;
        self.expect(asked, response)
    }

    /// Success, or the failure that the status means.
    pub(crate) fn expect(&self, asked: Asked, response: Response) -> Result<Response, Failure> {
        match response.status {
            200..300 => Ok(response),
            _ => Err(errors::failure(asked, &self.settings.address.base, &response)),
        }
    }

    /// A ticket was answered with 404. Behind a proxy that lost its way everything is, and then no ticket is gone at all: only
    /// a Zammad that knows us is believed, and no page of that proxy.
    pub(crate) async fn confirm_gone(&self) -> Result<(), Failure> {
        let me = self.fetch(Asked::Account, "/users/me").await?;
        json::<Account>(&me).map(drop)
    }
}

/// Reads JSON.
pub(crate) fn json<T: DeserializeOwned>(response: &Response) -> Result<T, Failure> {
    answers::read(PRODUCT, response)
}
