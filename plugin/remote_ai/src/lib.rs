//! Classifiers for otai on engines that run on the own premises, for those who outgrow the machine.
//!
//! | service | engine | asks |
//! |---|---|---|
//! | [`TextEmbeddingsInferenceService`] | Hugging Face text-embeddings-inference | `/predict`, or `/embed` with labels that were only described |
//! | [`OpenAICompatibleClassificationService`] | vLLM, Ollama, llama.cpp server, LM Studio | `/v1/chat/completions` |
//!
//! What both keep: a label that the admin (or the engine's own model) did not name never comes out, whatever a customer writes
//! into a ticket; a text to which the engine has no usable answer is left to a human with the reason; no text of a ticket and
//! no key is ever part of a log line or a failure; requests go through the host and nowhere else.
//!
//! One idea a file: `engine` is where requests go, `status` turns refusals into remedies, `text` is what of a ticket is sent,
//! `trouble` tells a text that cannot be answered from a call that failed; `tei` and `chat` are the two services.

mod chat;
mod engine;
mod status;
mod tei;
mod text;
mod trouble;

pub use chat::{ChatParams, Logprobs, OpenAICompatibleClassificationService, Structured};
pub use tei::{LabelHint, TeiParams, TextEmbeddingsInferenceService, ZeroShot};

otai_plugin::export_plugin!(RemoteAiPlugin {
    classifier: TextEmbeddingsInferenceService,
    classifier: OpenAICompatibleClassificationService,
});
