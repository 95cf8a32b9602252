//! A tokenizer of each family, as Hugging Face writes them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Family;

const WORDS: [&str; 14] = [
    "printer", "is", "on", "fire", "invoice", "missing", "the", "a", "my", "##s", "##ing", ",", ".", "é",
];

/// What `tokenizer.json` holds, and how many tokens it knows.
pub(super) fn of(family: Family) -> (Value, usize) {
    match family {
        Family::Bert | Family::DistilBert => wordpiece(),
        Family::Roberta | Family::Mpnet | Family::ModernBert => byte_level(),
        Family::XlmRoberta | Family::Deberta => unigram(),
    }
}

fn special(tokens: &[(&str, u32)]) -> Value {
    let token = |(content, id): &(&str, u32)| json!({"id": id, "content": content, "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true});
    tokens.iter().map(token).collect()
}

fn around(first: (&str, u32), last: (&str, u32)) -> Value {
    let one = |name: &str| json!({"SpecialToken": {"id": name, "type_id": 0}});
    let kind = |(name, id): (&str, u32)| json!({"id": name, "ids": [id], "tokens": [name]});
    let text = |id: &str| json!({"Sequence": {"id": id, "type_id": 0}});
    json!({
        "type": "TemplateProcessing",
        "single": [one(first.0), text("A"), one(last.0)],
        "pair": [one(first.0), text("A"), one(last.0), text("B"), one(last.0)],
        "special_tokens": {first.0: kind(first), last.0: kind(last)},
    })
}

/// With padding and truncation in it, which must not matter.
fn whole(parts: &[(&str, Value)]) -> Value {
    let mut json = json!({
        "version": "1.0",
        "truncation": {"max_length": 7, "strategy": "LongestFirst", "stride": 0, "direction": "Right"},
        "padding": {"strategy": {"Fixed": 64}, "direction": "Right", "pad_to_multiple_of": null, "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"},
        "normalizer": null, "decoder": null,
    });
    for (name, part) in parts {
        json[*name] = part.clone();
    }
    json
}

fn wordpiece() -> (Value, usize) {
    let mut names: Vec<String> = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"].map(str::to_owned).to_vec();
    names.extend(WORDS.map(str::to_owned));
    names.extend(('a'..='z').filter(|c| *c != 'a').map(String::from));
    names.extend(('a'..='z').filter(|c| *c != 's').map(|c| format!("##{c}")));
    let vocab: BTreeMap<&str, usize> = names.iter().enumerate().map(|(id, name)| (&name[..], id)).collect();
    let json = whole(&[
        (
            "added_tokens",
            special(&[("[PAD]", 0), ("[UNK]", 1), ("[CLS]", 2), ("[SEP]", 3)]),
        ),
        (
            "normalizer",
            json!({"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true}),
        ),
        ("pre_tokenizer", json!({"type": "BertPreTokenizer"})),
        ("post_processor", around(("[CLS]", 2), ("[SEP]", 3))),
        (
            "model",
            json!({"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": vocab}),
        ),
    ]);
    (json, names.len())
}

/// All 256 bytes as GPT-2 writes them, and a few merges.
fn byte_level() -> (Value, usize) {
    let mut names: Vec<String> = ["<s>", "<pad>", "</s>", "<unk>"].map(str::to_owned).to_vec();
    let plain = |b: &u32| matches!(b, 33..=126 | 161..=172 | 174..=255);
    let mut spare = 256..;
    names.extend((0..256u32).map(|b| {
        let code = if plain(&b) { b } else { spare.next().unwrap() };
        char::from_u32(code).unwrap().to_string()
    }));
    let merges = [("Ġ", "t"), ("i", "n"), ("p", "r"), ("Ġt", "h"), ("in", "g")];
    names.extend(merges.map(|(a, b)| format!("{a}{b}")));
    let vocab: BTreeMap<&str, usize> = names.iter().enumerate().map(|(id, name)| (&name[..], id)).collect();
    let json = whole(&[
        (
            "added_tokens",
            special(&[("<s>", 0), ("<pad>", 1), ("</s>", 2), ("<unk>", 3)]),
        ),
        (
            "pre_tokenizer",
            json!({"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}),
        ),
        (
            "post_processor",
            json!({"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0], "trim_offsets": true, "add_prefix_space": false}),
        ),
        (
            "model",
            json!({"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null, "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false, "vocab": vocab, "merges": merges.map(|(a, b)| format!("{a} {b}"))}),
        ),
    ]);
    (json, names.len())
}

fn unigram() -> (Value, usize) {
    let mut vocab = vec![
        json!(["<s>", 0.0]),
        json!(["<pad>", 0.0]),
        json!(["</s>", 0.0]),
        json!(["<unk>", 0.0]),
    ];
    vocab.push(json!(["▁", -2.0]));
    vocab.extend(WORDS[..9].iter().map(|word| json!([format!("▁{word}"), -4.0])));
    vocab.extend(('a'..='z').map(|c| json!([c.to_string(), -5.5])));
    let size = vocab.len();
    let json = whole(&[
        (
            "added_tokens",
            special(&[("<s>", 0), ("<pad>", 1), ("</s>", 2), ("<unk>", 3)]),
        ),
        (
            "pre_tokenizer",
            json!({"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true}),
        ),
        ("post_processor", around(("<s>", 0), ("</s>", 2))),
        (
            "model",
            json!({"type": "Unigram", "unk_id": 3, "vocab": vocab, "byte_fallback": false}),
        ),
    ]);
    (json, size)
}
