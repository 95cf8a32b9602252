//! Transformer encoders of Hugging Face folders, run on the CPU: BERT, DistilBERT, RoBERTa, XLM-RoBERTa and CamemBERT.
//!
//! ```no_run
//! use otai_encoder::{Encoder, Options, SequenceClassifier};
//!
//! let encoder = Encoder::open("all-MiniLM-L6-v2", &Options::default())?;
//! let vectors = encoder.embed(&["My printer is on fire", "Invoice missing"]);
//! assert_eq!(vectors.values().len(), 2 * encoder.dim());
//!
//! let classifier = SequenceClassifier::open("my-classifier", &Options::default())?;
//! let scores = classifier.logits(&["My printer is on fire"]);
//! assert_eq!(scores.len(), classifier.labels().len());
//! # Ok::<(), otai_encoder::OpenError>(())
//! ```
//!
//! A folder holds `config.json`, `tokenizer.json` and `model.safetensors` (or shards with their index); what sentence-transformers
//! adds (`modules.json`, pooling, the greatest length) is followed. Nothing is fetched. The table of word embeddings stays mapped
//! from its file, so the file must not be shortened or written over while a model is open; renaming another over it is harmless.
//!
//! Every text is computed by the same steps whatever stands beside it, so batches and threads do not change a result.

mod attention;
mod classifier;
mod config;
mod encoder;
mod engine;
mod error;
mod folder;
mod forward;
mod head;
mod kernels;
mod linear;
mod model;
mod table;
mod tokens;
mod weights;

pub use classifier::SequenceClassifier;
pub use encoder::{Embeddings, Encoder};
pub use engine::Options;
pub use error::OpenError;
pub use folder::Pooling;
pub use linear::Precision;
