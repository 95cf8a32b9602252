//! How Zammad says no.
//!
//! A refusal is JSON only if the request asks for JSON or is JSON; otherwise it is an HTML page. A cause that Zammad does
//! not expect is masked for everybody but administrators (`handles_errors.rb` of its source).

use serde_json::json;

use crate::answer::Answer;

/// A request that is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) text: String,
    /// Whether only an administrator gets to know the text.
    masked: bool,
}

impl Refusal {
    fn open(status: u16, text: impl Into<String>) -> Self {
        Self {
            status,
            text: text.into(),
            masked: false,
        }
    }

    pub(crate) fn unauthorised(text: &str) -> Self {
        Self::open(401, text)
    }

    pub(crate) fn forbidden(text: &str) -> Self {
        Self::open(403, text)
    }

    /// The user has no right to what the request is about.
    pub(crate) fn denied() -> Self {
        Self::forbidden("Not authorized")
    }

    pub(crate) fn no_route(method: &str, path: &str) -> Self {
        Self::open(404, format!("No route matches [{method}] {path}"))
    }

    /// Rails' own sentence.
    pub(crate) fn no_record(kind: &str, id: &str) -> Self {
        Self::open(404, format!("Couldn't find {kind} with 'id'={id}"))
    }

    pub(crate) fn invalid(text: impl Into<String>) -> Self {
        Self::open(422, text)
    }

    /// What core workflows and the database refuse.
    pub(crate) fn masked(text: impl Into<String>) -> Self {
        Self {
            masked: true,
            ..Self::open(422, text)
        }
    }

    /// An exception that nobody caught.
    pub(crate) fn internal(text: impl Into<String>) -> Self {
        Self {
            masked: true,
            ..Self::open(500, text)
        }
    }

    pub(crate) fn bad_request() -> Self {
        Self {
            masked: true,
            ..Self::open(400, "Error occurred while parsing request parameters")
        }
    }

    /// What a request is answered that a fault lets fail with this status; `code` is the text.
    pub(crate) fn of(status: u16, code: Option<&str>) -> Self {
        match (status, code) {
            (_, Some(code)) => Self::open(status, code),
            (401, None) => Self::unauthorised("Can't find User for Token"),
            (403, None) => Self::denied(),
            (404, None) => Self::no_record("Ticket", "0"),
            (422, None) => Self::masked("refused"),
            _ => Self {
                status,
                ..Self::internal("refused")
            },
        }
    }

    /// The answer. `error_id` stands in a masked text, so that an administrator finds the cause in the log.
    pub(crate) fn answer(self, json: bool, admin: bool, error_id: &str) -> Answer {
        let hidden = self.masked && !admin;
        let text = if hidden {
            format!("Error ID {error_id}: Please contact your administrator.")
        } else {
            self.text
        };
        let answer = if !json {
            page(self.status)
        } else if self.masked {
            Answer::json(self.status, &json!({ "error": text }))
        } else {
            Answer::json(self.status, &json!({ "error": text, "error_human": text }))
        };
        match self.status {
            401 | 403 => answer.with("x-failure", text),
            _ => answer,
        }
    }
}

fn page(status: u16) -> Answer {
    let title = match status {
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        422 => "Unprocessable Content",
        _ => "Internal Server Error",
    };
    Answer::html(
        status,
        &format!(
            "<!DOCTYPE html>\n<html><head><title>{status}: {title}</title></head><body><h1>{status}: {title}</h1></body></html>\n"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(answer: &Answer) -> String {
        String::from_utf8(answer.body.clone()).unwrap()
    }

    #[test]
    fn unexpected_causes_are_masked_for_all_but_administrators() {
        let agent = Refusal::masked("Invalid value 'x' for field 'type'!").answer(true, false, "AbC123");
        assert_eq!(
            body(&agent),
            r#"{"error":"Error ID AbC123: Please contact your administrator."}"#
        );
        let admin = Refusal::masked("why").answer(true, true, "AbC123");
        assert_eq!(body(&admin), r#"{"error":"why"}"#);
        let known = Refusal::invalid("No lookup value found for 'group': \"x\"").answer(true, false, "AbC123");
        assert!(body(&known).contains("No lookup value") && known.status == 422);
    }

    #[test]
    fn without_json_a_page_comes_back() {
        let answer = Refusal::denied().answer(false, false, "A");
        assert!(body(&answer).starts_with("<!DOCTYPE") && answer.kind == Some("text/html; charset=utf-8"));
        assert_eq!(answer.headers, [("x-failure", "Not authorized".to_owned())]);
    }
}
