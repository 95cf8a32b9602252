//! From what text-embeddings-inference refuses to remedies: `{"error":…,"error_type":…}` with a status of its own for each type
//! (`router/src/http/server.rs`: 400 empty, 413 validation, 422 tokenizer, 424 backend, 429 overloaded, 503 unhealthy).

use otai_plugin::{Failure, Response, serde::Deserialize, serde_json};

use crate::{status, trouble::Trouble};

#[derive(Debug, Default, Deserialize)]
#[serde(crate = "otai_plugin::serde", default)]
struct Refused {
    error_type: String,
}

/// What an unsuccessful answer to a request means. [`Trouble::Text`] holds for at least one of its texts.
pub(crate) fn trouble(base: &str, response: &Response) -> Trouble {
    if let Some(failure) = status::common(base, response) {
        return failure.into();
    }
    let refused: Refused = serde_json::from_slice(&response.body).unwrap_or_default();
    let kind = refused.error_type.to_lowercase();
    match (response.status, kind.as_str()) {
        (404, _) => Failure::refused(format!(
            "no text-embeddings-inference at {base} (404): set `base_url` to where its `/info` answers, without a path of its API"
        ))
        .into(),
        (413, _) => Trouble::Text("the engine takes no text of this size: lower `max_text_chars`".into()),
        (422, "tokenizer") => Trouble::Text("the engine cannot take this text apart into tokens".into()),
        (400, "empty") => Trouble::Text("the engine takes it for an empty text".into()),
        (424, _) => Failure::retry("the engine's model failed at it (424): its own log says why").into(),
        (status, _) => Failure::bug(format!("the engine refuses the form of our request (status {status})")).into(),
    }
}
