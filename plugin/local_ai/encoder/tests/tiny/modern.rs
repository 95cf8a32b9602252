//! ModernBERT by plain loops.

use serde_json::{Value, json};

use super::{HEADS, INNER, LABELS, LAYERS, POSITIONS, Tiny, WIDTH, add, dot, normal};

/// How far every layer but each third looks to either side.
const WINDOW: usize = 4;

pub(super) fn config(vocabulary: usize, names: &Value) -> Value {
    json!({
        "model_type": "modernbert", "hidden_size": WIDTH, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS,
        "intermediate_size": INNER, "vocab_size": vocabulary, "max_position_embeddings": POSITIONS, "norm_eps": 1e-5,
        "local_attention": 2 * WINDOW, "global_attn_every_n_layers": 3, "global_rope_theta": 160_000.0,
        "local_rope_theta": 10_000.0, "pad_token_id": 1, "hidden_activation": "gelu", "id2label": names,
    })
}

/// Names and shapes of the tensors. None has a bias but the scores.
pub(super) fn shapes(vocabulary: usize) -> Vec<(String, Vec<usize>)> {
    let mut shapes = vec![
        (
            "model.embeddings.tok_embeddings.weight".to_owned(),
            vec![vocabulary, WIDTH],
        ),
        ("model.embeddings.norm.weight".to_owned(), vec![WIDTH]),
        ("model.final_norm.weight".to_owned(), vec![WIDTH]),
        ("head.dense.weight".to_owned(), vec![WIDTH, WIDTH]),
        ("head.norm.weight".to_owned(), vec![WIDTH]),
        ("classifier.weight".to_owned(), vec![LABELS, WIDTH]),
        ("classifier.bias".to_owned(), vec![LABELS]),
    ];
    for layer in 0..LAYERS {
        let mut put =
            |name: &str, shape: &[usize]| shapes.push((format!("model.layers.{layer}.{name}.weight"), shape.to_vec()));
        put("attn.Wqkv", &[3 * WIDTH, WIDTH]);
        put("attn.Wo", &[WIDTH, WIDTH]);
        put("mlp_norm", &[WIDTH]);
        put("mlp.Wi", &[2 * INNER, WIDTH]);
        put("mlp.Wo", &[WIDTH, INNER]);
        if layer > 0 {
            put("attn_norm", &[WIDTH]);
        }
    }
    shapes
}

/// The last hidden state of every token.
pub(super) fn hidden(tiny: &Tiny, text: &str) -> Vec<Vec<f64>> {
    let words = tiny.get("model.embeddings.tok_embeddings.weight");
    let word = |token: u32| words[token as usize * WIDTH..][..WIDTH].to_vec();
    let mut x: Vec<Vec<f64>> = tiny.tokens(text).into_iter().map(word).collect();
    x = norm(tiny, "model.embeddings.norm", &x);
    for layer in 0..LAYERS {
        let name = |name: &str| format!("model.layers.{layer}.{name}");
        let seen = if layer == 0 {
            x.clone()
        } else {
            norm(tiny, &name("attn_norm"), &x)
        };
        let local = layer % 3 != 0;
        let mut qkv = linear(tiny, &name("attn.Wqkv"), &seen);
        for (position, row) in qkv.iter_mut().enumerate() {
            turn(&mut row[..2 * WIDTH], position, if local { 1e4 } else { 1.6e5 });
        }
        let context = attention(&qkv, if local { WINDOW } else { usize::MAX });
        add(&mut x, &linear(tiny, &name("attn.Wo"), &context));
        let both = linear(tiny, &name("mlp.Wi"), &norm(tiny, &name("mlp_norm"), &x));
        let gated = |row: &Vec<f64>| (0..INNER).map(|i| row[i] * normal(row[i]) * row[INNER + i]).collect();
        let gated: Vec<Vec<f64>> = both.iter().map(gated).collect();
        add(&mut x, &linear(tiny, &name("mlp.Wo"), &gated));
    }
    norm(tiny, "model.final_norm", &x)
}

/// The scores of the labels, from the first token or the mean of all.
pub(super) fn scores(tiny: &Tiny, text: &[f64]) -> Vec<f64> {
    let mut middle = linear(tiny, "head.dense", &[text.to_vec()]);
    middle[0].iter_mut().for_each(|x| *x *= normal(*x));
    let bias = tiny.get("classifier.bias");
    let scores = linear(tiny, "classifier", &norm(tiny, "head.norm", &middle)).remove(0);
    scores.iter().zip(bias).map(|(score, bias)| score + bias).collect()
}

fn linear(tiny: &Tiny, name: &str, rows: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let weight = tiny.get(&format!("{name}.weight"));
    let row = |x: &Vec<f64>| weight.chunks(x.len()).map(|w| dot(w, x)).collect();
    rows.iter().map(row).collect()
}

fn norm(tiny: &Tiny, name: &str, rows: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let gain = tiny.get(&format!("{name}.weight"));
    let row = |row: &Vec<f64>| {
        let mean = row.iter().sum::<f64>() / row.len() as f64;
        let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / row.len() as f64;
        row.iter()
            .zip(&gain)
            .map(|(x, g)| (x - mean) / (variance + 1e-5).sqrt() * g)
            .collect()
    };
    rows.iter().map(row).collect()
}

/// As complex numbers: each is one of the first half of a head and one of the second.
fn turn(heads: &mut [f64], position: usize, theta: f64) {
    let width = WIDTH / HEADS;
    for head in heads.chunks_mut(width) {
        for i in 0..width / 2 {
            let angle = position as f64 * theta.powf(-2.0 * i as f64 / width as f64);
            let (re, im) = (head[i], head[i + width / 2]);
            head[i] = re * angle.cos() - im * angle.sin();
            head[i + width / 2] = re * angle.sin() + im * angle.cos();
        }
    }
}

fn attention(qkv: &[Vec<f64>], window: usize) -> Vec<Vec<f64>> {
    let width = WIDTH / HEADS;
    let mut out = vec![vec![0.0; WIDTH]; qkv.len()];
    for head in 0..HEADS {
        let part = |kind: usize, row: &[f64]| row[kind * WIDTH + head * width..][..width].to_vec();
        for (query, out) in out.iter_mut().enumerate() {
            let near: Vec<usize> = (0..qkv.len()).filter(|key| key.abs_diff(query) <= window).collect();
            let share = |key: &usize| (dot(&part(0, &qkv[query]), &part(1, &qkv[*key])) / (width as f64).sqrt()).exp();
            let shares: Vec<f64> = near.iter().map(share).collect();
            let sum: f64 = shares.iter().sum();
            for (key, share) in near.iter().zip(shares) {
                let value = part(2, &qkv[*key]);
                (0..width).for_each(|i| out[head * width + i] += share / sum * value[i]);
            }
        }
    }
    out
}
