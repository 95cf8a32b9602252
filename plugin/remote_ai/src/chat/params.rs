//! From what the config says to what is used.

use std::{collections::BTreeMap, time::Duration};

use otai_plugin::{Address, Failure, Secret, checks, model::Network, schemars::JsonSchema, serde::Deserialize};

use crate::engine;

otai_plugin::params! {
    /// Which engine, which model, and which labels there are.
    pub struct ChatParams {
        /// Where the engine answers, as its documentation gives it for OpenAI clients, mostly with `/v1` at the end:
        /// `https://gpu.example/v1`, or on this machine `http://127.0.0.1:11434/v1`.
        pub base_url: String,
        /// Allow plain http to another machine, in a network that is yours and trusted: everybody on the way can read tickets
        /// and key. Default false.
        #[serde(default)]
        pub allow_http: bool,
        /// The key that the engine asks for; none by default.
        #[serde(default)]
        pub api_key: Option<Secret>,
        /// The model, by the name that the engine lists under `/v1/models`.
        pub model: String,
        /// Field (`queue`, `priority`, `type`, `tags`, `custom_fields.NAME`), then label, then what the label is for. The model
        /// sees the descriptions; it can answer with nothing but these labels. All fields of a ticket cost one request.
        pub labels: BTreeMap<String, BTreeMap<String, String>>,
        /// 0 (the default) always takes the most probable answer; at most 2.
        #[serde(default)]
        pub temperature: Option<f64>,
        /// The same seed gives the same answer on an engine that keeps to it. Default 0.
        #[serde(default)]
        pub seed: Option<u64>,
        /// How long one answer may take, `1s` to `10m`. Default `60s`.
        #[serde(default)]
        pub timeout: Option<String>,
        /// Characters of a text that are sent, from its beginning, 100 to 100000: they cost time and the model's context.
        /// Default 8000.
        #[serde(default)]
        pub max_text_chars: Option<usize>,
        /// Most tokens of an answer. Default: what the longest answer with these labels needs; a model that thinks before it
        /// answers needs more, for example 2000.
        #[serde(default)]
        pub max_answer_tokens: Option<usize>,
        /// How the confidence is found: `auto` asks the engine for the probabilities of the tokens of its answer, `off` does not
        /// and needs `confidence_without_logprobs`. Default `auto`.
        #[serde(default)]
        pub logprobs: Logprobs,
        /// The confidence of an answer for which the engine gives no probabilities, 0 to 1. Default: none, and such a ticket is
        /// left to a human, because nothing says how sure the model is.
        #[serde(default)]
        pub confidence_without_logprobs: Option<f64>,
        /// How the engine is kept to the labels: `json_schema` (vLLM, Ollama, llama.cpp, LM Studio), `json_object` or `off` for
        /// older engines. An answer outside the labels is never used, whichever it is. Default `json_schema`.
        #[serde(default)]
        pub structured: Structured,
        /// Requests on the way at a time, 1 to 64. Default 4.
        #[serde(default)]
        pub concurrency: Option<usize>,
        /// Never more requests a minute than this. Default: 6000.
        #[serde(default)]
        pub requests_per_minute: Option<f64>,
    }
}

/// Where the confidence comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(crate = "otai_plugin::serde", rename_all = "snake_case")]
#[schemars(crate = "otai_plugin::schemars")]
pub enum Logprobs {
    /// From the engine's log-probabilities, where it gives them.
    #[default]
    Auto,
    /// They are not asked for.
    Off,
}

/// How the engine is kept to the labels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(crate = "otai_plugin::serde", rename_all = "snake_case")]
#[schemars(crate = "otai_plugin::schemars")]
pub enum Structured {
    /// `response_format` with the labels as enums.
    #[default]
    JsonSchema,
    /// `response_format` for any JSON object; the labels stand in the instructions only.
    JsonObject,
    /// No `response_format`.
    Off,
}

/// A model of a few billion parameters answers in seconds; a cold one is loaded first.
const TIMEOUT: Duration = Duration::from_secs(60);
/// About 2000 tokens: fits the smallest context that servers start with (4096), beside the instructions.
const MAX_TEXT_CHARS: usize = 8000;
const CONCURRENCY: usize = 4;

/// Parameters that were found sound.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) address: Address,
    pub(crate) key: Option<Secret>,
    pub(crate) model: String,
    pub(crate) labels: BTreeMap<String, BTreeMap<String, String>>,
    pub(crate) temperature: f64,
    pub(crate) seed: u64,
    pub(crate) timeout: Duration,
    pub(crate) max_text_chars: usize,
    pub(crate) max_answer_tokens: Option<usize>,
    pub(crate) logprobs: Logprobs,
    pub(crate) confidence_without_logprobs: Option<f64>,
    pub(crate) structured: Structured,
    pub(crate) concurrency: usize,
    requests_per_minute: Option<f64>,
}

impl Settings {
    /// Checks every parameter.
    pub(crate) fn new(params: &ChatParams) -> Result<Self, Failure> {
        let wrong = |param: &str, message: &str| Err(Failure::rejected_field(param, message));
        if params.model.trim().is_empty() {
            return wrong("model", "is empty: write a name that the engine lists under /v1/models");
        }
        let confidence = params
            .confidence_without_logprobs
            .map(|c| checks::number("confidence_without_logprobs", c, 0.0, 1.0))
            .transpose()?;
        if params.logprobs == Logprobs::Off && confidence.is_none() {
            return wrong(
                "logprobs",
                "off leaves every ticket to a human, unless `confidence_without_logprobs` says how sure an answer counts as",
            );
        }
        let max_text_chars = checks::count("max_text_chars", params.max_text_chars, MAX_TEXT_CHARS, 100_000)?;
        if max_text_chars < 100 {
            return wrong("max_text_chars", "must be at least 100: less says nothing");
        }
        let max_answer_tokens = params
            .max_answer_tokens
            .map(|n| checks::count("max_answer_tokens", Some(n), n, 32_768))
            .transpose()?;
        Ok(Self {
            address: Address::in_house(
                "base_url",
                &params.base_url,
                &["/chat/completions", "/models"],
                params.allow_http,
            )?,
            key: checks::key("api_key", params.api_key.as_ref())?,
            model: params.model.trim().to_owned(),
            labels: labels(&params.labels)?,
            temperature: checks::number("temperature", params.temperature.unwrap_or(0.0), 0.0, 2.0)?,
            seed: params.seed.unwrap_or(0),
            timeout: engine::timeout(params.timeout.as_deref(), TIMEOUT)?,
            max_text_chars,
            max_answer_tokens,
            logprobs: params.logprobs,
            confidence_without_logprobs: confidence,
            structured: params.structured,
            concurrency: checks::count("concurrency", params.concurrency, CONCURRENCY, 64)?,
            requests_per_minute: checks::per_minute(params.requests_per_minute)?,
        })
    }

    /// Where requests go.
    pub(crate) fn network(&self) -> Network {
        engine::network(&self.address, self.requests_per_minute)
    }
}

fn labels(
    fields: &BTreeMap<String, BTreeMap<String, String>>,
) -> Result<BTreeMap<String, BTreeMap<String, String>>, Failure> {
    let wrong = |message: String| Err(Failure::rejected_field("labels", message));
    if fields.is_empty() {
        return wrong("names no field: write `labels: { queue: { LABEL: \"what it is for\", ... } }`".into());
    }
    for (field, labels) in fields {
        let least = if field == "tags" { 1 } else { 2 };
        if labels.len() < least {
            return wrong(format!(
                "field `{field}` needs at least {least} labels: otherwise there is nothing to decide"
            ));
        }
        if let Some(label) = labels
            .keys()
            .find(|label| label.trim().is_empty() || label.chars().any(char::is_control))
        {
            return wrong(format!(
                "field `{field}` has a label that is empty or holds a line break: {label:?}"
            ));
        }
    }
    Ok(fields.clone())
}
