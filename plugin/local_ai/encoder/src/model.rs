//! The layers of a model, packed.

use std::sync::Arc;

use rayon::prelude::*;

use crate::config::{Config, Family};
use crate::deberta::{Places, Relative};
use crate::distances::Distances;
use crate::error::OpenError;
use crate::linear::{Linear, Precision};
use crate::modern;
use crate::rotation::Rotation;
use crate::table::Table;
use crate::weights::Weights;

/// What runs over every token before the head.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) config: Config,
    pub(crate) frame: Frame,
    pub(crate) layers: Vec<Layer>,
}

/// What stands around the layers.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) words: Table,
    /// One row per position, the row of the first segment already added; empty where they do not count, or count in the layers.
    pub(crate) positions: Vec<f32>,
    pub(crate) norm: Norm,
    /// After the last layer, where the layers have theirs before each step.
    pub(crate) last_norm: Option<Norm>,
    /// MPNet's, which all layers share.
    pub(crate) distances: Option<Distances>,
}

/// One layer.
#[derive(Debug)]
pub(crate) struct Layer {
    pub(crate) attention: Attention,
    /// How many tokens it looks at to either side, if not at all of them.
    pub(crate) window: Option<usize>,
    /// What DeBERTa's scores owe to places.
    pub(crate) relative: Option<Relative>,
    /// By which queries and keys are turned.
    pub(crate) rotation: Option<Arc<Rotation>>,
    pub(crate) out: Linear,
    pub(crate) norms: Norms,
    /// To `inner` numbers, or twice as many of which one half gates the other.
    pub(crate) up: Linear,
    pub(crate) down: Linear,
}

/// Where the LayerNorms of attention and of the feed-forward step stand.
#[derive(Debug)]
pub(crate) enum Norms {
    /// Behind each, for what is added up.
    After(Norm, Norm),
    /// Before each, for what it looks at.
    Before(Option<Norm>, Norm),
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
        // Shapes are checked before anything is packed, so a config that promises a billion layers ends at the first missing one.
        let modern = config.modern.as_ref().map(|modern| (modern, modern.rotations(config)));
        let places = config
            .deberta
            .as_ref()
            .map(|deberta| Places::read(deberta, config, weights));
        let places = places.transpose()?;
        let read_layer = |at: usize| {
            let first_only = first_only && at + 1 == config.layers;
            let layer = match &modern {
                Some((modern, rotations)) => {
                    modern::layer(config, (modern, rotations), weights, precision, at, first_only)?
                }
                None => Layer::read(config, weights, precision, at, first_only)?,
            };
            let relative = places
                .as_ref()
                .map(|places| Relative::read(places, config, weights, at));
            Ok(Layer {
                relative: relative.transpose()?,
                ..layer
            })
        };
        let (layers, frame) = rayon::join(
            || {
                (0..config.layers)
                    .into_par_iter()
                    .map(read_layer)
                    .collect::<Result<Vec<_>, OpenError>>()
            },
            || match &modern {
                Some(_) => modern::frame(config, weights),
                None => Frame::read(config, weights),
            },
        );
        Ok(Self {
            config: config.clone(),
            frame: frame?,
            layers: layers?,
        })
    }
}

impl Frame {
    fn read(config: &Config, weights: &Weights) -> Result<Self, OpenError> {
        let distances = (config.family == Family::Mpnet).then(|| Distances::read(config, weights));
        Ok(Self {
            words: weights.table("embeddings.word_embeddings.weight", config.vocabulary, config.width)?,
            positions: positions(config, weights)?,
            norm: Norm::read(weights, "embeddings.LayerNorm", config.width)?,
            last_norm: None,
            distances: distances.transpose()?,
        })
    }
}

fn positions(config: &Config, weights: &Weights) -> Result<Vec<f32>, OpenError> {
    let width = config.width;
    let absolute = config.deberta.as_ref().is_none_or(|deberta| deberta.absolute);
    let mut positions = match absolute {
        true => weights.body("embeddings.position_embeddings.weight", &[config.positions, width])?,
        false if config.segments == 0 => return Ok(Vec::new()),
        false => vec![0.0; config.positions * width],
    };
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
            Family::Bert | Family::Roberta | Family::ModernBert => BERT,
            Family::DistilBert => DISTILBERT,
            Family::Mpnet => MPNET,
            Family::Deberta => DEBERTA,
        };
        let (stem, [query, key, value], [out, norm, up, down, last_norm]) = names;
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
            window: None,
            relative: None,
            rotation: None,
            out: square(&[out])?,
            norms: Norms::After(
                Norm::read(weights, &full(norm), width)?,
                Norm::read(weights, &full(last_norm), width)?,
            ),
            up: Linear::read(weights, &[full(up)], width, inner, precision)?,
            down: Linear::read(weights, &[full(down)], inner, width, precision)?,
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

/// The stem of all names; query, key, value; output, LayerNorm, up, down, LayerNorm.
type Names = (&'static str, [&'static str; 3], [&'static str; 5]);

/// Names of BERT and RoBERTa.
const BERT: Names = (
    "encoder.layer",
    ["attention.self.query", "attention.self.key", "attention.self.value"],
    [
        "attention.output.dense",
        "attention.output.LayerNorm",
        "intermediate.dense",
        "output.dense",
        "output.LayerNorm",
    ],
);

const DEBERTA: Names = (
    BERT.0,
    [
        "attention.self.query_proj",
        "attention.self.key_proj",
        "attention.self.value_proj",
    ],
    BERT.2,
);

const MPNET: Names = (
    BERT.0,
    ["attention.attn.q", "attention.attn.k", "attention.attn.v"],
    [
        "attention.attn.o",
        "attention.LayerNorm",
        "intermediate.dense",
        "output.dense",
        "output.LayerNorm",
    ],
);

const DISTILBERT: Names = (
    "transformer.layer",
    ["attention.q_lin", "attention.k_lin", "attention.v_lin"],
    [
        "attention.out_lin",
        "sa_layer_norm",
        "ffn.lin1",
        "ffn.lin2",
        "output_layer_norm",
    ],
);
