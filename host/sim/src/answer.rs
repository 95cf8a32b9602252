//! What goes back to a client: the five error shapes of Freshdesk and everything that succeeds.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::{Value, json};

/// An answer before the headers that every answer carries.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) kind: Option<&'static str>,
    pub(crate) body: Vec<u8>,
    pub(crate) headers: Vec<(&'static str, String)>,
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
        }
    }

    pub(crate) fn html(status: u16, body: &str) -> Self {
        Self {
            status,
            kind: Some(HTML),
            body: body.as_bytes().to_vec(),
            headers: Vec::new(),
        }
    }

    /// An empty body under a JSON content type, as Freshdesk sends it with 429.
    pub(crate) fn empty_json(status: u16) -> Self {
        Self {
            status,
            kind: Some(JSON),
            body: Vec::new(),
            headers: Vec::new(),
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Shape B.
    pub(crate) fn coded(status: u16, code: &str, message: &str) -> Self {
        Self::json(status, &json!({ "code": code, "message": message }))
    }

    /// Empty and not JSON: a client that parses every JSON answer must not find one here.
    pub(crate) fn not_found() -> Self {
        Self::html(404, "")
    }

    pub(crate) fn unauthorised() -> Self {
        Self::coded(
            401,
            "invalid_credentials",
            "You have to be logged in to perform this action.",
        )
    }

    pub(crate) fn denied() -> Self {
        Self::coded(403, "access_denied", "You are not authorized to perform this action.")
    }

    pub(crate) fn suspended() -> Self {
        Self::coded(403, "account_suspended", "Your account has been suspended.")
    }

    pub(crate) fn wrong_method(method: &str, allowed: &[&str]) -> Self {
        let allowed = allowed.join(", ");
        let message = format!("{method} method is not allowed. It should be one of these method(s): {allowed}");
        Self::json(405, &json!({ "message": message })).with("allow", allowed)
    }

    pub(crate) fn not_acceptable() -> Self {
        Self::html(406, "")
    }

    pub(crate) fn wrong_type(sent: &str) -> Self {
        let message = format!("Content-Type header is set to {sent}. It should be set to application/json");
        Self::coded(415, "invalid_content_type", &message)
    }

    pub(crate) fn broken_json() -> Self {
        Self::coded(400, "invalid_json", "Request body has invalid json format")
    }

    pub(crate) fn limited(retry_after: u64) -> Self {
        Self::empty_json(429).with("retry-after", retry_after.to_string())
    }

    pub(crate) fn internal() -> Self {
        Self::coded(500, "internal_error", "We're sorry, but something went wrong.")
    }

    /// What the edge in front of Freshdesk says when it cannot reach it.
    pub(crate) fn edge(status: u16) -> Self {
        Self::html(
            status,
            "<html><head><title>upstream error</title></head><body><h1>upstream error</h1></body></html>",
        )
    }

    /// Shape A with 400.
    pub(crate) fn invalid(errors: &[Wrong]) -> Self {
        Self::json(400, &validation(errors))
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

/// One wrong field of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) field: String,
    pub(crate) message: String,
    pub(crate) code: &'static str,
}

impl Wrong {
    pub(crate) fn new(field: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            field: field.to_owned(),
            message: message.into(),
            code,
        }
    }

    pub(crate) fn value(field: &str, message: impl Into<String>) -> Self {
        Self::new(field, "invalid_value", message)
    }

    pub(crate) fn unknown(field: &str) -> Self {
        Self::new(field, "invalid_field", "Unexpected/invalid field in request")
    }

    pub(crate) fn missing(field: &str) -> Self {
        Self::new(field, "missing_field", "Mandatory attribute missing")
    }

    pub(crate) fn choice(field: &str, choices: &str) -> Self {
        Self::value(field, format!("It should be one of these values: '{choices}'"))
    }

    pub(crate) fn mismatch(field: &str, got: &Value, wanted: &str) -> Self {
        let message = format!("Value set is of type {}. It should be a/an {wanted}.", type_name(got));
        Self::new(field, "datatype_mismatch", message)
    }

    /// The blank after the full stop is missing in the original, too.
    pub(crate) fn mismatched_choice(field: &str, got: &Value, choices: &str) -> Self {
        let message = format!(
            "Value set is of type {}.It should be one of these values: '{choices}'",
            type_name(got)
        );
        Self::new(field, "datatype_mismatch", message)
    }
}

pub(crate) fn validation(errors: &[Wrong]) -> Value {
    let errors: Vec<Value> = errors
        .iter()
        .map(|e| json!({ "field": e.field, "message": e.message, "code": e.code }))
        .collect();
    json!({ "description": "Validation failed", "errors": errors })
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "Null",
        Value::Bool(_) => "Boolean",
        Value::Number(n) if n.is_f64() => "Float",
        Value::Number(_) => "Integer",
        Value::String(_) => "String",
        Value::Array(_) => "Array",
        Value::Object(_) => "Object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wordings_are_the_recorded_ones() {
        let wrong = Wrong::mismatched_choice("status", &json!("2"), "2,3,4,5,6,7");
        assert_eq!(
            wrong.message,
            "Value set is of type String.It should be one of these values: '2,3,4,5,6,7'"
        );
        let wrong = Wrong::mismatch("cf_seats", &json!("5"), "Integer");
        assert_eq!(wrong.message, "Value set is of type String. It should be a/an Integer.");
    }

    #[test]
    fn a_missing_thing_is_empty_and_not_json() {
        let response = Answer::not_found().into_response();
        assert_eq!(response.status(), 404);
        assert!(
            response.headers()["content-type"]
                .to_str()
                .unwrap()
                .starts_with("text/html")
        );
        assert!(
            Answer::nothing()
                .into_response()
                .headers()
                .get("content-type")
                .is_none()
        );
    }
}
