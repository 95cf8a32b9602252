//! Why a folder cannot be opened: one sentence each, with the file and what to do.

use std::io;
use std::path::PathBuf;

/// Why a model folder was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// A file that every model folder holds is not there.
    #[error("{} is missing: copy the whole Hugging Face folder of the model there", .0.display())]
    Missing(PathBuf),
    /// The tokenizer is there only in the forms of before `tokenizer.json`.
    #[error(
        "{} has no tokenizer.json, only what older tokenizers read: write one with \
         `AutoTokenizer.from_pretrained(dir).save_pretrained(dir)` in transformers",
        .0.display()
    )]
    OldTokenizer(PathBuf),
    /// The weights are there only as a pickle, which can run code and is never read.
    #[error(
        "{} holds its weights only as pytorch_model.bin, which is not read because it can run code: convert it with \
         `AutoModel.from_pretrained(dir).save_pretrained(dir, safe_serialization=True)` in transformers (for a classifier \
         `AutoModelForSequenceClassification`)",
        .0.display()
    )]
    PickleOnly(PathBuf),
    /// A file is there but cannot be read.
    #[error("{} cannot be read: check that it is a file and that its permissions allow it", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A file that should be JSON is not.
    #[error("{} is not valid JSON ({source}): fetch the file again", .path.display())]
    NotJson {
        /// The file.
        path: PathBuf,
        /// Where and why.
        #[source]
        source: serde_json::Error,
    },
    /// A setting is missing or makes no sense.
    #[error("{}: {what}: fetch the file again or correct it", .path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// Which setting, and what is wrong with it.
        what: String,
    },
    /// The model is of a kind that is not built in.
    #[error(
        "{} names the model type {found:?}, which is not supported: use a model of type bert, distilbert, roberta, \
         xlm-roberta, camembert, mpnet, modernbert or deberta-v2",
        .path.display()
    )]
    Architecture {
        /// The file.
        path: PathBuf,
        /// The `model_type` in it.
        found: String,
    },
    /// The model type is known, but not with this setting.
    #[error("{}: {what} is not supported: use a model without it", .path.display())]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// What is not supported.
        what: String,
    },
    /// The weights file is cut off or damaged.
    #[error("{} is not a whole safetensors file ({reason}): fetch it again", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the reader said.
        reason: String,
    },
    /// A tensor that the model needs is not there.
    #[error("{} holds no tensor {name:?}: use the weights that belong to the config.json beside it", .path.display())]
    NoTensor {
        /// The file.
        path: PathBuf,
        /// The tensor.
        name: String,
    },
    /// The folder holds an encoder without a classification head.
    #[error(
        "{} holds no classification head (no tensor {name:?}): open it as an encoder, or use a model trained for \
         sequence classification",
        .path.display()
    )]
    NoHead {
        /// The file.
        path: PathBuf,
        /// The first tensor of the head that was looked for.
        name: String,
    },
    /// A tensor has another shape than the config says.
    #[error(
        "{}: tensor {name:?} has shape {found:?} instead of {expected:?}: use the weights that belong to the config.json \
         beside it",
        .path.display()
    )]
    Shape {
        /// The file.
        path: PathBuf,
        /// The tensor.
        name: String,
        /// The shape by config.json.
        expected: Vec<usize>,
        /// The shape in the file.
        found: Vec<usize>,
    },
    /// A tensor holds another kind of number than f32, f16 or bf16.
    #[error("{}: tensor {name:?} holds {found}: save the model as F32, F16 or BF16", .path.display())]
    Kind {
        /// The file.
        path: PathBuf,
        /// The tensor.
        name: String,
        /// The kind of number in the file.
        found: String,
    },
    /// A weight is infinite or not a number.
    #[error(
        "{}: tensor {name:?} holds a weight that is infinite or not a number: fetch the file again or train the model anew",
        .path.display()
    )]
    NotFinite {
        /// The file.
        path: PathBuf,
        /// The tensor.
        name: String,
    },
    /// The tokenizer cannot be read or cannot split text.
    #[error("{} is not a tokenizer that can be used ({reason}): fetch it again", .path.display())]
    Tokenizer {
        /// The file.
        path: PathBuf,
        /// What the reader said.
        reason: String,
    },
    /// The tokenizer makes tokens that the model does not know.
    #[error(
        "{} makes token {token}, but the embedding table has only {rows} rows: use the tokenizer that belongs to the model",
        .path.display()
    )]
    Vocabulary {
        /// The file.
        path: PathBuf,
        /// The greatest token.
        token: u32,
        /// Rows of the table.
        rows: usize,
    },
    /// The names of the labels do not fit the head.
    #[error(
        "{}: id2label {what}, but the head has {rows} rows: give every label from \"0\" to \"{}\" one name of its own",
        .path.display(), .rows.saturating_sub(1)
    )]
    Labels {
        /// The file.
        path: PathBuf,
        /// What is wrong with the names.
        what: String,
        /// Rows of the head.
        rows: usize,
    },
    /// The threads could not be started.
    #[error("the threads of the encoder could not be started ({0}): ask for fewer threads")]
    Threads(String),
}
