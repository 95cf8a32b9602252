//! What an engine says of itself (`GET /info`), and whether it can do what is wanted.
//!
//! Shape: text-embeddings-inference, `router/src/lib.rs`, `Info`; `model_type` is an object with one key.

use std::collections::BTreeMap;

use otai_plugin::{Failure, serde::Deserialize};

/// The part of `/info` that matters here.
#[derive(Debug, Clone, Deserialize)]
#[serde(crate = "otai_plugin::serde")]
pub(crate) struct Info {
    /// Name or folder of the model.
    #[serde(default)]
    pub(crate) model_id: String,
    pub(crate) model_type: ModelType,
    /// Most texts in one request.
    #[serde(default)]
    pub(crate) max_client_batch_size: Option<usize>,
    /// Tokens that the model reads of a text.
    #[serde(default)]
    pub(crate) max_input_length: Option<usize>,
}

/// What kind of model the engine serves.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(crate = "otai_plugin::serde", default)]
pub(crate) struct ModelType {
    pub(crate) classifier: Option<Classifier>,
    pub(crate) embedding: Option<Embedding>,
}

/// A sequence classification model.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(crate = "otai_plugin::serde", default)]
pub(crate) struct Classifier {
    pub(crate) id2label: BTreeMap<String, String>,
}

/// An embedding model.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(crate = "otai_plugin::serde", default)]
pub(crate) struct Embedding {}

impl Info {
    /// The model's labels.
    pub(crate) fn labels(&self) -> Result<Vec<String>, Failure> {
        match &self.model_type.classifier {
            Some(classifier) if classifier.id2label.len() > 1 => Ok(classifier.id2label.values().cloned().collect()),
            Some(_) => Err(Failure::refused(
                "the engine's model has a single label, so there is nothing to decide: serve a model with several, or set \
                 `zero_shot` and serve an embedding model",
            )),
            None => Err(Failure::refused(
                "the engine serves no sequence classification model: serve one, or set `zero_shot` to use an embedding model",
            )),
        }
    }

    /// That texts can be embedded.
    pub(crate) fn embeds(&self) -> Result<(), Failure> {
        match self.model_type.embedding {
            Some(_) => Ok(()),
            None => Err(Failure::refused(
                "the engine serves no embedding model, which `zero_shot` needs: serve one, or remove `zero_shot` to use the \
                 labels of the model itself",
            )),
        }
    }

    /// Printable name of the model.
    pub(crate) fn name(&self) -> String {
        self.model_id.chars().filter(|c| !c.is_control()).take(120).collect()
    }
}
