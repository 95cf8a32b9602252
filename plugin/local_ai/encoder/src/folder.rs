//! A folder as Hugging Face and sentence-transformers lay it out: where the model is, how tokens become one vector, how long a text
//! may be.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::config::Config;
use crate::error::OpenError;
use crate::weights::Weights;

/// How the vectors of the tokens become the vector of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pooling {
    /// The mean over all tokens, special ones included. Also used where the folder names no pooling.
    Mean,
    /// The vector of the first token.
    First,
    /// The greatest number in each place over all tokens.
    Max,
}

/// What a folder says before any weight is read.
#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) config: Config,
    pub(crate) config_path: PathBuf,
    pub(crate) tokenizer_path: PathBuf,
    pub(crate) weights: Weights,
    pub(crate) pooling: Pooling,
    pub(crate) normalise: bool,
    pub(crate) lowercase: bool,
    /// The most tokens per text, special ones included.
    pub(crate) max_tokens: usize,
    /// Files beyond config, tokenizer and weights that change what comes out.
    extra: Vec<PathBuf>,
}

/// What tokenizers were kept in before `tokenizer.json`; the first versions of DeBERTa-v3 and XLM-RoBERTa hold nothing else.
const OLD_TOKENIZERS: [&str; 4] = ["spm.model", "sentencepiece.bpe.model", "vocab.txt", "vocab.json"];

impl Folder {
    /// Reads the settings of the folder and the headers of its weights.
    pub(crate) fn open(dir: &Path) -> Result<Self, OpenError> {
        let modules = Modules::read(dir)?;
        let model = dir.join(&modules.model);
        let config_path = model.join("config.json");
        let config = Config::of(&read_json(&config_path)?, &config_path)?;
        let tokenizer_path = model.join("tokenizer.json");
        if !tokenizer_path.exists() {
            let old = OLD_TOKENIZERS.iter().any(|name| model.join(name).exists());
            return Err(match old {
                true => OpenError::OldTokenizer(model),
                false => OpenError::Missing(tokenizer_path),
            });
        }
        let mut folder = Self {
            max_tokens: config.max_tokens(),
            config,
            config_path,
            tokenizer_path,
            weights: Weights::open(&model)?,
            pooling: Pooling::Mean,
            normalise: modules.normalise,
            lowercase: false,
            extra: modules.files,
        };
        if let Some(json) = folder.optional(model.join("tokenizer_config.json"))? {
            folder.limit(&json["model_max_length"]);
        }
        if let Some(json) = folder.optional(model.join("sentence_bert_config.json"))? {
            folder.limit(&json["max_seq_length"]);
            folder.lowercase = json["do_lower_case"] == true;
        }
        if let Some(path) = modules.pooling {
            let path = dir.join(path).join("config.json");
            let json = read_json(&path)?;
            folder.pooling = pooling(&json, &path)?;
            folder.extra.push(path);
        }
        Ok(folder)
    }

    /// Every file that decides what comes out, for the fingerprint.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let mut files = vec![self.config_path.clone(), self.tokenizer_path.clone()];
        files.extend_from_slice(self.weights.files());
        files.extend_from_slice(&self.extra);
        files
    }

    fn optional(&mut self, path: PathBuf) -> Result<Option<Value>, OpenError> {
        if !path.exists() {
            return Ok(None);
        }
        let json = read_json(&path)?;
        self.extra.push(path);
        Ok(Some(json))
    }

    /// Lowers the limit. Tokenizers without one say 10³⁰; what leaves no room for text is no limit either.
    fn limit(&mut self, value: &Value) {
        if let Some(limit) = value.as_f64()
            && (3.0..self.max_tokens as f64).contains(&limit)
        {
            self.max_tokens = limit as usize;
        }
    }
}

/// What `modules.json` of sentence-transformers says.
#[derive(Default)]
struct Modules {
    model: String,
    pooling: Option<String>,
    normalise: bool,
    files: Vec<PathBuf>,
}

impl Modules {
    fn read(dir: &Path) -> Result<Self, OpenError> {
        let path = dir.join("modules.json");
        let mut modules = Self::default();
        if !path.exists() {
            // A plain model whose pooling was copied along.
            let pooling = dir.join("1_Pooling/config.json");
            modules.pooling = pooling.exists().then(|| "1_Pooling".to_owned());
            return Ok(modules);
        }
        let wrong = |what: &str| OpenError::Config {
            path: path.clone(),
            what: what.to_owned(),
        };
        let json = read_json(&path)?;
        let list = json.as_array().ok_or_else(|| wrong("it is no list of modules"))?;
        for module in list {
            let (kind, place) = (&module["type"], &module["path"]);
            let (Some(kind), Some(place)) = (kind.as_str(), place.as_str()) else {
                return Err(wrong("a module has no type or path"));
            };
            if Path::new(place)
                .components()
                .any(|part| !matches!(part, std::path::Component::Normal(_)))
            {
                return Err(wrong("the path of a module leads out of the folder"));
            }
            match kind.rsplit('.').next() {
                Some("Transformer") => modules.model = place.to_owned(),
                Some("Pooling") => modules.pooling = Some(place.to_owned()),
                Some("Normalize") => modules.normalise = true,
                _ => {
                    return Err(OpenError::Unsupported {
                        what: format!("the module {kind}"),
                        path,
                    });
                }
            }
        }
        modules.files.push(path);
        Ok(modules)
    }
}

/// The pooling in `1_Pooling/config.json`: one name in new files, a switch per kind in old ones.
fn pooling(json: &Value, path: &Path) -> Result<Pooling, OpenError> {
    let mut names: Vec<&str> = json["pooling_mode"].as_str().into_iter().collect();
    let switches = json.as_object().into_iter().flatten();
    names.extend(
        switches
            .filter(|(_, on)| **on == true)
            .filter_map(|(name, _)| name.strip_prefix("pooling_mode_"))
            .map(|name| name.trim_end_matches("_tokens").trim_end_matches("_token")),
    );
    match names[..] {
        [] | ["mean"] => Ok(Pooling::Mean),
        ["cls"] => Ok(Pooling::First),
        ["max"] => Ok(Pooling::Max),
        _ => Err(OpenError::Unsupported {
            path: path.to_owned(),
            what: format!("the pooling {}", names.join(" with ")),
        }),
    }
}

/// Reads a file of JSON.
pub(crate) fn read_json(path: &Path) -> Result<Value, OpenError> {
    let bytes = read(path)?;
    serde_json::from_slice(&bytes).map_err(|source| OpenError::NotJson {
        path: path.to_owned(),
        source,
    })
}

/// Reads a file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, OpenError> {
    fs::read(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => OpenError::Missing(path.to_owned()),
        _ => OpenError::Io {
            path: path.to_owned(),
            source,
        },
    })
}

/// SHA-256 in hexadecimal over the files, each with its name and length before it.
pub(crate) fn fingerprint(files: &[PathBuf]) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut piece = vec![0; 1 << 20];
    for path in files {
        let mut file = fs::File::open(path)?;
        let name = path.file_name().unwrap_or_default().as_encoded_bytes();
        hash.update((name.len() as u64).to_le_bytes());
        hash.update(name);
        hash.update(file.metadata()?.len().to_le_bytes());
        loop {
            let count = file.read(&mut piece)?;
            if count == 0 {
                break;
            }
            hash.update(&piece[..count]);
        }
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
