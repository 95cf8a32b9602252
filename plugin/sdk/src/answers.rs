//! What an HTTP answer means for the admin, as far as every helpdesk agrees on it. Nothing of a body gets into a [`Failure`].

use std::time::Duration;

use serde::de::DeserializeOwned;

use crate::{Failure, Response, changes::now, json, time};

/// Longest wait that is believed, in seconds.
const LONGEST: f64 = 3600.0;

/// What `Retry-After` asks for: seconds, also with a fraction, or a date by the server's own clock. At least a second, at most
/// an hour.
#[must_use]
pub fn retry_after(response: &Response) -> Option<Duration> {
    let text = response.header("retry-after")?.trim();
    let seconds = match text.parse::<f64>() {
        Ok(seconds) => seconds,
        Err(_) => (time::http_date(text)? - date(response).unwrap_or_else(now)) as f64,
    };
    seconds
        .is_finite()
        .then(|| Duration::from_secs_f64(seconds.clamp(1.0, LONGEST)))
}

/// The server's clock: the `Date` header, in seconds since 1970.
#[must_use]
pub fn date(response: &Response) -> Option<i64> {
    response.header("date").and_then(time::http_date)
}

/// `, request id …` where the answer carries one: the helpdesk's support asks for it.
#[must_use]
pub fn request_id(response: &Response) -> String {
    let id = response.header("x-request-id").unwrap_or_default();
    let id: String = id.chars().filter(|c| word(*c)).take(64).collect();
    if id.is_empty() {
        String::new()
    } else {
        format!(", request id {id}")
    }
}

/// Where a redirect leads: the host only, as path and query may carry anything.
#[must_use]
pub fn redirect(response: &Response) -> String {
    let to = response.header("location").unwrap_or_default();
    let host = to.split_once("://").map_or("", |(_, rest)| rest);
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    let host: String = host
        .chars()
        .filter(|c| word(*c) || ".:[]".contains(*c))
        .take(100)
        .collect();
    if host.is_empty() {
        "another address".to_owned()
    } else {
        host
    }
}

/// True if the host gave up reading the answer to a question, because it is larger than any answer should be. Ask for less: of
/// what [`crate::Host::http`] refuses, only this is not for every ticket.
#[must_use]
pub fn too_large(failure: &Failure) -> bool {
    matches!(
        failure,
        Failure::Rejected {
            every_ticket: false,
            ..
        }
    )
}

/// True for statuses that say nothing of the request: the server is overloaded, restarting or behind a proxy that is.
#[must_use]
pub fn is_trouble(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500..)
}

/// Trouble of the server, for later. `helpdesk` is the product's name; `otherwise` the wait where the answer names none.
#[must_use]
pub fn trouble(helpdesk: &str, response: &Response, otherwise: Option<Duration>) -> Failure {
    let id = request_id(response);
    let message = match response.status {
        429 => format!("{helpdesk} wants fewer requests (429){id}"),
        status => format!("{helpdesk} is not able to answer now (status {status}){id}"),
    };
    match retry_after(response).or(otherwise) {
        Some(after) => Failure::retry_after(message, after),
        None => Failure::retry(message),
    }
}

/// Reads JSON, also such as no standard allows (see [`json::repair`]).
///
/// # Errors
/// [`Failure::Retry`]: an answer that is no JSON of the right shape comes from a proxy or was cut off, and says nothing of the
/// request. The parser's own message is left out: it quotes what it did not expect, and that may be a customer's text.
pub fn read<T: DeserializeOwned>(helpdesk: &str, response: &Response) -> Result<T, Failure> {
    if let Ok(value) = serde_json::from_slice(&response.body) {
        return Ok(value);
    }
    serde_json::from_str(&json::repair(&response.body)).map_err(|error| {
        let what = match error.classify() {
            _ if is_page(response) => {
                "is a web page: does the address name the server itself, and not a portal or proxy?"
            }
            serde_json::error::Category::Eof => "ends in the middle",
            serde_json::error::Category::Data => "is JSON of another shape than documented",
            _ => "is no JSON",
        };
        let kind = response.header("content-type").unwrap_or("no content type");
        let kind: String = kind.chars().filter(|c| c.is_ascii_graphic()).take(60).collect();
        Failure::retry(format!(
            "{helpdesk}'s answer {} ({} bytes, {kind}) {what}{}",
            response.status,
            response.body.len(),
            request_id(response)
        ))
    })
}

/// The answer should have been a list: says what it is instead.
#[must_use]
pub fn no_list(helpdesk: &str, response: &Response) -> Failure {
    unreadable::<Vec<serde_json::Value>>(helpdesk, response)
}

/// The answer should have been an object: says what it is instead.
#[must_use]
pub fn no_object(helpdesk: &str, response: &Response) -> Failure {
    unreadable::<serde_json::Map<String, serde_json::Value>>(helpdesk, response)
}

fn unreadable<T: DeserializeOwned>(helpdesk: &str, response: &Response) -> Failure {
    read::<T>(helpdesk, response)
        .err()
        .unwrap_or_else(|| Failure::retry(format!("{helpdesk}'s answer makes no sense{}", request_id(response))))
}

/// True for HTML, whatever it is called.
#[must_use]
pub fn is_page(response: &Response) -> bool {
    let kind = response.header("content-type");
    kind.is_some_and(|kind| kind.starts_with("text/html")) || response.body.trim_ascii_start().starts_with(b"<")
}

/// Characters of codes, field names and request ids.
#[must_use]
pub fn word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)]) -> Response {
        let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        Response {
            status,
            headers: headers.collect(),
            body: Vec::new(),
        }
    }

    #[test]
    fn a_wait_is_read_in_every_form() {
        let after = |headers: &[(&str, &str)]| retry_after(&answer(429, headers)).map(|d| d.as_millis());
        assert_eq!(after(&[]), None);
        assert_eq!(after(&[("retry-after", "34")]), Some(34_000));
        assert_eq!(after(&[("retry-after", " 2.5 ")]), Some(2500));
        assert_eq!(after(&[("retry-after", "0")]), Some(1000));
        assert_eq!(after(&[("retry-after", "1e300")]), Some(3_600_000));
        assert_eq!(after(&[("retry-after", "NaN")]), None);
        assert_eq!(after(&[("retry-after", "soon")]), None);
        let dates = [
            ("date", "Tue, 01 Sep 2026 10:00:00 GMT"),
            ("retry-after", "Tue, 01 Sep 2026 10:00:20 GMT"),
        ];
        assert_eq!(after(&dates), Some(20_000));
    }

    #[test]
    fn a_redirect_names_the_host_only() {
        let to = |location| redirect(&answer(301, &[("location", location)]));
        assert_eq!(to("https://u:canary@other.example/path?canary=1"), "other.example");
        assert_eq!(to("/login"), "another address");
    }

    #[test]
    fn trouble_is_for_later() {
        for status in [408, 425, 429, 500, 503, 599] {
            assert!(is_trouble(status));
            assert!(matches!(
                trouble("Desk", &answer(status, &[]), None),
                Failure::Retry { after_ms: None, .. }
            ));
        }
        assert!(![200, 301, 400, 401, 404, 422].into_iter().any(is_trouble));
        let later = trouble("Desk", &answer(503, &[("retry-after", "7")]), None);
        assert!(matches!(
            later,
            Failure::Retry {
                after_ms: Some(7000),
                ..
            }
        ));
    }

    #[test]
    fn each_kind_of_nonsense_has_its_own_words_and_none_of_the_body() {
        let told = |kind: &str, body: &str| {
            let response = Response {
                status: 200,
                headers: vec![("content-type".into(), kind.into())],
                body: body.into(),
            };
            read::<Vec<u8>>("Desk", &response).unwrap_err().to_string()
        };
        let json = "application/json";
        let all = [
            (told(json, "[1, 2"), "ends in the middle"),
            (told(json, "[\"canary\"]"), "another shape"),
            (
                told("text/event-stream", "data: canary"),
                "text/event-stream) is no JSON",
            ),
            (told("text/html; charset=utf-8", "<html>canary"), "a web page"),
            (told(json, "\n <!doctype html>canary"), "a web page"),
        ];
        for (sentence, words) in all {
            assert!(sentence.contains(words) && !sentence.contains("canary"), "{sentence}");
        }
    }
}
