//! ModernBERT: LayerNorms before the steps, turned queries and keys, layers that look at their neighbourhood only, gated feed-forward
//! steps, and biases only where the model has them (Warner et al., arXiv 2412.13663; names and defaults as in transformers).

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use crate::config::Config;
use crate::error::OpenError;
use crate::linear::{Linear, Precision};
use crate::model::{Attention, Frame, Layer, Norm, Norms};
use crate::rotation::Rotation;
use crate::weights::Weights;

/// What the config of a ModernBERT says besides.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Modern {
    /// For each layer, whether it looks at neighbours only.
    local: Vec<bool>,
    /// How far such a layer looks to either side, in tokens.
    window: usize,
    /// Bases of the wavelengths of layers that look everywhere, and of those that do not.
    thetas: [f64; 2],
    /// Whether a classifier takes the mean of all tokens and not the first.
    pub(crate) mean: bool,
}

impl Modern {
    /// Reads the settings in `json`, which was read from `path`, of a model of `layers` layers.
    pub(crate) fn of(json: &Value, path: &Path, layers: usize) -> Result<Self, OpenError> {
        let wrong = |what: String| OpenError::Config {
            path: path.to_owned(),
            what,
        };
        let unsupported = |what: String| OpenError::Unsupported {
            path: path.to_owned(),
            what,
        };
        let whole = |name: &str, default: u64| {
            let value = if json[name].is_null() {
                Some(default)
            } else {
                json[name].as_u64()
            };
            let value = value
                .filter(|value| *value > 0)
                .and_then(|value| usize::try_from(value).ok());
            value.ok_or_else(|| wrong(format!("{name} is {}, not a whole number above 0", json[name])))
        };
        let every = whole("global_attn_every_n_layers", 3)?;
        let local = match &json["layer_types"] {
            Value::Null => (0..layers).map(|layer| layer % every != 0).collect(),
            types => layer_types(types, layers).ok_or_else(|| wrong(format!("layer_types is {types}")))?,
        };
        let theta = |kind: &str, old: &str, default: f64| {
            let new = &json["rope_parameters"][kind];
            let (scaling, of) = (&json["rope_scaling"], &new["rope_type"]);
            if !scaling.is_null() || of.as_str().is_some_and(|kind| kind != "default") {
                return Err(unsupported(format!("rope_type {of} with rope_scaling {scaling}")));
            }
            let value = if new["rope_theta"].is_null() {
                &json[old]
            } else {
                &new["rope_theta"]
            };
            let theta = if value.is_null() { Some(default) } else { value.as_f64() };
            theta
                .filter(|theta| *theta > 1.0)
                .ok_or_else(|| wrong(format!("{old} is {value}, not a number above 1")))
        };
        let mean = match json["classifier_pooling"].as_str() {
            None | Some("cls") => false,
            Some("mean") => true,
            Some(other) => return Err(unsupported(format!("classifier_pooling {other:?}"))),
        };
        match json["classifier_activation"].as_str() {
            None | Some("gelu") => {}
            Some(other) => return Err(unsupported(format!("classifier_activation {other:?}"))),
        }
        Ok(Self {
            local,
            window: whole("local_attention", 128)? / 2,
            thetas: [
                theta("full_attention", "global_rope_theta", 160_000.0)?,
                theta("sliding_attention", "local_rope_theta", 10_000.0)?,
            ],
            mean,
        })
    }

    /// The angles of layers that look everywhere, and of those that do not.
    pub(crate) fn rotations(&self, config: &Config) -> [Arc<Rotation>; 2] {
        let new = |theta| Rotation::new(theta, config.width / config.heads, config.max_tokens());
        self.thetas.map(|theta| Arc::new(new(theta)))
    }
}

/// Whether each layer looks at neighbours only; `None` if that is not said of every one.
fn layer_types(types: &Value, layers: usize) -> Option<Vec<bool>> {
    let is_local = |kind: &Value| match kind.as_str() {
        Some("sliding_attention") => Some(true),
        Some("full_attention") => Some(false),
        _ => None,
    };
    let local: Option<Vec<bool>> = types.as_array()?.iter().map(is_local).collect();
    local.filter(|local| local.len() == layers)
}

/// Reads what stands around the layers.
pub(crate) fn frame(config: &Config, weights: &Weights) -> Result<Frame, OpenError> {
    Ok(Frame {
        words: weights.table("embeddings.tok_embeddings.weight", config.vocabulary, config.width)?,
        positions: Vec::new(),
        norm: norm(weights, "embeddings.norm", config.width)?,
        last_norm: Some(norm(weights, "final_norm", config.width)?),
        distances: None,
    })
}

/// Reads and packs the layer `at`.
pub(crate) fn layer(
    config: &Config,
    (modern, rotations): (&Modern, &[Arc<Rotation>; 2]),
    weights: &Weights,
    precision: Precision,
    at: usize,
    first_only: bool,
) -> Result<Layer, OpenError> {
    let (width, inner) = (config.width, config.inner);
    let full = |name: &str| format!("layers.{at}.{name}");
    let linear = |name: &str, inputs: usize, outputs: usize| {
        let (matrix, bias) = map(weights, &full(name), inputs, outputs)?;
        Ok::<_, OpenError>(Linear::pack(&matrix, inputs, &bias, precision))
    };
    let (matrix, bias) = map(weights, &full("attn.Wqkv"), width, 3 * width)?;
    let attention = if first_only {
        let ((query, key_value), (query_bias, key_value_bias)) = (matrix.split_at(width * width), bias.split_at(width));
        Attention::First {
            query: Linear::pack(query, width, query_bias, precision),
            key_value: Linear::pack(key_value, width, key_value_bias, precision),
        }
    } else {
        Attention::All(Linear::pack(&matrix, width, &bias, precision))
    };
    let local = modern.local[at];
    // The embeddings were normalised already.
    let first = (at > 0).then(|| norm(weights, &full("attn_norm"), width)).transpose()?;
    Ok(Layer {
        attention,
        window: local.then_some(modern.window),
        relative: None,
        rotation: Some(Arc::clone(&rotations[usize::from(local)])),
        out: linear("attn.Wo", width, width)?,
        norms: Norms::Before(first, norm(weights, &full("mlp_norm"), width)?),
        up: linear("mlp.Wi", width, 2 * inner)?,
        down: linear("mlp.Wo", inner, width)?,
    })
}

/// A LayerNorm of the encoder, without offset if the model has none.
fn norm(weights: &Weights, name: &str, width: usize) -> Result<Norm, OpenError> {
    Ok(Norm {
        gain: weights.body(&format!("{name}.weight"), &[width])?,
        offset: weights.body_or_zeros(&format!("{name}.bias"), width)?,
    })
}

/// The LayerNorm of a classifier's head, which stands beside the encoder.
pub(crate) fn head_norm(weights: &Weights, width: usize) -> Result<Norm, OpenError> {
    Ok(Norm {
        gain: weights.tensor("head.norm.weight", &[width])?,
        offset: weights.tensor_or_zeros("head.norm.bias", width)?,
    })
}

/// A linear map of the encoder, row-major, with a bias of zeros if the model has none.
fn map(weights: &Weights, name: &str, inputs: usize, outputs: usize) -> Result<(Vec<f32>, Vec<f32>), OpenError> {
    let matrix = weights.body(&format!("{name}.weight"), &[outputs, inputs])?;
    Ok((matrix, weights.body_or_zeros(&format!("{name}.bias"), outputs)?))
}
