//! The layers of a model, packed.

use rayon::prelude::*;

use crate::config::{Config, Family};
use crate::distances::Distances;
use crate::error::OpenError;
use crate::linear::{Linear, Precision};
use crate::table::Table;
use crate::weights::Weights;

/// What runs over every token before the head.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) config: Config,
    pub(crate) words: Table,
    /// One row per position, the row of the first segment already added.
    pub(crate) positions: Vec<f32>,
    pub(crate) norm: Norm,
    pub(crate) layers: Vec<Layer>,
    /// MPNet's, which all layers share.
    pub(crate) distances: Option<Distances>,
}

/// One layer.
#[derive(Debug)]
pub(crate) struct Layer {
    pub(crate) attention: Attention,
    pub(crate) out: Linear,
    pub(crate) norm: Norm,
    pub(crate) up: Linear,
    pub(crate) down: Linear,
    pub(crate) last_norm: Norm,
}

/// How queries, keys and values come about.
#[derive(Debug)]
pub(crate) enum Attention {
    /// For every token, as one product.
    All(Linear),
    /// Queries for the first token of each text only: the last layer of a model that uses no other token.
    First { query: Linear, key_value: Linear },
}

/// Gain and offset of a LayerNorm.
#[derive(Debug)]
pub(crate) struct Norm {
    pub(crate) gain: Vec<f32>,
    pub(crate) offset: Vec<f32>,
}

impl Model {
    /// Reads and packs all layers, on the threads of the current pool. With `first_only` the last layer computes the first token of
    /// each text only.
    pub(crate) fn read(
        config: &Config,
        weights: &Weights,
        precision: Precision,
        first_only: bool,
    ) -> Result<Self, OpenError> {
        let width = config.width;
        // Shapes are checked before anything is packed, so a config that promises a billion layers ends at the first missing one.
        let read_layer = |at: usize| {
            let last = at + 1 == config.layers;
            Layer::read(config, weights, precision, at, first_only && last)
        };
        let (layers, rest) = rayon::join(
            || {
                (0..config.layers)
                    .into_par_iter()
                    .map(read_layer)
                    .collect::<Result<Vec<_>, _>>()
            },
            || -> Result<_, OpenError> {
                let words = weights.table("embeddings.word_embeddings.weight", config.vocabulary, width)?;
                let norm = Norm::read(weights, "embeddings.LayerNorm", width)?;
                let distances = (config.family == Family::Mpnet).then(|| Distances::read(config, weights));
                Ok((words, norm, positions(config, weights)?, distances.transpose()?))
            },
        );
        let (words, norm, positions, distances) = rest?;
        Ok(Self {
            config: config.clone(),
            words,
            positions,
            norm,
            layers: layers?,
            distances,
        })
    }
}

fn positions(config: &Config, weights: &Weights) -> Result<Vec<f32>, OpenError> {
    let width = config.width;
    let mut positions = weights.body("embeddings.position_embeddings.weight", &[config.positions, width])?;
    if config.segments > 0 {
        let segments = weights.body("embeddings.token_type_embeddings.weight", &[config.segments, width])?;
        for row in positions.chunks_exact_mut(width) {
            row.iter_mut().zip(&segments[..width]).for_each(|(p, s)| *p += s);
        }
    }
    Ok(positions)
}

impl Layer {
    fn read(
        config: &Config,
        weights: &Weights,
        precision: Precision,
        at: usize,
        first_only: bool,
    ) -> Result<Self, OpenError> {
        let names = match config.family {
            Family::Bert | Family::Roberta => BERT,
            Family::DistilBert => DISTILBERT,
            Family::Mpnet => MPNET,
        };
        let (stem, [query, key, value, out, norm, up, down, last_norm]) = names;
        let full = |name: &str| format!("{stem}.{at}.{name}");
        let (width, inner) = (config.width, config.inner);
        let square = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| full(name)).collect();
            Linear::read(weights, &names, width, width, precision)
        };
        let attention = if first_only {
            Attention::First {
                query: square(&[query])?,
                key_value: square(&[key, value])?,
            }
        } else {
            Attention::All(square(&[query, key, value])?)
        };
        Ok(Self {
            attention,
            out: square(&[out])?,
            norm: Norm::read(weights, &full(norm), width)?,
            up: Linear::read(weights, &[full(up)], width, inner, precision)?,
            down: Linear::read(weights, &[full(down)], inner, width, precision)?,
            last_norm: Norm::read(weights, &full(last_norm), width)?,
        })
    }
}

impl Norm {
    fn read(weights: &Weights, name: &str, width: usize) -> Result<Self, OpenError> {
        Ok(Self {
            gain: weights.body(&format!("{name}.weight"), &[width])?,
            offset: weights.body(&format!("{name}.bias"), &[width])?,
        })
    }
}

type Names = (&'static str, [&'static str; 8]);

/// Names of BERT and RoBERTa: query, key, value, output, LayerNorm, up, down, LayerNorm.
const BERT: Names = (
    "encoder.layer",
    [
        "attention.self.query",
        "attention.self.key",
        "attention.self.value",
        "attention.output.dense",
        "attention.output.LayerNorm",
        "intermediate.dense",
        "output.dense",
        "output.LayerNorm",
    ],
);

/// Names of DistilBERT, in the same order.
const DISTILBERT: Names = (
    "transformer.layer",
    [
        "attention.q_lin",
        "attention.k_lin",
        "attention.v_lin",
        "attention.out_lin",
        "sa_layer_norm",
        "ffn.lin1",
        "ffn.lin2",
        "output_layer_norm",
    ],
);

/// Names of MPNet, in the same order.
const MPNET: Names = (
    "encoder.layer",
    [
        "attention.attn.q",
        "attention.attn.k",
        "attention.attn.v",
        "attention.attn.o",
        "attention.LayerNorm",
        "intermediate.dense",
        "output.dense",
        "output.LayerNorm",
    ],
);
