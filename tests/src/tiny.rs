//! The smallest model in the form of Hugging Face: a BERT of one layer that classifies, and embeds if its head is not looked at.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::Place;

const WIDTH: usize = 4;
const POSITIONS: usize = 16;
const WORDS: [&str; 8] = [
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "invoice", "printer", "vpn", "please",
];

/// Writes the model with the labels Billing and Hardware into `folder` of the place. Its weights mean nothing.
pub fn tiny_model(place: &Place, folder: &str) {
    let config = json!({
        "model_type": "bert", "hidden_size": WIDTH, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": WIDTH,
        "vocab_size": WORDS.len(), "max_position_embeddings": POSITIONS, "id2label": { "0": "Billing", "1": "Hardware" },
    });
    place.write(&format!("{folder}/config.json"), config.to_string());
    place.write(&format!("{folder}/tokenizer.json"), tokenizer().to_string());
    place.write(&format!("{folder}/model.safetensors"), weights());
}

fn tokenizer() -> Value {
    let vocab: BTreeMap<&str, usize> = WORDS.iter().enumerate().map(|(id, word)| (*word, id)).collect();
    let special = |id: usize| json!({ "id": WORDS[id], "ids": [id], "tokens": [WORDS[id]] });
    let one = |id: usize| json!({ "SpecialToken": { "id": WORDS[id], "type_id": 0 } });
    let text = json!({ "Sequence": { "id": "A", "type_id": 0 } });
    json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "decoder": null,
        "normalizer": { "type": "Lowercase" },
        "pre_tokenizer": { "type": "BertPreTokenizer" },
        "post_processor": {
            "type": "TemplateProcessing", "single": [one(2), text, one(3)], "pair": [one(2), text, one(3)],
            "special_tokens": { "[CLS]": special(2), "[SEP]": special(3) },
        },
        "model": {
            "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
            "vocab": vocab,
        },
    })
}

/// Tensors in the safetensors format: the length of a JSON header, the header, the numbers.
fn weights() -> Vec<u8> {
    let mut tensors = vec![
        (
            "bert.embeddings.word_embeddings.weight".to_owned(),
            vec![WORDS.len(), WIDTH],
        ),
        (
            "bert.embeddings.position_embeddings.weight".to_owned(),
            vec![POSITIONS, WIDTH],
        ),
        (
            "bert.embeddings.token_type_embeddings.weight".to_owned(),
            vec![2, WIDTH],
        ),
    ];
    let layer = "bert.encoder.layer.0";
    for (name, rows) in [
        ("bert.embeddings.LayerNorm".to_owned(), None),
        (format!("{layer}.attention.self.query"), Some(WIDTH)),
        (format!("{layer}.attention.self.key"), Some(WIDTH)),
        (format!("{layer}.attention.self.value"), Some(WIDTH)),
        (format!("{layer}.attention.output.dense"), Some(WIDTH)),
        (format!("{layer}.attention.output.LayerNorm"), None),
        (format!("{layer}.intermediate.dense"), Some(WIDTH)),
        (format!("{layer}.output.dense"), Some(WIDTH)),
        (format!("{layer}.output.LayerNorm"), None),
        ("bert.pooler.dense".to_owned(), Some(WIDTH)),
        ("classifier".to_owned(), Some(2)),
    ] {
        tensors.push((
            format!("{name}.weight"),
            rows.map_or(vec![WIDTH], |rows| vec![rows, WIDTH]),
        ));
        tensors.push((format!("{name}.bias"), vec![rows.unwrap_or(WIDTH)]));
    }
    let (mut header, mut numbers) = (Map::new(), Vec::new());
    for (name, shape) in tensors {
        let from = numbers.len();
        for at in 0..shape.iter().product() {
            // Different everywhere, or all words would be alike.
            let x = ((from + at * 7) % 23) as f32 / 23.0 - 0.4;
            numbers.extend(x.to_le_bytes());
        }
        header.insert(
            name,
            json!({ "dtype": "F32", "shape": shape, "data_offsets": [from, numbers.len()] }),
        );
    }
    let header = Value::Object(header).to_string();
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend(header.bytes());
    file.extend(numbers);
    file
}
