//! What sets DeBERTa apart, by plain loops: a table of distances, seen by each layer as keys and as queries.

use serde_json::{Value, json};

use super::{HEADS, INNER, LAYERS, POSITIONS, Tiny, WIDTH, dot};

/// Distances up to half of it have a row of their own.
const BUCKETS: usize = 8;

pub(super) fn config(vocabulary: usize, names: &Value) -> Value {
    json!({
        "model_type": "deberta-v2", "hidden_size": WIDTH, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS,
        "intermediate_size": INNER, "vocab_size": vocabulary, "max_position_embeddings": POSITIONS, "layer_norm_eps": 1e-5,
        "type_vocab_size": 0, "pad_token_id": 1, "hidden_act": "gelu", "relative_attention": true, "max_relative_positions": -1,
        "position_buckets": BUCKETS, "pos_att_type": "p2c|c2p", "norm_rel_ebd": "layer_norm", "share_att_key": true,
        "position_biased_input": false, "id2label": names,
    })
}

/// Names and shapes of the tensors that BERT does not have.
pub(super) fn shapes() -> Vec<(String, Vec<usize>)> {
    vec![
        (
            "deberta.encoder.rel_embeddings.weight".to_owned(),
            vec![2 * BUCKETS, WIDTH],
        ),
        ("deberta.encoder.LayerNorm.weight".to_owned(), vec![WIDTH]),
        ("deberta.encoder.LayerNorm.bias".to_owned(), vec![WIDTH]),
    ]
}

/// What places add to the scores of a layer: head, query, key.
pub(super) fn shares(tiny: &Tiny, layer: usize, q: &[Vec<f64>], k: &[Vec<f64>]) -> impl Fn(usize, usize, usize) -> f64 {
    let mut places: Vec<Vec<f64>> = tiny
        .get("deberta.encoder.rel_embeddings.weight")
        .chunks(WIDTH)
        .map(<[f64]>::to_vec)
        .collect();
    tiny.norm("deberta.encoder.LayerNorm", &mut places);
    let seen = |name: &str| tiny.linear(&format!("deberta.encoder.layer.{layer}.attention.self.{name}"), &places);
    let (as_keys, as_queries) = (seen("key_proj"), seen("query_proj"));
    let (q, k) = (q.to_vec(), k.to_vec());
    move |head, query, key| {
        let part = head * (WIDTH / HEADS)..(head + 1) * (WIDTH / HEADS);
        let row = row(query as f64 - key as f64);
        dot(&q[query][part.clone()], &as_keys[row][part.clone()])
            + dot(&k[key][part.clone()], &as_queries[row][part.clone()])
    }
}

fn row(distance: f64) -> usize {
    let near = BUCKETS as f64 / 2.0;
    let far = (distance.abs() / near).ln() / ((POSITIONS as f64 - 1.0) / near).ln() * (near - 1.0);
    let bucket = if distance.abs() <= near {
        distance
    } else {
        distance.signum() * (far.ceil() + near)
    };
    (bucket + BUCKETS as f64).clamp(0.0, 2.0 * BUCKETS as f64 - 1.0) as usize
}
