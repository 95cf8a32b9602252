//! What goes back to a client, whichever helpdesk says it. Error bodies belong to the desks.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::Value;

/// An answer before the headers that every answer carries.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) kind: Option<&'static str>,
    pub(crate) body: Vec<u8>,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// See [`Answer::took_effect`].
    pub(crate) effect: Option<bool>,
    /// See [`Answer::closing`].
    pub(crate) closes: bool,
}

const JSON: &str = "application/json; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";

impl Answer {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            kind: Some(JSON),
            body: body.to_string().into_bytes(),
            headers: Vec::new(),
            effect: None,
            closes: false,
        }
    }

    pub(crate) fn ok(body: &Value) -> Self {
        Self::json(200, body)
    }

    /// 201 with the place of the new thing.
    pub(crate) fn created(body: &Value, location: String) -> Self {
        Self::json(201, body).with("location", location)
    }

    /// 204: no body, no content type.
    pub(crate) fn nothing() -> Self {
        Self {
            status: 204,
            kind: None,
            body: Vec::new(),
            headers: Vec::new(),
            effect: None,
            closes: false,
        }
    }

    pub(crate) fn html(status: u16, body: &str) -> Self {
        Self {
            status,
            kind: Some(HTML),
            body: body.as_bytes().to_vec(),
            headers: Vec::new(),
            effect: None,
            closes: false,
        }
    }

    /// An empty body under a JSON content type.
    pub(crate) fn empty_json(status: u16) -> Self {
        Self {
            status,
            kind: Some(JSON),
            body: Vec::new(),
            headers: Vec::new(),
            effect: None,
            closes: false,
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// What the proxy in front of a helpdesk says when it cannot reach it.
    pub(crate) fn edge(status: u16) -> Self {
        Self::html(
            status,
            "<html><head><title>upstream error</title></head><body><h1>upstream error</h1></body></html>",
        )
    }

    /// Writes these bytes, which need not be HTTP, and closes the connection: what a server does whose program died.
    pub(crate) fn closing(last_words: Vec<u8>) -> Self {
        Self {
            closes: true,
            body: last_words,
            ..Self::nothing()
        }
    }

    /// Says whether the request took effect, where the status alone does not tell.
    pub(crate) fn took_effect(mut self, effect: bool) -> Self {
        self.effect = Some(effect);
        self
    }

    /// Whether the request took effect; by default if the status says so.
    pub(crate) fn effective(&self) -> bool {
        self.effect.unwrap_or(self.status < 300)
    }

    /// Whether this is a page of the proxy: none of the helpdesk's own headers are on it.
    pub(crate) fn is_edge(&self) -> bool {
        self.status >= 502 && self.kind.is_some_and(|k| k.starts_with("text/html"))
    }

    pub(crate) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        if let Some(kind) = self.kind {
            headers.insert("content-type", HeaderValue::from_static(kind));
        }
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.append(HeaderName::from_static(name), value);
            }
        }
        response
    }
}
