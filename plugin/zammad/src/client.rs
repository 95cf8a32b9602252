//! The one place where requests are made and read: credentials, and no word of a ticket in any message.

use otai_plugin::{
    Failure, Host, Request, Response, answers,
    serde::{Serialize, de::DeserializeOwned},
    serde_json,
};

use crate::{
    errors::{self, Asked},
    params::Settings,
};

/// Sends requests to one Zammad.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) host: Host,
    pub(crate) settings: Settings,
}

impl Client {
    fn url(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.settings.address.base)
    }

    async fn send(&self, request: Request) -> Result<Response, Failure> {
        self.host.http(self.settings.dress(request)).await
    }

    /// `GET`, whatever comes.
    pub(crate) async fn get(&self, path: &str) -> Result<Response, Failure> {
        self.send(Request::get(self.url(path))).await
    }

    /// `GET` that must succeed.
    pub(crate) async fn fetch(&self, asked: Asked, path: &str) -> Result<Response, Failure> {
        let response = self.get(path).await?;
        self.expect(asked, response)
    }

    /// `POST` that only asks, and must succeed.
    pub(crate) async fn ask(&self, asked: Asked, path: &str, body: &impl Serialize) -> Result<Response, Failure> {
        let request = Request::post(self.url(path)).json(body)?.reading();
        let response = self.send(request).await?;
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
            200..300 if asked == Asked::Account && errors::is_page(&response) => {
                Err(errors::a_page(&self.settings.address.base, &response))
            }
            200..300 => Ok(response),
            _ => Err(errors::failure(asked, &self.settings.address.base, &response)),
        }
    }

    /// A ticket was answered with 404. Behind a proxy that lost its way everything is, and then no ticket is gone at all: only
    /// a Zammad that knows us is believed.
    pub(crate) async fn confirm_gone(&self) -> Result<(), Failure> {
        self.fetch(Asked::Account, "/users/me").await.map(drop)
    }
}

/// Reads JSON.
pub(crate) fn json<T: DeserializeOwned>(response: &Response) -> Result<T, Failure> {
    answers::read("Zammad", response)
}

/// No list, or one that was cut off.
pub(crate) fn no_list(response: &Response) -> Failure {
    answers::unreadable::<Vec<serde_json::Value>>("Zammad", response)
}

/// No object, or one that was cut off.
pub(crate) fn no_object(response: &Response) -> Failure {
    answers::unreadable::<serde_json::Map<String, serde_json::Value>>("Zammad", response)
}
