//! JSON out of an answer, or one sentence on what came instead. Never a word of the body: engines repeat what they were sent.

use otai_plugin::{
    Failure, Response,
    serde::de::DeserializeOwned,
    serde_json::{self, error::Category},
};

/// Reads the body of a success.
///
/// What is no JSON of the right shape comes from a proxy or was cut off: it says nothing of the request, which may work later.
pub(crate) fn json<T: DeserializeOwned>(response: &Response) -> Result<T, Failure> {
    serde_json::from_slice(&response.body).map_err(|error| {
        let what = match error.classify() {
            _ if is_page(response) => {
                "is a web page: does `base_url` name the engine itself, and not a portal or proxy?"
            }
            Category::Eof => "ends in the middle",
            Category::Data => {
                "is JSON of another shape than the engine's documentation says: is `base_url` the right engine?"
            }
            Category::Syntax | Category::Io => "is no JSON: is `base_url` the right engine?",
        };
        let kind = response.header("content-type").unwrap_or("no content type");
        let kind: String = kind.chars().filter(char::is_ascii_graphic).take(60).collect();
        Failure::retry(format!(
            "the engine's answer {} ({} bytes, {kind}) {what}",
            response.status,
            response.body.len()
        ))
    })
}

/// True for HTML, whatever it is called.
pub(crate) fn is_page(response: &Response) -> bool {
    response
        .header("content-type")
        .is_some_and(|kind| kind.starts_with("text/html"))
        || response.body.trim_ascii_start().starts_with(b"<")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(kind: &str, body: &str) -> String {
        let response = Response {
            status: 200,
            headers: vec![("content-type".into(), kind.into())],
            body: body.into(),
        };
        let failure = json::<Vec<u32>>(&response).unwrap_err();
        assert!(matches!(failure, Failure::Retry { .. }));
        failure.to_string()
    }

    #[test]
    fn each_kind_of_nonsense_has_its_own_words_and_none_of_the_body() {
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
