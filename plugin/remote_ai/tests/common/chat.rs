//! An engine that speaks OpenAI's language, and what it answers.

use otai_plugin::{
    ClassificationService as _, Failure, ScriptedHost, block_on, merged,
    model::Classified,
    serde_json::{Value, json},
};
use otai_remote_ai::OpenAICompatibleClassificationService;

use super::{KEY, batch};

/// Params with labels for three fields, and these.
pub(crate) fn params(more: Value) -> Value {
    let all = json!({
        "base_url": "https://gpu.example/v1", "api_key": KEY, "model": "qwen3:8b", "concurrency": 1,
        "labels": {
            "queue": { "Billing": "invoices,\n refunds", "Network": "" },
            "priority": { "Low": "", "High": "work stands still" },
            "tags": { "refund": "", "vip": "" },
        },
    });
    merged(all, more)
}

pub(crate) fn service(script: &ScriptedHost, more: Value) -> OpenAICompatibleClassificationService {
    script
        .service(OpenAICompatibleClassificationService::new, params(more))
        .unwrap()
}

/// Text, probability and alternatives of a token.
pub(crate) type Spelt<'a> = (&'a str, f64, &'a [(&'a str, f64)]);

/// A completion; with its tokens if there are any.
pub(crate) fn completion(content: &str, tokens: &[Spelt<'_>]) -> Value {
    let plain = |text: &str, p: f64| json!({ "token": text, "logprob": p.ln(), "bytes": text.as_bytes() });
    let token = |(text, p, others): &Spelt<'_>| {
        let mut token = plain(text, *p);
        token["top_logprobs"] = std::iter::once((*text, *p))
            .chain(others.iter().copied())
            .map(|(t, p)| plain(t, p))
            .collect();
        token
    };
    let logprobs = match tokens {
        [] => Value::Null,
        tokens => json!({ "content": tokens.iter().map(token).collect::<Vec<_>>() }),
    };
    json!({
        "id": "x", "object": "chat.completion", "model": "qwen3:8b",
        "choices": [{ "index": 0, "message": { "role": "assistant", "content": content }, "finish_reason": "stop", "logprobs": logprobs }],
        "usage": { "prompt_tokens": 9, "completion_tokens": 9 },
    })
}

pub(crate) const BILLING: &str = r#"{"queue": "Billing"}"#;

/// Billing, with probability 0.8.
pub(crate) fn sure() -> Value {
    completion(
        BILLING,
        &[
            ("{\"queue\": \"", 1.0, &[]),
            ("Billing", 0.8, &[("Network", 0.2)]),
            ("\"}", 1.0, &[]),
        ],
    )
}

/// What becomes of one text, asked for its queue, when the engine answers so.
pub(crate) fn one(status: u16, body: &str, more: Value) -> Result<Classified, Failure> {
    let script = ScriptedHost::new().answer("POST", "/v1/chat/completions", status, body);
    block_on(service(&script, more).classify(batch(&["x"], &["queue"])))
}
