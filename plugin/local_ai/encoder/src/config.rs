//! `config.json`: what kind of model it is and how large.

use std::path::Path;

use serde_json::Value;

use crate::deberta::Deberta;
use crate::distances::BUCKETS;
use crate::error::OpenError;
use crate::kernels::Activation;
use crate::modern::Modern;

/// Sizes beyond this are not of this world; the bound keeps all sums of the int8 products within 32 bits.
const MOST: usize = 65_536;

/// The families of models, which differ in names, positions and heads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Bert,
    DistilBert,
    /// RoBERTa, XLM-RoBERTa and CamemBERT.
    Roberta,
    /// Counts positions like RoBERTa, and weighs the distance between tokens besides.
    Mpnet,
    ModernBert,
    /// The second and third version; the first is built otherwise.
    Deberta,
}

/// What the encoder needs to know.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub(crate) family: Family,
    /// Numbers per token.
    pub(crate) width: usize,
    pub(crate) layers: usize,
    pub(crate) heads: usize,
    /// Numbers per token between the two products of the feed-forward step.
    pub(crate) inner: usize,
    pub(crate) vocabulary: usize,
    /// Rows of the table of positions.
    pub(crate) positions: usize,
    /// Rows of the table of segments; 0 without one.
    pub(crate) segments: usize,
    /// The token that RoBERTa does not count as a position.
    pub(crate) pad: u32,
    pub(crate) epsilon: f32,
    pub(crate) activation: Activation,
    /// Whether `problem_type` says that several labels may hold at once.
    pub(crate) multi_label: bool,
    /// What a ModernBERT has besides.
    pub(crate) modern: Option<Modern>,
    /// What a DeBERTa has besides.
    pub(crate) deberta: Option<Deberta>,
    /// `id2label` as it stands there.
    pub(crate) id2label: Option<Value>,
}

impl Config {
    /// Reads the settings in `json`, which was read from `path`.
    pub(crate) fn of(json: &Value, path: &Path) -> Result<Self, OpenError> {
        let get = Settings { json, path };
        let family = family(json, path)?;
        let distil = family == Family::DistilBert;
        let modern = family == Family::ModernBert;
        let name = |bert: &'static str, distilbert: &'static str| if distil { distilbert } else { bert };
        let layers = get.size(name("num_hidden_layers", "n_layers"), None)?;
        let width = get.size(name("hidden_size", "dim"), None)?;
        let positions = get.size("max_position_embeddings", Some(if modern { 8192 } else { 512 }))?;
        let deberta = family == Family::Deberta;
        let config = Self {
            family,
            width,
            layers,
            heads: get.size(name("num_attention_heads", "n_heads"), None)?,
            inner: get.size(name("intermediate_size", "hidden_dim"), None)?,
            vocabulary: get.whole("vocab_size", None)?,
            positions,
            segments: match family {
                Family::DistilBert | Family::ModernBert | Family::Mpnet => 0,
                Family::Deberta if json["type_vocab_size"].as_u64().is_none_or(|segments| segments == 0) => 0,
                _ => get.size("type_vocab_size", Some(2))?,
            },
            pad: get.pad(family)?,
            epsilon: match family {
                Family::DistilBert => 1e-12,
                Family::ModernBert => get.epsilon("norm_eps", 1e-5)?,
                Family::Deberta => get.epsilon("layer_norm_eps", 1e-7)?,
                _ => get.epsilon("layer_norm_eps", 1e-12)?,
            },
            activation: get.activation(if modern {
                "hidden_activation"
            } else {
                name("hidden_act", "activation")
            })?,
            modern: modern.then(|| Modern::of(json, path, layers)).transpose()?,
            deberta: deberta.then(|| Deberta::of(json, path, positions, width)).transpose()?,
            multi_label: json["problem_type"] == "multi_label_classification",
            id2label: json.get("id2label").filter(|names| !names.is_null()).cloned(),
        };
        if !config.width.is_multiple_of(config.heads) {
            let what = format!("{} heads do not divide a width of {}", config.heads, config.width);
            return Err(get.wrong(what));
        }
        let buckets = &json["relative_attention_num_buckets"];
        if family == Family::Mpnet && !buckets.is_null() && *buckets != BUCKETS {
            let what = format!("relative_attention_num_buckets {buckets}");
            return Err(OpenError::Unsupported {
                path: path.to_owned(),
                what,
            });
        }
        let kind = &json["position_embedding_type"];
        // ModernBERT's code does not ask for it, and some of its configs say anything there.
        if !modern && kind.as_str().is_some_and(|kind| kind != "absolute") {
            let what = format!("position_embedding_type {kind}");
            return Err(OpenError::Unsupported {
                path: path.to_owned(),
                what,
            });
        }
        if modern && (config.width / config.heads) % 2 == 1 {
            let what = format!(
                "heads of {} numbers cannot be turned in pairs",
                config.width / config.heads
            );
            return Err(get.wrong(what));
        }
        if config.max_tokens() < 3 {
            return Err(get.wrong("max_position_embeddings leaves no room for text".to_owned()));
        }
        Ok(config)
    }

    /// How many tokens have a position.
    pub(crate) fn max_tokens(&self) -> usize {
        match self.family {
            Family::Bert | Family::DistilBert | Family::ModernBert | Family::Deberta => self.positions,
            // Positions start after that of the padding.
            Family::Roberta | Family::Mpnet => self.positions.saturating_sub(self.pad as usize + 1),
        }
    }
}

fn family(json: &Value, path: &Path) -> Result<Family, OpenError> {
    match json["model_type"].as_str() {
        Some("bert") => Ok(Family::Bert),
        Some("distilbert") => Ok(Family::DistilBert),
        Some("roberta" | "xlm-roberta" | "camembert") => Ok(Family::Roberta),
        Some("mpnet") => Ok(Family::Mpnet),
        Some("modernbert") => Ok(Family::ModernBert),
        Some("deberta-v2") => Ok(Family::Deberta),
        found => Err(OpenError::Architecture {
            path: path.to_owned(),
            found: found.unwrap_or_default().to_owned(),
        }),
    }
}

struct Settings<'a> {
    json: &'a Value,
    path: &'a Path,
}

impl Settings<'_> {
    fn wrong(&self, what: String) -> OpenError {
        OpenError::Config {
            path: self.path.to_owned(),
            what,
        }
    }

    fn whole(&self, name: &str, default: Option<usize>) -> Result<usize, OpenError> {
        let value = match (&self.json[name], default) {
            (Value::Null, Some(default)) => Some(default),
            (value, _) => value.as_u64().and_then(|n| usize::try_from(n).ok()),
        };
        match value {
            Some(value) if value > 0 => Ok(value),
            _ => Err(self.wrong(format!("{name} is {}, not a whole number above 0", self.json[name]))),
        }
    }

    fn size(&self, name: &str, default: Option<usize>) -> Result<usize, OpenError> {
        let value = self.whole(name, default)?;
        if value > MOST {
            return Err(self.wrong(format!("{name} is {value}, more than {MOST}")));
        }
        Ok(value)
    }

    fn pad(&self, family: Family) -> Result<u32, OpenError> {
        match &self.json["pad_token_id"] {
            // MPNet's is fixed in its code.
            _ if family == Family::Mpnet => Ok(1),
            Value::Null => Ok(u32::from(family == Family::Roberta)),
            value => value
                .as_u64()
                .and_then(|pad| u32::try_from(pad).ok())
                .filter(|pad| (*pad as usize) < MOST)
                .ok_or_else(|| self.wrong(format!("pad_token_id is {value}, not a token"))),
        }
    }

    fn epsilon(&self, name: &str, default: f64) -> Result<f32, OpenError> {
        let value = &self.json[name];
        let epsilon = if value.is_null() { Some(default) } else { value.as_f64() };
        epsilon
            .map(|epsilon| epsilon as f32)
            .filter(|epsilon| *epsilon > 0.0 && *epsilon < 1.0)
            .ok_or_else(|| self.wrong(format!("{name} is {value}, not a small number above 0")))
    }

    fn activation(&self, name: &str) -> Result<Activation, OpenError> {
        match self.json[name].as_str() {
            None if self.json[name].is_null() => Ok(Activation::Gelu),
            Some("gelu") => Ok(Activation::Gelu),
            Some("gelu_new" | "gelu_pytorch_tanh") => Ok(Activation::GeluTanh),
            Some("relu") => Ok(Activation::Relu),
            _ => Err(OpenError::Unsupported {
                path: self.path.to_owned(),
                what: format!("{name} {}", self.json[name]),
            }),
        }
    }
}
