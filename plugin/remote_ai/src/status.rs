//! From the statuses that every engine shares to remedies. A message of an engine is searched for words, and never repeated.

use std::time::Duration;

use otai_plugin::{
    Failure, Response,
    answers::{is_page, is_trouble, trouble},
    serde_json::Value,
};

/// Wait after a 429 that names no time: as long as the host itself then keeps its door closed.
const BUSY: Duration = Duration::from_secs(60);

/// The failure that an unsuccessful answer means on any engine; `None` if the status alone does not say.
pub(crate) fn common(base: &str, response: &Response) -> Option<Failure> {
    let status = response.status;
    Some(match status {
        300..=399 => Failure::refused(format!(
            "{base} sends requests on to another address: set `base_url` to the one that answers itself"
        )),
        401 => Failure::refused(
            "the engine does not accept the key (401): set `api_key` to the one that it was started with",
        ),
        403 => Failure::refused(
            "the engine forbids this (403): its `api_key` may not use this model, or a proxy before it does not let otai through",
        ),
        405 => Failure::refused(format!(
            "{base} answers, but not to what an engine is asked (405): is `base_url` the right engine?"
        )),
        429 => trouble("the engine", response, Some(BUSY)),
        status if is_trouble(status) => trouble("the engine", response, None),
        _ if is_page(response) => Failure::refused(format!(
            "{base} answers {status} with a web page: is `base_url` the engine itself, and not a portal or proxy?"
        )),
        _ => return None,
    })
}

/// What an engine says of an error, in lower case, to be searched only.
///
/// vLLM, Ollama and llama.cpp: `{"error":{"message":…}}`; older vLLM: `{"message":…}`; LM Studio and
/// text-embeddings-inference: `{"error":"…"}` (issues lmstudio-bug-tracker#189, vllm#4667, llama.cpp#11847).
pub(crate) fn message(response: &Response) -> String {
    let Ok(body) = otai_plugin::serde_json::from_slice::<Value>(&response.body) else {
        return String::new();
    };
    let places = ["/error/message", "/error", "/message", "/detail"];
    let found = places.iter().find_map(|place| body.pointer(place)?.as_str());
    found.unwrap_or_default().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
        let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        Response {
            status,
            headers: headers.collect(),
            body: body.into(),
        }
    }

    fn told(response: &Response) -> Failure {
        common("https://gpu.example/v1", response).unwrap()
    }

    #[test]
    fn a_busy_engine_is_asked_again_when_it_says() {
        let after = |headers: &[(&str, &str)], status| match told(&answer(status, headers, "")) {
            Failure::Retry { after_ms, .. } => after_ms,
            other => panic!("{other:?}"),
        };
        assert_eq!(after(&[("retry-after", "7")], 429), Some(7000));
        assert_eq!(after(&[("retry-after", "0")], 503), Some(1000));
        assert_eq!(after(&[("retry-after", "1e9")], 503), Some(3_600_000));
        assert_eq!(after(&[("retry-after", "soon")], 429), Some(60_000));
        assert_eq!(after(&[], 429), Some(60_000));
        assert_eq!(after(&[], 503), None);
        assert_eq!(after(&[], 500), None);
    }

    #[test]
    fn what_no_ticket_can_change_stops_everything_and_names_the_param() {
        for (status, param) in [(301, "base_url"), (401, "api_key"), (403, "api_key"), (405, "base_url")] {
            let failure = told(&answer(status, &[("location", "https://canary.example")], "canary"));
            assert!(
                failure.is_for_every_ticket() && failure.to_string().contains(param),
                "{failure}"
            );
            assert!(!failure.to_string().contains("canary"), "{failure}");
        }
        assert!(told(&answer(400, &[], "<html>")).to_string().contains("web page"));
        assert_eq!(common("", &answer(400, &[], "{}")), None);
    }

    #[test]
    fn every_engines_form_of_an_error_is_found() {
        for body in [
            r#"{"error":{"message":"Words"}}"#,
            r#"{"error":"Words"}"#,
            r#"{"object":"error","message":"Words"}"#,
        ] {
            assert_eq!(message(&answer(400, &[], body)), "words", "{body}");
        }
        assert_eq!(message(&answer(400, &[], "no json")), "");
    }
}
