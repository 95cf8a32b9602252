//! Tiny models of every family with random weights, written as Hugging Face folders, and what they should compute: fp64, plain loops.

#![allow(dead_code, reason = "every test file uses some of it")]

mod deberta;
mod modern;
mod names;
pub(crate) mod refused;
mod tokenizer;

use std::collections::BTreeMap;
use std::path::Path;

use safetensors::tensor::{Dtype, TensorView, serialize_to_file};
use serde_json::{Value, json};
use tempfile::TempDir;

use names::{head_names, layer_names, prefix};

pub(crate) const WIDTH: usize = 24;
pub(crate) const HEADS: usize = 3;
pub(crate) const INNER: usize = 37;
pub(crate) const LAYERS: usize = 2;
pub(crate) const POSITIONS: usize = 40;
pub(crate) const LABELS: usize = 3;

#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Family {
    Bert,
    DistilBert,
    Roberta,
    XlmRoberta,
    Mpnet,
    ModernBert,
    Deberta,
}

pub(crate) const FAMILIES: [Family; 7] = [
    Family::Bert,
    Family::DistilBert,
    Family::Roberta,
    Family::XlmRoberta,
    Family::Mpnet,
    Family::ModernBert,
    Family::Deberta,
];

/// A folder on disk and the numbers in it.
pub(crate) struct Tiny {
    pub(crate) dir: TempDir,
    pub(crate) family: Family,
    pub(crate) tensors: BTreeMap<String, (Vec<usize>, Vec<f32>)>,
    pub(crate) vocabulary: usize,
}

impl Tiny {
    pub(crate) fn new(family: Family) -> Self {
        let dir = TempDir::new().unwrap();
        let (tokenizer, vocabulary) = tokenizer::of(family);
        let tensors = tensors(family, vocabulary);
        let tiny = Self {
            dir,
            family,
            tensors,
            vocabulary,
        };
        tiny.write("tokenizer.json", &tokenizer);
        tiny.write("config.json", &tiny.config());
        tiny.save(&tiny.tensors);
        tiny
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn write(&self, name: &str, json: &Value) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, serde_json::to_vec(json).unwrap()).unwrap();
    }

    pub(crate) fn save(&self, tensors: &BTreeMap<String, (Vec<usize>, Vec<f32>)>) {
        let bytes: Vec<_> = tensors
            .iter()
            .map(|(name, (shape, x))| (name, shape, x.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>()))
            .collect();
        let views = bytes
            .iter()
            .map(|(name, shape, x)| (*name, TensorView::new(Dtype::F32, (*shape).clone(), x).unwrap()));
        serialize_to_file(views, None, &self.path().join("model.safetensors")).unwrap();
    }

    pub(crate) fn config(&self) -> Value {
        let names = json!({"0": "billing", "1": "hardware", "2": "other"});
        match self.family {
            Family::ModernBert => modern::config(self.vocabulary, &names),
            Family::Deberta => deberta::config(self.vocabulary, &names),
            Family::DistilBert => json!({
                "model_type": "distilbert", "dim": WIDTH, "n_layers": LAYERS, "n_heads": HEADS, "hidden_dim": INNER,
                "vocab_size": self.vocabulary, "max_position_embeddings": POSITIONS, "activation": "gelu", "id2label": names,
            }),
            family => json!({
                "model_type": match family {
                    Family::Bert => "bert",
                    Family::Roberta => "roberta",
                    Family::Mpnet => "mpnet",
                    _ => "xlm-roberta",
                },
                "hidden_size": WIDTH, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "intermediate_size": INNER,
                "vocab_size": self.vocabulary, "max_position_embeddings": POSITIONS, "layer_norm_eps": 1e-5,
                "type_vocab_size": if family == Family::Bert { 2 } else { 1 },
                "pad_token_id": if family == Family::Bert { 0 } else { 1 }, "hidden_act": "gelu", "id2label": names,
            }),
        }
    }

    /// The most tokens of a text.
    pub(crate) fn limit(&self) -> usize {
        match self.family {
            Family::Bert | Family::DistilBert | Family::ModernBert | Family::Deberta => POSITIONS,
            Family::Roberta | Family::XlmRoberta | Family::Mpnet => POSITIONS - 2,
        }
    }

    /// The tokens of a text, by the tokenizer itself.
    pub(crate) fn tokens(&self, text: &str) -> Vec<u32> {
        let mut tokenizer = tokenizers::Tokenizer::from_file(self.path().join("tokenizer.json")).unwrap();
        let limit = tokenizers::TruncationParams {
            max_length: self.limit(),
            ..Default::default()
        };
        let _ = tokenizer.with_truncation(Some(limit)).unwrap();
        tokenizer.with_padding(None);
        tokenizer.encode(text, true).unwrap().get_ids().to_vec()
    }

    fn get(&self, name: &str) -> Vec<f64> {
        self.tensors[name].1.iter().map(|x| f64::from(*x)).collect()
    }

    fn linear(&self, name: &str, rows: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let (weight, bias) = (self.get(&format!("{name}.weight")), self.get(&format!("{name}.bias")));
        let row = |x: &Vec<f64>| weight.chunks(x.len()).zip(&bias).map(|(w, b)| dot(w, x) + b).collect();
        rows.iter().map(row).collect()
    }

    fn norm(&self, name: &str, rows: &mut [Vec<f64>]) {
        let (gain, offset) = (self.get(&format!("{name}.weight")), self.get(&format!("{name}.bias")));
        let epsilon = if self.family == Family::DistilBert { 1e-12 } else { 1e-5 };
        for row in rows {
            let mean = row.iter().sum::<f64>() / row.len() as f64;
            let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / row.len() as f64;
            for (i, x) in row.iter_mut().enumerate() {
                *x = (*x - mean) / (variance + epsilon).sqrt() * gain[i] + offset[i];
            }
        }
    }

    /// The last hidden state of every token.
    pub(crate) fn hidden(&self, text: &str) -> Vec<Vec<f64>> {
        if self.family == Family::ModernBert {
            return modern::hidden(self, text);
        }
        let prefix = prefix(self.family);
        let full = |name: &str| format!("{prefix}{name}");
        let words = self.get(&full("embeddings.word_embeddings.weight"));
        let places = match self.family {
            Family::Deberta => vec![0.0; POSITIONS * WIDTH],
            _ => self.get(&full("embeddings.position_embeddings.weight")),
        };
        let start = if matches!(self.family, Family::Bert | Family::DistilBert | Family::Deberta) {
            0
        } else {
            2
        };
        let mut x: Vec<Vec<f64>> = Vec::new();
        for (at, token) in self.tokens(text).into_iter().enumerate() {
            let token = token as usize;
            let mut row: Vec<f64> = (0..WIDTH)
                .map(|i| words[token * WIDTH + i] + places[(at + start) * WIDTH + i])
                .collect();
            if !matches!(self.family, Family::DistilBert | Family::Mpnet | Family::Deberta) {
                let segment = self.get(&full("embeddings.token_type_embeddings.weight"));
                row.iter_mut().zip(segment).for_each(|(x, s)| *x += s);
            }
            x.push(row);
        }
        self.norm(&full("embeddings.LayerNorm"), &mut x);
        for layer in 0..LAYERS {
            let (stem, names) = layer_names(self.family);
            let name = |at: usize| format!("{prefix}{stem}.{layer}.{}", names[at]);
            let [q, k, v] = [0, 1, 2].map(|at| self.linear(&name(at), &x));
            let context = if self.family == Family::Deberta {
                // A score is the sum of three products, all divided by the same.
                let shares = deberta::shares(self, layer, &q, &k);
                let thirds: Vec<Vec<f64>> = q
                    .iter()
                    .map(|row| row.iter().map(|x| x / 3f64.sqrt()).collect())
                    .collect();
                let scale = (3.0 * (WIDTH / HEADS) as f64).sqrt();
                attention(&thirds, &k, &v, |head, query, key| shares(head, query, key) / scale)
            } else {
                attention(&q, &k, &v, |head, query, key| self.distance(head, query, key))
            };
            let out = self.linear(&name(3), &context);
            add(&mut x, &out);
            self.norm(&name(4), &mut x);
            let mut inner = self.linear(&name(5), &x);
            inner.iter_mut().flatten().for_each(|x| *x = *x * normal(*x));
            let out = self.linear(&name(6), &inner);
            add(&mut x, &out);
            self.norm(&name(7), &mut x);
        }
        x
    }

    /// What MPNet adds to a score, by logarithms as transformers computes it. The little more keeps powers of two on their side.
    fn distance(&self, head: usize, query: usize, key: usize) -> f64 {
        if self.family != Family::Mpnet {
            return 0.0;
        }
        let distance = query.abs_diff(key);
        let shared = 8.0 + ((distance as f64 + 1e-6) / 8.0).ln() / 16f64.ln() * 8.0;
        let row = if distance < 8 {
            distance
        } else {
            (shared as usize).min(15)
        };
        let row = if key > query { row + 16 } else { row };
        self.get("mpnet.encoder.relative_attention_bias.weight")[row * HEADS + head]
    }

    /// The mean over the tokens.
    pub(crate) fn mean(&self, text: &str) -> Vec<f64> {
        let hidden = self.hidden(text);
        (0..WIDTH)
            .map(|i| hidden.iter().map(|row| row[i]).sum::<f64>() / hidden.len() as f64)
            .collect()
    }

    /// The scores of the labels of a ModernBERT whose classifier takes the mean.
    pub(crate) fn scores_of_mean(&self, text: &str) -> Vec<f64> {
        modern::scores(self, &self.mean(text))
    }

    /// The scores of the labels.
    pub(crate) fn scores(&self, text: &str) -> Vec<f64> {
        let first = self.hidden(text)[..1].to_vec();
        if self.family == Family::ModernBert {
            return modern::scores(self, &first[0]);
        }
        let (dense, out) = head_names(self.family);
        let mut middle = self.linear(dense, &first);
        let bend = |x: f64| match self.family {
            Family::DistilBert => x.max(0.0),
            Family::Deberta => x * normal(x),
            _ => x.tanh(),
        };
        middle.iter_mut().flatten().for_each(|x| *x = bend(*x));
        self.linear(out, &middle).remove(0)
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn add(x: &mut [Vec<f64>], y: &[Vec<f64>]) {
    x.iter_mut()
        .flatten()
        .zip(y.iter().flatten())
        .for_each(|(x, y)| *x += y);
}

fn attention(
    q: &[Vec<f64>],
    k: &[Vec<f64>],
    v: &[Vec<f64>],
    more: impl Fn(usize, usize, usize) -> f64,
) -> Vec<Vec<f64>> {
    let width = WIDTH / HEADS;
    let mut out = vec![vec![0.0; WIDTH]; q.len()];
    for head in 0..HEADS {
        let part = head * width..(head + 1) * width;
        for (query, (q, out)) in q.iter().zip(&mut out).enumerate() {
            let score = |(key, k): (usize, &Vec<f64>)| {
                let score = dot(&q[part.clone()], &k[part.clone()]) / (width as f64).sqrt();
                (score + more(head, query, key)).exp()
            };
            let shares: Vec<f64> = k.iter().enumerate().map(score).collect();
            let sum: f64 = shares.iter().sum();
            for (share, v) in shares.iter().zip(v) {
                part.clone().for_each(|i| out[i] += share / sum * v[i]);
            }
        }
    }
    out
}

/// Φ by Simpson's rule, so that no formula is shared with the crate.
fn normal(x: f64) -> f64 {
    let (steps, density) = (400, |t: f64| (-0.5 * t * t).exp() / std::f64::consts::TAU.sqrt());
    let h = x / f64::from(steps);
    let inner: f64 = (1..steps)
        .map(|i| density(f64::from(i) * h) * if i % 2 == 0 { 2.0 } else { 4.0 })
        .sum();
    0.5 + h / 3.0 * (density(0.0) + inner + density(x))
}

fn tensors(family: Family, vocabulary: usize) -> BTreeMap<String, (Vec<usize>, Vec<f32>)> {
    let mut tensors = BTreeMap::new();
    let mut state = 88_172_645_463_325_252u64 + family as u64;
    let mut put = |name: String, shape: &[usize]| {
        let next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
        };
        let mut x: Vec<f32> = std::iter::repeat_with(next).take(shape.iter().product()).collect();
        if name.contains("orm.weight") {
            x.iter_mut().for_each(|x| *x = 1.0 + 0.2 * *x);
        } else {
            x.iter_mut().for_each(|x| *x *= 0.5);
        }
        tensors.insert(name, (shape.to_vec(), x));
    };
    if family == Family::ModernBert {
        modern::shapes(vocabulary)
            .into_iter()
            .for_each(|(name, shape)| put(name, &shape));
        return tensors;
    }
    let prefix = prefix(family);
    let mut tables = vec![("word", vocabulary)];
    if family != Family::Deberta {
        tables.push(("position", POSITIONS));
    }
    if !matches!(family, Family::DistilBert | Family::Mpnet | Family::Deberta) {
        tables.push(("token_type", if family == Family::Bert { 2 } else { 1 }));
    }
    for (name, rows) in tables {
        put(format!("{prefix}embeddings.{name}_embeddings.weight"), &[rows, WIDTH]);
    }
    if family == Family::Mpnet {
        put(format!("{prefix}encoder.relative_attention_bias.weight"), &[32, HEADS]);
    }
    if family == Family::Deberta {
        deberta::shapes()
            .into_iter()
            .for_each(|(name, shape)| put(name, &shape));
    }
    let mut pair = |name: String, shape: &[usize]| {
        put(format!("{name}.weight"), shape);
        put(format!("{name}.bias"), &shape[..1]);
    };
    pair(format!("{prefix}embeddings.LayerNorm"), &[WIDTH]);
    let (stem, names) = layer_names(family);
    for layer in 0..LAYERS {
        for (at, name) in names.iter().enumerate() {
            let shape: &[usize] = match at {
                4 | 7 => &[WIDTH],
                5 => &[INNER, WIDTH],
                6 => &[WIDTH, INNER],
                _ => &[WIDTH, WIDTH],
            };
            pair(format!("{prefix}{stem}.{layer}.{name}"), shape);
        }
    }
    let (dense, out) = head_names(family);
    pair(dense.to_owned(), &[WIDTH, WIDTH]);
    pair(out.to_owned(), &[LABELS, WIDTH]);
    tensors
}
