//! The head of a sequence classifier: from the first token, or the mean of all, to one score per label.

use std::collections::HashSet;

use serde_json::Value;

use crate::config::{Config, Family};
use crate::error::OpenError;
use crate::folder::Folder;
use crate::kernels::{Activation, FloatMatrix, Level, Rows, RowsMut, Strips, Then, layer_norm, product};
use crate::model::Norm;
use crate::modern;

/// Two linear maps with a function between them.
#[derive(Debug)]
pub(crate) struct Head {
    dense: FloatMatrix,
    bend: Bend,
    norm: Option<Norm>,
    epsilon: f32,
    scores: FloatMatrix,
    pub(crate) labels: Vec<String>,
}

#[derive(Debug, Clone, Copy)]
enum Bend {
    Tanh,
    Relu,
    Gelu,
}

impl Head {
    /// Reads the head of the folder's model and the names of its labels.
    pub(crate) fn read(folder: &Folder) -> Result<Self, OpenError> {
        let Folder { config, weights, .. } = folder;
        let width = config.width;
        let (dense, scores, bend) = match config.family {
            Family::Bert => ("pooler.dense", "classifier", Bend::Tanh),
            Family::DistilBert => ("pre_classifier", "classifier", Bend::Relu),
            Family::Roberta | Family::Mpnet => ("classifier.dense", "classifier.out_proj", Bend::Tanh),
            Family::ModernBert => ("head.dense", "classifier", Bend::Gelu),
            Family::Deberta => ("pooler.dense", "classifier", Bend::Gelu),
        };
        let weight = format!("{scores}.weight");
        let Some(shape) = weights.shape(&weight) else {
            return Err(weights.no_head(&weight));
        };
        let rows = shape.first().copied().unwrap_or(0);
        let matrix = weights.tensor(&weight, &[rows, width])?;
        let bias = weights.tensor(&format!("{scores}.bias"), &[rows])?;
        let labels = labels(config, rows).map_err(|what| OpenError::Labels {
            path: folder.config_path.clone(),
            what,
            rows,
        })?;
        // BERT's pooler belongs to the encoder and has its prefix, the other heads stand alone.
        let read = |part: &str, shape: &[usize]| match config.family {
            Family::Bert => weights.body(&format!("{dense}.{part}"), shape),
            // ModernBERT's has a bias only if its config wants one.
            Family::ModernBert if part == "bias" => weights.tensor_or_zeros("head.dense.bias", width),
            _ => weights.tensor(&format!("{dense}.{part}"), shape),
        };
        let norm = (config.family == Family::ModernBert).then(|| modern::head_norm(weights, width));
        Ok(Self {
            dense: FloatMatrix::pack(&read("weight", &[width, width])?, width, &read("bias", &[width])?),
            bend,
            norm: norm.transpose()?,
            epsilon: config.epsilon,
            scores: FloatMatrix::pack(&matrix, width, &bias),
            labels,
        })
    }

    /// Writes the scores of a text from what stands for it: its first token or their mean.
    pub(crate) fn apply(&self, level: Level, text: &[f32], out: &mut [f32]) {
        let width = text.len();
        let mut middle = vec![0.0; width];
        let mut strips = Strips::default();
        product(
            level,
            Rows::new(text, width, 1),
            self.dense.view(),
            RowsMut::new(&mut middle, width),
            match self.bend {
                Bend::Gelu => Then::Activate(Activation::Gelu),
                Bend::Relu => Then::Activate(Activation::Relu),
                Bend::Tanh => Then::Set,
            },
            &mut strips,
        );
        if matches!(self.bend, Bend::Tanh) {
            middle.iter_mut().for_each(|x| *x = x.tanh());
        }
        if let Some(norm) = &self.norm {
            layer_norm(level, &mut middle, &norm.gain, &norm.offset, self.epsilon);
        }
        let stride = out.len();
        product(
            level,
            Rows::new(&middle, width, 1),
            self.scores.view(),
            RowsMut::new(out, stride),
            Then::Set,
            &mut strips,
        );
    }
}

/// What transformers calls two labels that nobody named. It writes only what differs from its defaults (`to_diff_dict` of
/// `PretrainedConfig`), so exactly these names are missing from a config.
const UNNAMED: [&str; 2] = ["LABEL_0", "LABEL_1"];

/// The names of all labels, in order; else what is wrong with them.
fn labels(config: &Config, rows: usize) -> Result<Vec<String>, String> {
    let names = match &config.id2label {
        None if rows == UNNAMED.len() => return Ok(UNNAMED.map(str::to_owned).to_vec()),
        None => return Err("is missing".to_owned()),
        Some(names) => names.as_object().ok_or("is no list of names")?,
    };
    if names.len() != rows || rows == 0 {
        return Err(format!("names {} labels", names.len()));
    }
    let mut seen = HashSet::new();
    let name = |at: usize| {
        let name = names.get(&at.to_string()).and_then(Value::as_str);
        let name = name.ok_or_else(|| format!("has no name for \"{at}\""))?;
        if seen.insert(name) {
            Ok(name.to_owned())
        } else {
            Err(format!("names two labels {name:?}"))
        }
    };
    (0..rows).map(name).collect()
}
