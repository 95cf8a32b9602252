//! Whatever stands in a folder, opening it ends in a model or in one sentence that says what to do, never in a panic.

#![allow(clippy::unwrap_used)]

mod tiny;

use std::fs;

use otai_encoder::{Encoder, OpenError, Options, SequenceClassifier};
use serde_json::{Value, json};
use tiny::refused::{refused, says, with};
use tiny::{FAMILIES, Family, INNER, Tiny, WIDTH};

#[test]
fn missing_files_are_named() {
    for name in ["config.json", "tokenizer.json", "model.safetensors"] {
        let tiny = Tiny::new(Family::Bert);
        fs::remove_file(tiny.path().join(name)).unwrap();
        says(&tiny, &[name, "is missing", "copy the whole"]);
    }
}

#[test]
fn a_tokenizer_of_the_old_form_is_no_missing_file() {
    let tiny = Tiny::new(Family::Deberta);
    fs::rename(tiny.path().join("tokenizer.json"), tiny.path().join("spm.model")).unwrap();
    says(&tiny, &["no tokenizer.json", "AutoTokenizer.from_pretrained"]);
}

#[test]
fn pickles_are_not_read() {
    let tiny = Tiny::new(Family::Bert);
    fs::rename(
        tiny.path().join("model.safetensors"),
        tiny.path().join("pytorch_model.bin"),
    )
    .unwrap();
    says(&tiny, &["pytorch_model.bin", "can run code", "safe_serialization=True"]);
}

#[test]
fn a_folder_in_place_of_a_file_is_refused() {
    let tiny = Tiny::new(Family::Bert);
    fs::remove_file(tiny.path().join("config.json")).unwrap();
    fs::create_dir(tiny.path().join("config.json")).unwrap();
    says(&tiny, &["config.json", "cannot be read"]);
}

#[test]
fn tensors_must_be_there_and_fit() {
    for family in FAMILIES {
        let tiny = Tiny::new(family);
        let mut classifier = 0;
        for name in tiny.tensors.keys() {
            let mut fewer = tiny.tensors.clone();
            fewer.remove(name);
            tiny.save(&fewer);
            let sentence = refused(&tiny);
            classifier += usize::from(sentence.contains("no classification head"));
            assert!(sentence.contains("holds no "), "{name}: {sentence}");
        }
        assert_eq!(classifier, 1);
        for name in tiny.tensors.keys() {
            let mut bent = tiny.tensors.clone();
            let (shape, x) = bent.get_mut(name).unwrap();
            shape[0] += 1;
            *x = vec![0.5; shape.iter().product()];
            tiny.save(&bent);
            let sentence = refused(&tiny);
            assert!(
                sentence.contains("shape") || sentence.contains("id2label"),
                "{name}: {sentence}"
            );
        }
    }
    says(
        &with(Family::Bert, "intermediate_size", json!(INNER + 1)),
        &["intermediate.dense", "[38, 24]", "[37, 24]"],
    );
    says(&with(Family::Bert, "hidden_size", json!(WIDTH * 2)), &["shape"]);
}

#[test]
fn weights_must_be_finite() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let tiny = Tiny::new(Family::Roberta);
        for name in tiny.tensors.keys() {
            let mut spoilt = tiny.tensors.clone();
            *spoilt.get_mut(name).unwrap().1.last_mut().unwrap() = bad;
            tiny.save(&spoilt);
            says(&tiny, &[name, "not a number"]);
        }
    }
}

#[test]
fn labels_must_fit_the_head() {
    says(
        &with(Family::Bert, "id2label", Value::Null),
        &["id2label is missing", "3 rows"],
    );
    says(
        &with(Family::Bert, "id2label", json!({"0": "a"})),
        &["names 1 labels", "3 rows"],
    );
    says(
        &with(Family::Bert, "id2label", json!({"0": "a", "1": "b", "7": "c"})),
        &["no name for \"2\""],
    );
    says(
        &with(Family::Bert, "id2label", json!({"0": "a", "1": "b", "2": "b"})),
        &["two labels \"b\""],
    );
    says(&with(Family::Bert, "id2label", json!([1, 2, 3])), &["id2label"]);
    let mut two = with(Family::Bert, "id2label", Value::Null);
    for (name, size) in [("classifier.weight", 2 * WIDTH), ("classifier.bias", 2)] {
        let (shape, numbers) = two.tensors.get_mut(name).unwrap();
        shape[0] = 2;
        numbers.truncate(size);
    }
    two.save(&two.tensors);
    let two = SequenceClassifier::open(two.path(), &Options::default()).unwrap();
    assert_eq!(
        two.labels(),
        ["LABEL_0", "LABEL_1"],
        "transformers leaves its defaults out"
    );
    let multi = with(Family::Bert, "problem_type", json!("multi_label_classification"));
    assert!(
        SequenceClassifier::open(multi.path(), &Options::default())
            .unwrap()
            .multi_label()
    );
}

#[test]
fn tokens_must_have_a_row() {
    let tiny = Tiny::new(Family::Bert);
    let mut tokenizer: Value = serde_json::from_slice(&fs::read(tiny.path().join("tokenizer.json")).unwrap()).unwrap();
    tokenizer["model"]["vocab"]["surplus"] = json!(5000);
    tiny.write("tokenizer.json", &tokenizer);
    says(&tiny, &["tokenizer.json", "5000", "embedding table"]);
    let tiny = Tiny::new(Family::Bert);
    let mut tokenizer: Value = serde_json::from_slice(&fs::read(tiny.path().join("tokenizer.json")).unwrap()).unwrap();
    tokenizer["post_processor"]["special_tokens"]["[CLS]"]["ids"] = json!([4_000_000_000u32]);
    tiny.write("tokenizer.json", &tokenizer);
    says(&tiny, &["tokenizer.json", "4000000000"]);
}

#[test]
fn tokenizers_must_be_usable() {
    for bad in ["", "{}", "[]", "nonsense", "{\"version\":\"1.0\"}"] {
        let tiny = Tiny::new(Family::Bert);
        fs::write(tiny.path().join("tokenizer.json"), bad).unwrap();
        says(&tiny, &["tokenizer.json", "fetch it again"]);
    }
    let tiny = Tiny::new(Family::Bert);
    let mut tokenizer: Value = serde_json::from_slice(&fs::read(tiny.path().join("tokenizer.json")).unwrap()).unwrap();
    tokenizer["model"]["unk_token"] = json!("[NONE]");
    tiny.write("tokenizer.json", &tokenizer);
    says(&tiny, &["tokenizer.json", "fetch it again"]);
}

/// Cuts and spoils one file at many places; every outcome of the second kind but a panic is fine.
fn mangle(name: &str) {
    let tiny = Tiny::new(Family::DistilBert);
    let whole = fs::read(tiny.path().join(name)).unwrap();
    for cut in 0..50 {
        let part = &whole[..whole.len() * cut / 50];
        fs::write(tiny.path().join(name), part).unwrap();
        says(&tiny, &[name]);
    }
    for place in 0..120 {
        let mut spoilt = whole.clone();
        // The first bytes and the header matter most.
        let at = if place < 60 {
            place
        } else {
            (place - 60) * whole.len() / 60
        };
        spoilt[at.min(whole.len() - 1)] ^= 0x11 << (place % 4);
        fs::write(tiny.path().join(name), spoilt).unwrap();
        match SequenceClassifier::open(tiny.path(), &Options::default()) {
            Ok(classifier) => drop(classifier.logits(&["My printer is on fire", ""])),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}

#[test]
fn damaged_weights_are_refused() {
    mangle("model.safetensors");
}

#[test]
fn damaged_settings_are_refused() {
    mangle("config.json");
}

#[test]
fn damaged_tokenizers_are_refused() {
    mangle("tokenizer.json");
}

#[test]
fn headers_that_lie_are_refused() {
    let header = |text: &str| [&(text.len() as u64).to_le_bytes()[..], text.as_bytes()].concat();
    for bytes in [
        vec![],
        vec![255; 8],
        u64::MAX.to_le_bytes().to_vec(),
        header("{}"),
        header("[]"),
        header(r#"{"a":{"dtype":"F32","shape":[18446744073709551615,2],"data_offsets":[0,0]}}"#),
        header(r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#),
        header(r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,18446744073709551615]}}"#),
        header(r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#),
    ] {
        let tiny = Tiny::new(Family::Bert);
        fs::write(tiny.path().join("model.safetensors"), bytes).unwrap();
        says(&tiny, &["model.safetensors"]);
    }
}

#[test]
fn shards_are_read_and_checked() {
    let tiny = Tiny::new(Family::Bert);
    let want = Encoder::open(tiny.path(), &Options::default())
        .unwrap()
        .embed(&["fire"]);
    let (first, second) = tiny
        .tensors
        .clone()
        .into_iter()
        .partition(|(name, _)| name.contains("layer.0"));
    for (part, file) in [(&first, "one.safetensors"), (&second, "two.safetensors")] {
        tiny.save(part);
        fs::rename(tiny.path().join("model.safetensors"), tiny.path().join(file)).unwrap();
    }
    let index = |file: &str| json!({"weight_map": {"a": "one.safetensors", "b": file}});
    tiny.write("model.safetensors.index.json", &index("two.safetensors"));
    assert_eq!(
        Encoder::open(tiny.path(), &Options::default())
            .unwrap()
            .embed(&["fire"]),
        want
    );
    tiny.write("model.safetensors.index.json", &index("three.safetensors"));
    says(&tiny, &["three.safetensors", "is missing"]);
    tiny.write("model.safetensors.index.json", &index("../two.safetensors"));
    says(&tiny, &["weight_map"]);
}

#[test]
fn an_encoder_is_no_classifier() {
    let tiny = Tiny::new(Family::Bert);
    let bare = tiny
        .tensors
        .clone()
        .into_iter()
        .filter(|(name, _)| name.starts_with("bert."))
        .collect();
    tiny.save(&bare);
    says(&tiny, &["no classification head", "open it as an encoder"]);
    assert!(Encoder::open(tiny.path(), &Options::default()).is_ok());
    let missing = Encoder::open(tiny.path().join("nowhere"), &Options::default());
    assert!(matches!(missing, Err(OpenError::Missing(path)) if path.ends_with("nowhere/config.json")));
}
