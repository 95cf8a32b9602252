//! From what the config says to what is used.

use std::{collections::BTreeMap, time::Duration};

use otai_plugin::{Address, Failure, Secret, checks, model::Network};

use crate::engine;

otai_plugin::params! {
    /// Which engine, and what its labels are for.
    pub struct TeiParams {
        /// Where the engine answers: `https://gpu.example:8080`, or `http://127.0.0.1:8080` on this machine.
        pub base_url: String,
        /// Allow plain http to another machine, in a network that is yours and trusted: everybody on the way can read tickets
        /// and key. Default false.
        #[serde(default)]
        pub allow_http: bool,
        /// The key that the engine was started with (`--api-key`); none by default.
        #[serde(default)]
        pub api_key: Option<Secret>,
        /// The field that the labels are for: `queue`, `priority`, `type`, `tags` or `custom_fields.NAME`. Default `queue`.
        #[serde(default)]
        pub field: Option<String>,
        /// Labels in words, for an engine that serves an embedding model. Default: the labels of the sequence classification
        /// model that the engine serves.
        #[serde(default)]
        pub zero_shot: Option<ZeroShot>,
        /// Most texts in one request, 1 to 1024; the engine's own limit (`max_client_batch_size`) holds as well. Default 32.
        #[serde(default)]
        pub batch: Option<usize>,
        /// Requests on the way at a time, 1 to 64. Default 4.
        #[serde(default)]
        pub concurrency: Option<usize>,
        /// Characters of a text that are sent, from its beginning, 100 to 100000; the engine cuts further, at what its model can
        /// take. Default 8000.
        #[serde(default)]
        pub max_text_chars: Option<usize>,
        /// Never more requests a minute than this. Default: 6000.
        #[serde(default)]
        pub requests_per_minute: Option<f64>,
        /// How long one answer may take, `1s` to `10m`. Default `20s`.
        #[serde(default)]
        pub timeout: Option<String>,
    }
}

otai_plugin::params! {
    /// Labels that nobody trained: a text gets the one whose description and examples are nearest to it in meaning.
    pub struct ZeroShot {
        /// Label, then what it means; at least two.
        pub labels: BTreeMap<String, LabelHint>,
        /// How much nearer a label must be to be sure: the confidence is the softmax of the cosine similarities divided by this,
        /// 0.001 to 1. It is not calibrated: compare some hundred decisions with the truth before you trust a threshold.
        /// Default 0.05.
        #[serde(default)]
        pub temperature: Option<f64>,
    }
}

otai_plugin::params! {
    /// What a label means.
    pub struct LabelHint {
        /// One or two sentences, in the language of the tickets.
        pub description: String,
        /// Sentences as customers write them.
        #[serde(default)]
        pub examples: Vec<String>,
    }
}

/// One field, unless the config says another.
const FIELD: &str = "queue";
/// What the engine allows unless it is told otherwise (`--max-client-batch-size`; issue
/// text-embeddings-inference#50).
const BATCH: usize = 32;
const CONCURRENCY: usize = 4;
/// More than the 512 tokens that most classification models read.
const MAX_TEXT_CHARS: usize = 8000;
const TIMEOUT: Duration = Duration::from_secs(20);
/// Similarities of sentence embeddings lie close together: a lead of 0.05 should tell.
const TEMPERATURE: f64 = 0.05;

/// Parameters that were found sound.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) address: Address,
    pub(crate) key: Option<Secret>,
    pub(crate) field: String,
    pub(crate) zero_shot: Option<ZeroShot>,
    pub(crate) temperature: f64,
    pub(crate) batch: usize,
    pub(crate) concurrency: usize,
    pub(crate) max_text_chars: usize,
    pub(crate) timeout: Duration,
    requests_per_minute: Option<f64>,
}

impl Settings {
    /// Checks every parameter.
    pub(crate) fn new(params: &TeiParams) -> Result<Self, Failure> {
        let field = params.field.clone().unwrap_or_else(|| FIELD.to_owned());
        if field.trim().is_empty() {
            return Err(Failure::rejected_field(
                "field",
                "is empty: write queue, or leave it out",
            ));
        }
        let max_text_chars = checks::count("max_text_chars", params.max_text_chars, MAX_TEXT_CHARS, 100_000)?;
        if max_text_chars < 100 {
            return Err(Failure::rejected_field(
                "max_text_chars",
                "must be at least 100: less says nothing",
            ));
        }
        let temperature = params
            .zero_shot
            .as_ref()
            .and_then(|z| z.temperature)
            .unwrap_or(TEMPERATURE);
        Ok(Self {
            address: Address::in_house(
                "base_url",
                &params.base_url,
                &["/predict", "/embed", "/info"],
                params.allow_http,
            )?,
            key: checks::key("api_key", params.api_key.as_ref())?,
            field,
            zero_shot: params.zero_shot.as_ref().map(checked).transpose()?,
            temperature: checks::number("zero_shot.temperature", temperature, 0.001, 1.0)?,
            batch: checks::count("batch", params.batch, BATCH, 1024)?,
            concurrency: checks::count("concurrency", params.concurrency, CONCURRENCY, 64)?,
            max_text_chars,
            timeout: engine::timeout(params.timeout.as_deref(), TIMEOUT)?,
            requests_per_minute: checks::per_minute(params.requests_per_minute)?,
        })
    }

    /// Where requests go.
    pub(crate) fn network(&self) -> Network {
        engine::network(&self.address, self.requests_per_minute)
    }
}

fn checked(zero_shot: &ZeroShot) -> Result<ZeroShot, Failure> {
    if zero_shot.labels.len() < 2 {
        return Err(Failure::rejected_field(
            "zero_shot",
            "needs at least two labels: with one there is nothing to decide",
        ));
    }
    let silent = zero_shot.labels.iter().find(|(label, hint)| {
        label.trim().is_empty()
            || hint.description.trim().is_empty()
            || hint.examples.iter().any(|example| example.trim().is_empty())
    });
    match silent {
        None => Ok(zero_shot.clone()),
        Some((label, _)) => Err(Failure::rejected_field(
            "zero_shot",
            format!("label `{label}` has an empty name, description or example: say in words what it means"),
        )),
    }
}
