//! The five error shapes of Freshdesk, in the words that were recorded.

use serde_json::{Value, json};

use crate::answer::Answer;

/// Shape B.
pub(crate) fn coded(status: u16, code: &str, message: &str) -> Answer {
    Answer::json(status, &json!({ "code": code, "message": message }))
}

/// Empty and not JSON: a client that parses every JSON answer must not find one here.
pub(crate) fn not_found() -> Answer {
    Answer::html(404, "")
}

pub(crate) fn unauthorised() -> Answer {
    coded(
        401,
        "invalid_credentials",
        "You have to be logged in to perform this action.",
    )
}

pub(crate) fn denied() -> Answer {
    coded(403, "access_denied", "You are not authorized to perform this action.")
}

pub(crate) fn suspended() -> Answer {
    coded(403, "account_suspended", "Your account has been suspended.")
}

pub(crate) fn wrong_method(method: &str, allowed: &[&str]) -> Answer {
    let allowed = allowed.join(", ");
    let message = format!("{method} method is not allowed. It should be one of these method(s): {allowed}");
    Answer::json(405, &json!({ "message": message })).with("allow", allowed)
}

pub(crate) fn not_acceptable() -> Answer {
    Answer::html(406, "")
}

pub(crate) fn wrong_type(sent: &str) -> Answer {
    let message = format!("Content-Type header is set to {sent}. It should be set to application/json");
    coded(415, "invalid_content_type", &message)
}

pub(crate) fn broken_json() -> Answer {
    coded(400, "invalid_json", "Request body has invalid json format")
}

pub(crate) fn internal() -> Answer {
    coded(500, "internal_error", "We're sorry, but something went wrong.")
}

/// Shape A with 400.
pub(crate) fn invalid(errors: &[Wrong]) -> Answer {
    Answer::json(400, &validation(errors))
}

/// What a request is answered that a fault lets fail with this status.
pub(crate) fn failure(status: u16, code: Option<&str>) -> Answer {
    let shape_a = |wrong: Wrong| Answer {
        status,
        ..invalid(&[wrong])
    };
    match (code, status) {
        (Some("account_suspended"), _) => Answer { status, ..suspended() },
        (Some(code), _) => coded(status, code, "You are not authorized to perform this action."),
        (None, 401) => unauthorised(),
        (None, 403) => denied(),
        (None, 404) => not_found(),
        (None, 405) => wrong_method("This", &["GET"]),
        (None, 406) => not_acceptable(),
        (None, 415) => wrong_type(""),
        (None, 429) => Answer::empty_json(429),
        (None, 500) => internal(),
        (None, 502..) => Answer::edge(status),
        (None, 409) => shape_a(Wrong::new(
            "ticket",
            "inconsistent_state",
            "It is in an inconsistent state",
        )),
        (None, _) => shape_a(Wrong::value("ticket", "It is invalid")),
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
        let response = not_found().into_response();
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
