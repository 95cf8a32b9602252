//! From what an OpenAI-compatible engine refuses to remedies.
//!
//! Engines share statuses and little else, so the message is searched for what it is about: Ollama answers an unknown model
//! with 404 (issue QAnything#555), vLLM a too long text with 400 (issue harbor#996), LM Studio and llama.cpp's kin an unknown
//! `response_format` with 400 or 500 (issues lmstudio-bug-tracker#189, ik_llama.cpp#778).

use otai_plugin::{Failure, Response};

use super::params::Settings;
use crate::{status, trouble::Trouble};

/// How engines say that something is not there.
const UNKNOWN: [&str; 6] = [
    "not found",
    "not exist",
    "no such",
    "unknown",
    "not loaded",
    "invalid model",
];

/// What an unsuccessful answer to a request with this text means.
pub(crate) fn trouble(settings: &Settings, response: &Response, text: &str) -> Trouble {
    let status = response.status;
    let message = status::message(response);
    // Some engines repeat the request in their message, and then a customer's words must not stop every other ticket.
    let text = text.to_lowercase();
    let about = |words: &[&str]| words.iter().any(|word| message.contains(word) && !text.contains(word));
    if matches!(status, 400 | 422 | 500 | 501) {
        if about(&["logprob"]) {
            return Failure::refused(
                "the engine cannot give log-probabilities: set `logprobs: off` and `confidence_without_logprobs`",
            )
            .into();
        }
        if about(&[
            "response_format",
            "response format",
            "json_schema",
            "json_object",
            "json schema",
            "grammar",
            "structured",
        ]) {
            return Failure::refused(
                "the engine does not know this form of answers: set `structured` to another of `json_schema`, `json_object`, `off`",
            )
            .into();
        }
        if about(&[
            "context length",
            "context size",
            "context window",
            "maximum context",
            "max_tokens must be at least",
        ]) {
            return Trouble::Text("the text is too long for the model's context: lower `max_text_chars`".into());
        }
    }
    if let Some(failure) = status::common(&settings.address.base, response) {
        return failure.into();
    }
    match status {
        413 => Trouble::Text("the engine takes no text of this size: lower `max_text_chars`".into()),
        400 | 404 | 422 if about(&["model"]) && about(&UNKNOWN) => Failure::refused(format!(
            "the engine has no model `{}`: set `model` to a name that it lists under /v1/models",
            settings.model
        ))
        .into(),
        404 => nowhere(&settings.address.base).into(),
        // One text may be the reason, so the others get their own try.
        status => Failure::rejected(format!(
            "the engine refuses the request (status {status}): its own log says why"
        ))
        .into(),
    }
}

/// Nothing answers at this path.
pub(crate) fn nowhere(base: &str) -> Failure {
    let hint = match base.ends_with("/v1") {
        true => "is it the engine's address for OpenAI clients?",
        false => "most engines answer below `/v1`, so try that at its end",
    };
    Failure::refused(format!(
        "no OpenAI-compatible API at {base} (404): {hint} (param `base_url`)"
    ))
}
