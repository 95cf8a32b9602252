//! The head of a sequence classifier: from the first token to one score per label.

use std::collections::HashSet;

use serde_json::Value;

use crate::config::{Config, Family};
use crate::error::OpenError;
use crate::folder::Folder;
use crate::kernels::{FloatMatrix, Level, Rows, RowsMut, Strips, Then, product};

/// Two linear maps with a function between them.
#[derive(Debug)]
pub(crate) struct Head {
    dense: FloatMatrix,
    bend: Bend,
    scores: FloatMatrix,
    pub(crate) labels: Vec<String>,
}

#[derive(Debug, Clone, Copy)]
enum Bend {
    Tanh,
    Relu,
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
            Family::DistilBert | Family::Roberta | Family::Mpnet => weights.tensor(&format!("{dense}.{part}"), shape),
        };
        Ok(Self {
            dense: FloatMatrix::pack(&read("weight", &[width, width])?, width, &read("bias", &[width])?),
            bend,
            scores: FloatMatrix::pack(&matrix, width, &bias),
            labels,
        })
    }

    /// Writes the scores of a text from its first token.
    pub(crate) fn apply(&self, level: Level, first: &[f32], out: &mut [f32]) {
        let width = first.len();
        let mut middle = vec![0.0; width];
        let mut strips = Strips::default();
        product(
            level,
            Rows::new(first, width, 1),
            self.dense.view(),
            RowsMut::new(&mut middle, width),
            Then::Set,
            &mut strips,
        );
        match self.bend {
            Bend::Tanh => middle.iter_mut().for_each(|x| *x = x.tanh()),
            Bend::Relu => middle.iter_mut().for_each(|x| *x = x.max(0.0)),
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
