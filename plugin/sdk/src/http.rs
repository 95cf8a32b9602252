use std::time::Duration;

use base64::Engine as _;
use serde::{Serialize, de::DeserializeOwned};

use crate::{Failure, Secret};

/// An HTTP request that the host will send.
#[derive(Clone)]
pub struct Request {
    /// `GET`, `PUT`, ...
    pub method: String,
    /// Absolute; its origin must be one of [`crate::model::Network::origins`].
    pub url: String,
    /// Headers; secrets may be among them, the host never logs them.
    pub headers: Vec<(String, String)>,
    /// Empty for none.
    pub body: Vec<u8>,
    /// What it counts against the allowance, as far as known before.
    pub cost: f64,
    /// How long the answer may take, for a server that computes long; the host may wait less. `None`: as long as the host waits.
    pub timeout: Option<Duration>,
    /// It changes nothing, whatever its method.
    pub reads: bool,
}

impl Request {
    fn new(method: &str, url: impl Into<String>) -> Self {
        let headers = vec![("accept".to_owned(), "application/json".to_owned())];
        Self {
            method: method.to_owned(),
            url: url.into(),
            headers,
            body: Vec::new(),
            cost: 1.0,
            timeout: None,
            reads: false,
        }
    }

    /// `GET url`
    pub fn get(url: impl Into<String>) -> Self {
        Self::new("GET", url)
    }

    /// `DELETE url`
    pub fn delete(url: impl Into<String>) -> Self {
        Self::new("DELETE", url)
    }

    /// `PUT url`
    pub fn put(url: impl Into<String>) -> Self {
        Self::new("PUT", url)
    }

    /// `POST url`
    pub fn post(url: impl Into<String>) -> Self {
        Self::new("POST", url)
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// `Authorization: Bearer`
    #[must_use]
    pub fn bearer(self, token: &Secret) -> Self {
        self.header("authorization", format!("Bearer {}", token.expose()))
    }

    /// `Authorization: Basic`
    #[must_use]
    pub fn basic_auth(self, user: &Secret, password: &str) -> Self {
        let pair = base64::engine::general_purpose::STANDARD.encode(format!("{}:{password}", user.expose()));
        self.header("authorization", format!("Basic {pair}"))
    }

    /// Adds a pair to the URL's query, escaped.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.url.push(if self.url.contains('?') { '&' } else { '?' });
        escape(name, &mut self.url);
        self.url.push('=');
        escape(value, &mut self.url);
        self
    }

    /// Sets the cost.
    #[must_use]
    pub fn cost(mut self, cost: f64) -> Self {
        self.cost = cost;
        self
    }

    /// Says that it changes nothing, for a question that is sent as `POST`: without an answer it is simply asked again, where a
    /// write would be in doubt.
    #[must_use]
    pub fn reading(mut self) -> Self {
        self.reads = true;
        self
    }

    /// Sets how long the answer may take.
    #[must_use]
    pub fn timeout(mut self, time: Duration) -> Self {
        self.timeout = Some(time);
        self
    }

    /// Sets a JSON body.
    ///
    /// # Errors
    /// [`Failure::Bug`] if `value` has no JSON form.
    pub fn json(mut self, value: &impl Serialize) -> Result<Self, Failure> {
        self.body = serde_json::to_vec(value).map_err(|e| Failure::bug(format!("request body: {e}")))?;
        Ok(self.header("content-type", "application/json"))
    }
}

/// Appends a text so that it means itself in a URL: everything but the unreserved characters (RFC 3986) as `%XX`.
fn escape(text: &str, url: &mut String) {
    use std::fmt::Write as _;
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            let _ = write!(url, "%{byte:02X}");
        }
    }
}

/// The answer to a [`Request`], whatever its status.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Response {
    /// 100 to 599.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// Whole.
    pub body: Vec<u8>,
}

impl Response {
    /// One made by hand, for tests with a [`crate::ScriptedHost`].
    #[must_use]
    pub fn of(status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        Self {
            status,
            headers: headers.collect(),
            body: body.as_bytes().to_vec(),
        }
    }

    /// The first header of that name (lower case).
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// Parses the body.
    ///
    /// # Errors
    /// [`Failure::Retry`]: a body that is no JSON of that shape comes from a proxy or was cut off, and says nothing of the
    /// request.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_slice(&self.body).map_err(|e| {
            let kind = self.header("content-type").unwrap_or("no content type");
            // serde_json's own words quote values, which may be what a customer wrote.
            let e = format!("{:?} error at byte {} of line {}", e.classify(), e.column(), e.line());
            Failure::retry(format!(
                "answer {} ({kind}, {} bytes) is not the expected JSON: {e}",
                self.status,
                self.body.len()
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_escaped() {
        let request = Request::get("https://d.example/x")
            .query("a", "HR & Büro")
            .query("b[]", "1-2_3.~");
        assert_eq!(
            request.url,
            "https://d.example/x?a=HR%20%26%20B%C3%BCro&b%5B%5D=1-2_3.~"
        );
    }
}
