//! Transformer encoders of Hugging Face folders, run on the CPU: BERT, DistilBERT, RoBERTa, XLM-RoBERTa, CamemBERT,
//! MPNet, ModernBERT and DeBERTa-v2 and -v3.
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
//!
//! # How fast
//!
//! Tickets per CPU second of sequence classifiers on one thread of an AMD EPYC with AVX2 and no VNNI (92 GFLOP/s at best), texts of
//! 85 tokens in the median and 105 on average, one at a time. The machine had other work, so the ratios are worth more than the
//! figures; `tests/bench_ai.sh --cpu` measures them again, with threads, memory and latency.
//!
//! | | MiniLM size | BERT-base size |
//! |---|---|---|
//! | fp32 | 30.2 | 3.7 |
//! | onnxruntime, fp32 | 24.8 | 3.4 |
//! | openvino, fp32 | 22.8 | 3.2 |
//! | transformers pipeline (torch, fp32) | 18.0 | 2.7 |
//! | int8 | 55.9 | 7.7 |
//! | onnxruntime, int8 (dynamic) | 37.1 | 6.3 |
//!
//! fp32 scores differ from torch's by less than 3e-5. With the MiniLM encoder and a head trained on its fp32 vectors, int8 vectors gave
//! the same label for 99.3 % of Banking77's test texts, and as many right ones.

mod attention;
mod classifier;
mod config;
mod deberta;
mod distances;
mod encoder;
mod engine;
mod error;
mod folder;
mod forward;
mod head;
mod kernels;
mod linear;
mod model;
mod modern;
mod rotation;
mod table;
mod tokens;
mod weights;

pub use classifier::SequenceClassifier;
pub use encoder::{Embeddings, Encoder};
pub use engine::Options;
pub use error::OpenError;
pub use folder::Pooling;
pub use linear::Precision;
