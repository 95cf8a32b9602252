//! Classifiers that were trained elsewhere: tiny models with random weights, against the same sums in fp64.

// The allowance for tests in clippy.toml reaches `#[test]` functions, not what they share.
#![allow(clippy::unwrap_used)]

mod common;
#[path = "../encoder/tests/tiny/mod.rs"]
mod tiny;

use std::fs;

use common::{ask, cannot_open, of_json, refuses, takes_any_text};
use otai_local_ai::HFClassificationService;
use otai_plugin::model::ModelCard;
use otai_plugin::{ClassificationService, block_on};
use serde_json::{Value, json};
use tiny::{Family, Tiny};

const TEXTS: [&str; 4] = ["my printer is on fire", "invoice missing", "the invoice", "a printer"];
const NAMES: [&str; 3] = ["billing", "hardware", "other"];

fn service(tiny: &Tiny) -> HFClassificationService {
    of_json(json!({ "model": tiny.path(), "threads": 1 })).unwrap()
}

fn card(service: &HFClassificationService) -> ModelCard {
    block_on(service.model()).unwrap()
}

fn with(family: Family, changes: &[(&str, Value)]) -> Tiny {
    let tiny = Tiny::new(family);
    let mut config = tiny.config();
    changes.iter().for_each(|(key, value)| config[*key] = value.clone());
    tiny.write("config.json", &config);
    tiny
}

#[test]
fn one_label_is_the_softmax_of_the_scores() {
    for family in [Family::Bert, Family::DistilBert, Family::Roberta] {
        let tiny = Tiny::new(family);
        for (text, prediction) in TEXTS.iter().zip(ask(&service(&tiny), &TEXTS, &["queue"])) {
            let scores = tiny.scores(text);
            let sum: f64 = scores.iter().map(|s| s.exp()).sum();
            let labels = &prediction.labels["queue"];
            assert_eq!(labels.len(), 3);
            assert!(labels.is_sorted_by(|a, b| a.confidence >= b.confidence), "{labels:?}");
            for (name, score) in NAMES.iter().zip(&scores) {
                let told = labels.iter().find(|l| l.name == *name).unwrap();
                assert!(
                    (f64::from(told.confidence) - score.exp() / sum).abs() < 1e-4,
                    "{name}: {labels:?}"
                );
                assert_eq!(told.precision, None, "nobody measured it");
            }
        }
    }
}

#[test]
fn many_labels_are_the_sigmoid_of_each_score() {
    let tiny = with(Family::Bert, &[("problem_type", json!("multi_label_classification"))]);
    let service = of_json::<HFClassificationService>(json!({ "model": tiny.path(), "field": "tags" })).unwrap();
    assert!(card(&service).fields["tags"].multi_label);
    let (mut told, mut held_back) = (0, 0);
    for (text, prediction) in TEXTS.iter().zip(ask(&service, &TEXTS, &[])) {
        let labels = &prediction.labels["tags"];
        for (name, score) in NAMES.iter().zip(tiny.scores(text)) {
            let expected = 1.0 / (1.0 + (-score).exp());
            match labels.iter().find(|l| l.name == *name) {
                Some(label) => {
                    told += 1;
                    assert!(
                        (f64::from(label.confidence) - expected).abs() < 1e-4,
                        "{name}: {labels:?}"
                    );
                }
                None => {
                    held_back += 1;
                    assert!(expected < 0.2, "{name} is {expected}: {labels:?}");
                }
            }
        }
    }
    assert!(
        told > 0 && held_back > 0,
        "or half of it was not tested: {told}, {held_back}"
    );
}

#[test]
fn of_many_labels_the_five_best_are_told() {
    let mut tiny = with(
        Family::Bert,
        &[(
            "id2label",
            (0..8)
                .map(|at| (at.to_string(), json!(format!("LABEL_{at}"))))
                .collect(),
        )],
    );
    let (_, row) = tiny.tensors["classifier.weight"].clone();
    let weights: Vec<f32> = (0..8)
        .flat_map(|at| row[..tiny::WIDTH].iter().map(move |x| x * at as f32))
        .collect();
    tiny.tensors
        .insert("classifier.weight".into(), (vec![8, tiny::WIDTH], weights));
    tiny.tensors.insert("classifier.bias".into(), (vec![8], vec![0.0; 8]));
    tiny.save(&tiny.tensors);
    let service = service(&tiny);
    let labels = &ask(&service, &TEXTS[..1], &[])[0].labels["queue"];
    assert_eq!(labels.len(), 5);
    assert!(matches!(labels[0].name.as_str(), "LABEL_0" | "LABEL_7"), "{labels:?}");
    let remarks = card(&service).remarks;
    assert!(
        remarks.iter().any(|r| r.contains("no names of their own")),
        "{remarks:?}"
    );
}

#[test]
fn any_text_is_answered_alone_as_in_a_batch() {
    takes_any_text(&service(&Tiny::new(Family::Bert)));
    takes_any_text(&service(&Tiny::new(Family::Roberta)));
    let tiny = Tiny::new(Family::XlmRoberta);
    takes_any_text(&of_json::<HFClassificationService>(json!({ "model": tiny.path(), "precision": "int8" })).unwrap());
}

#[test]
fn a_batch_of_any_size_keeps_its_order() {
    let tiny = Tiny::new(Family::Bert);
    let service = service(&tiny);
    let few = ask(&service, &TEXTS, &[]);
    let texts: Vec<&str> = (0..600)
        .map(|at| if at % 5 == 4 { "" } else { TEXTS[at % 5] })
        .collect();
    for (at, prediction) in ask(&service, &texts, &[]).iter().enumerate() {
        match few.get(at % 5) {
            Some(expected) => assert_eq!(prediction, expected, "{at}"),
            None => assert!(prediction.leave.is_some(), "{at}"),
        }
    }
}

#[test]
fn only_its_own_field_is_answered() {
    let tiny = Tiny::new(Family::Bert);
    let service = of_json::<HFClassificationService>(json!({ "model": tiny.path(), "field": "type" })).unwrap();
    for fields in [&["queue", "type"][..], &["type"], &[]] {
        let answer = &ask(&service, &["a printer", ""], fields)[0];
        assert_eq!(answer.labels.keys().collect::<Vec<_>>(), ["type"], "{fields:?}");
    }
    for prediction in ask(&service, &["a printer", ""], &["queue"]) {
        assert_eq!(prediction, Default::default());
    }
}

#[test]
fn the_card_says_what_it_is_and_where_it_is_from() {
    let tiny = Tiny::new(Family::Bert);
    let card_now = || card(&service(&tiny));
    let card = card_now();
    assert_eq!(card.name, tiny.path().display().to_string());
    assert_eq!(card.fields.keys().collect::<Vec<_>>(), ["queue"]);
    let field = &card.fields["queue"];
    assert_eq!(
        field.labels.iter().map(|(l, n)| (l.as_str(), *n)).collect::<Vec<_>>(),
        NAMES.map(|l| (l, 0))
    );
    assert!(!field.multi_label && field.accuracy.is_none() && field.thresholds.is_empty());
    assert_eq!(card.made_of.keys().collect::<Vec<_>>(), ["model"]);
    assert_eq!(card.made_of["model"].len(), 64);
    assert!(
        card.remarks
            .iter()
            .any(|r| r == "the model reads the first 40 tokens of a text"),
        "{:?}",
        card.remarks
    );
    assert!(
        card.remarks.iter().any(|r| r.contains("not calibrated")),
        "{:?}",
        card.remarks
    );

    tiny.write(
        "origin.json",
        &json!({ "source": "hf:org/good", "revision": "0123abc" }),
    );
    let added = card_now();
    assert_eq!(added.made_of["revision"], "0123abc");
    assert_eq!(
        added.made_of["model"], card.made_of["model"],
        "where it is from changes nothing"
    );
    tiny.write("origin.json", &json!({ "source": "/somewhere", "revision": null }));
    assert_eq!(card_now().made_of, card.made_of);
}

#[test]
fn a_model_replaced_meanwhile_is_used() {
    let mut tiny = Tiny::new(Family::Bert);
    let service = service(&tiny);
    let before = ask(&service, &TEXTS, &[]);
    let made_of = card(&service).made_of;
    assert_eq!(ask(&service, &TEXTS, &[]), before);
    let bias = tiny.tensors.get_mut("classifier.bias").unwrap();
    bias.1 = vec![-50.0, -50.0, 50.0];
    // File times may be as coarse as the clock's tick.
    std::thread::sleep(std::time::Duration::from_millis(20));
    let weights = tiny.path().join("model.safetensors");
    fs::remove_file(&weights).unwrap();
    tiny.save(&tiny.tensors);
    for prediction in ask(&service, &TEXTS, &[]) {
        assert_eq!(prediction.labels["queue"][0].name, "other");
    }
    assert_ne!(card(&service).made_of, made_of);
    // Gone, and back again: said, and forgotten.
    let kept = tiny.path().join("kept");
    fs::rename(&weights, &kept).unwrap();
    assert!(
        block_on(service.model())
            .unwrap_err()
            .to_string()
            .contains("model.safetensors")
    );
    fs::rename(&kept, &weights).unwrap();
    assert_eq!(ask(&service, &TEXTS, &[])[0].labels["queue"][0].name, "other");
}

#[test]
fn parameters_are_checked_before_any_work() {
    type S = HFClassificationService;
    refuses::<S>(json!({ "model": "" }), Some("model"), "name the folder");
    refuses::<S>(json!({ "model": "m", "field": " " }), Some("field"), "write queue");
    refuses::<S>(json!({ "model": "m", "threads": 0 }), Some("threads"), "leave it out");
    refuses::<S>(
        json!({ "model": "m", "threads": -1 }),
        None,
        "wrong type or value: expected usize",
    );
    refuses::<S>(json!({ "model": "m", "precision": "fp16" }), None, "fp32");
    refuses::<S>(json!({ "model": "m", "modell": "x" }), None, "unknown field `modell`");
    refuses::<S>(json!({ "field": "queue" }), None, "missing field `model`");
    // Nothing is looked for before it is asked for.
    assert!(of_json::<S>(json!({ "model": "no/such/folder", "precision": "int8", "threads": 2 })).is_ok());
}

#[test]
fn a_folder_that_cannot_be_used_is_refused_in_one_sentence() {
    let check =
        |tiny: &Tiny, words: &[&str]| cannot_open::<HFClassificationService>(json!({ "model": tiny.path() }), words);
    let dir = tempfile::tempdir().unwrap();
    let absent = dir.path().join("absent");
    cannot_open::<HFClassificationService>(json!({ "model": absent }), &["absent", "is missing", "copy the whole"]);

    let tiny = Tiny::new(Family::Bert);
    fs::rename(
        tiny.path().join("model.safetensors"),
        tiny.path().join("pytorch_model.bin"),
    )
    .unwrap();
    check(&tiny, &["can run code", "safe_serialization=True"]);

    let mut tiny = Tiny::new(Family::Bert);
    tiny.tensors.retain(|name, _| !name.starts_with("classifier"));
    tiny.save(&tiny.tensors);
    check(
        &tiny,
        &["without a classification head", "ZeroShotClassificationService"],
    );

    let mut tiny = with(Family::Bert, &[("id2label", json!({ "0": "score" }))]);
    tiny.tensors.insert(
        "classifier.weight".into(),
        (vec![1, tiny::WIDTH], vec![0.1; tiny::WIDTH]),
    );
    tiny.tensors.insert("classifier.bias".into(), (vec![1], vec![0.0]));
    tiny.save(&tiny.tensors);
    check(&tiny, &["a single label", "use a model with several"]);

    check(
        &with(Family::Bert, &[("id2label", json!({ "0": "a", "1": "b" }))]),
        &["id2label names 2 labels"],
    );
    check(
        &with(Family::Bert, &[("model_type", json!("gpt2"))]),
        &["gpt2", "not supported"],
    );

    let tiny = Tiny::new(Family::Bert);
    fs::write(tiny.path().join("config.json"), "{").unwrap();
    check(&tiny, &["config.json", "not valid JSON"]);
}
