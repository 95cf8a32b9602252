//! Labels in words: tiny encoders with random weights, against the same sums in fp64; and a real one where there is one.

// The allowance for tests in clippy.toml reaches `#[test]` functions, not what they share.
#![allow(clippy::unwrap_used)]

mod common;
#[path = "../encoder/tests/tiny/mod.rs"]
mod tiny;

use std::path::Path;

use common::{ask, cannot_open, of_json, refuses, takes_any_text};
use otai_local_ai::ZeroShotClassificationService;
use otai_plugin::model::ModelCard;
use otai_plugin::{ClassificationService, block_on, merged};
use serde_json::{Value, json};
use tiny::{Family, Tiny};

type S = ZeroShotClassificationService;

/// Two fields and tags, for tickets in the words of the tiny tokenizer.
fn fields() -> Value {
    json!({
        "queue": {
            "Hardware": { "description": "the printer", "examples": ["my printer is on fire", "a printer"] },
            "Billing": "the invoice is missing",
        },
        "priority": { "High": { "examples": ["fire", "on fire"] }, "Low": "a missing invoice" },
        "tags": { "fire": "fire", "paper": { "examples": ["my invoice"] } },
    })
}

fn service(tiny: &Tiny, changes: Value) -> S {
    let params = json!({ "encoder": tiny.path(), "threads": 1, "fields": fields(), "min_similarity": -1.0 });
    of_json(merged(params, changes)).unwrap()
}

fn card(service: &S) -> ModelCard {
    block_on(service.model()).unwrap()
}

fn unit(mut vector: Vec<f64>) -> Vec<f64> {
    let length = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
    vector.iter_mut().for_each(|x| *x /= length);
    vector
}

/// The cosine of the text with the mean of what is said of a label, in fp64.
fn cosine(tiny: &Tiny, text: &str, said: &[&str]) -> f64 {
    let mut mean = vec![0.0; tiny::WIDTH];
    for sentence in said {
        let vector = unit(tiny.mean(sentence));
        mean.iter_mut().zip(vector).for_each(|(m, x)| *m += x);
    }
    unit(mean).iter().zip(unit(tiny.mean(text))).map(|(a, b)| a * b).sum()
}

#[test]
fn one_label_is_the_softmax_of_the_similarities() {
    for family in [Family::Bert, Family::Roberta] {
        let tiny = Tiny::new(family);
        let service = service(&tiny, json!({}));
        for text in ["my printer", "invoice", "is on fire"] {
            let prediction = ask(&service, &[text], &["queue", "priority"]).remove(0);
            assert_eq!(
                prediction.labels.keys().collect::<Vec<_>>(),
                ["priority", "queue"],
                "two fields of one pass"
            );
            let hardware = ["Hardware: the printer", "my printer is on fire", "a printer"];
            for (field, name, said, other) in [
                (
                    "queue",
                    "Hardware",
                    &hardware[..],
                    &["Billing: the invoice is missing"][..],
                ),
                ("priority", "High", &["fire", "on fire"], &["Low: a missing invoice"]),
            ] {
                let lead = cosine(&tiny, text, said) - cosine(&tiny, text, other);
                let expected = 1.0 / (1.0 + (-lead / 0.05).exp());
                let labels = &prediction.labels[field];
                assert_eq!(labels.len(), 2);
                let told = labels.iter().find(|l| l.name == name).unwrap();
                assert!(
                    (f64::from(told.confidence) - expected).abs() < 1e-3,
                    "{text}: {expected}, {labels:?}"
                );
            }
        }
    }
}

#[test]
fn a_tag_is_the_sigmoid_of_its_own_similarity() {
    let tiny = Tiny::new(Family::Bert);
    let alone = cosine(&tiny, "my printer", &["fire: fire"]);
    for (even, temperature) in [
        (alone, 0.05),
        (alone + 0.05, 0.05),
        (alone - 0.05, 0.1),
        (alone + 0.2, 0.05),
    ] {
        let even = even.clamp(0.0, 1.0);
        let service = service(&tiny, json!({ "tag_similarity": even, "temperature": temperature }));
        let labels = ask(&service, &["my printer"], &["tags"])
            .remove(0)
            .labels
            .remove("tags")
            .unwrap();
        let expected = 1.0 / (1.0 + (-(alone - even) / temperature).exp());
        match labels.iter().find(|l| l.name == "fire") {
            Some(tag) => assert!(
                (f64::from(tag.confidence) - expected).abs() < 1e-3,
                "{expected}: {labels:?}"
            ),
            None => assert!(expected < 0.2, "{expected}: {labels:?}"),
        }
    }
}

#[test]
fn a_text_that_nothing_resembles_is_left() {
    let tiny = Tiny::new(Family::Bert);
    // Nothing but the same words is as similar as this.
    let service = service(
        &tiny,
        json!({
            "min_similarity": 0.999,
            "fields": {
                "queue": { "Hardware": { "examples": ["my printer"] }, "Billing": { "examples": ["the invoice"] } },
                "type": { "Question": { "examples": ["is the invoice missing"] }, "Incident": { "examples": ["the fire"] } },
            },
        }),
    );
    let predictions = ask(&service, &["is it", "my printer", "the fire"], &[]);
    assert_eq!(predictions[0].leave.as_deref(), Some("it is unlike every description"));
    assert!(predictions[0].labels.is_empty());
    let labels = |at: usize, field: &str| -> Vec<String> {
        predictions[at].labels[field].iter().map(|l| l.name.clone()).collect()
    };
    assert_eq!(predictions[1].leave, None);
    assert_eq!(
        (labels(1, "queue"), labels(1, "type")),
        (vec!["Hardware".into(), "Billing".into()], vec![])
    );
    assert_eq!(
        (labels(2, "queue"), labels(2, "type")),
        (vec![], vec!["Incident".into(), "Question".into()])
    );
    assert!(
        ask(&service, &["the fire"], &["queue"])[0].leave.is_some(),
        "in the only field that was wanted"
    );
}

#[test]
fn any_text_is_answered_alone_as_in_a_batch() {
    let tiny = Tiny::new(Family::Bert);
    takes_any_text(&service(&tiny, json!({})));
    takes_any_text(&service(&tiny, json!({ "precision": "int8", "min_similarity": 0.5 })));
    takes_any_text(&service(&Tiny::new(Family::XlmRoberta), json!({})));
}

#[test]
fn only_what_is_wanted_is_answered() {
    let tiny = Tiny::new(Family::Bert);
    let service = service(&tiny, json!({ "tag_similarity": 0.0 }));
    assert_eq!(ask(&service, &["a printer"], &[])[0].labels.len(), 3);
    let wanted = ask(&service, &["a printer"], &["type", "tags"]).remove(0);
    assert_eq!(wanted.labels.keys().collect::<Vec<_>>(), ["tags"]);
    assert_eq!(
        ask(&service, &["a printer", ""], &["type"]),
        vec![Default::default(); 2]
    );
}

#[test]
fn the_card_says_what_it_is_made_of() {
    let tiny = Tiny::new(Family::Bert);
    tiny.write("origin.json", &json!({ "revision": "0123abc" }));
    let calm = card(&service(&tiny, json!({ "tag_similarity": 1.0 })));
    let labels = |field: &str| {
        calm.fields[field]
            .labels
            .iter()
            .map(|(l, n)| (l.clone(), *n))
            .collect::<Vec<_>>()
    };
    assert_eq!(labels("queue"), [("Billing".to_owned(), 0), ("Hardware".to_owned(), 2)]);
    assert!(calm.fields["tags"].multi_label && !calm.fields["priority"].multi_label);
    assert_eq!(
        (calm.made_of["encoder"].len(), calm.made_of["revision"].as_str()),
        (64, "0123abc")
    );
    let says = |card: &ModelCard, words: &str| card.remarks.iter().any(|r| r.contains(words));
    assert!(
        says(&calm, "not calibrated") && says(&calm, "first 40 tokens"),
        "{:?}",
        calm.remarks
    );
    assert!(!says(&calm, "raise `tag_similarity`"), "{:?}", calm.remarks);
    let every_tag = card(&service(&tiny, json!({ "tag_similarity": 0.0 })));
    assert!(says(&every_tag, "raise `tag_similarity`"), "{:?}", every_tag.remarks);
}

#[test]
fn an_encoder_replaced_meanwhile_moves_the_labels_too() {
    let mut tiny = Tiny::new(Family::Bert);
    let service = service(&tiny, json!({}));
    let before = ask(&service, &["a printer"], &[]);
    let words = tiny.tensors.get_mut("bert.embeddings.word_embeddings.weight").unwrap();
    words.1.reverse();
    std::thread::sleep(std::time::Duration::from_millis(20));
    std::fs::remove_file(tiny.path().join("model.safetensors")).unwrap();
    tiny.save(&tiny.tensors);
    let after = ask(&service, &["a printer"], &[]);
    assert_ne!(before, after);
    assert_eq!(
        after,
        ask(&self::service(&tiny, json!({})), &["a printer"], &[]),
        "as if newly opened"
    );
}

#[test]
fn parameters_are_checked_before_any_work() {
    let with = |field: &str, labels: Value| json!({ "encoder": "e", "fields": { field: labels } });
    let good = json!({ "A": "one matter", "B": { "examples": ["another"] } });
    assert!(of_json::<S>(with("queue", good.clone())).is_ok());
    let wrong = |labels: Value, words: &str| refuses::<S>(with("queue", labels), Some("fields"), words);
    wrong(json!({}), "at least two labels");
    wrong(json!({ "A": "one" }), "at least two labels");
    wrong(json!({ "A": "one", " ": "two" }), "empty name");
    wrong(
        json!({ "Ärger": "one", "ÄRGER ": "two" }),
        "twice, but for upper and lower case",
    );
    wrong(json!({ "A": "one", "B": "" }), "`B` of `queue` has neither");
    wrong(
        json!({ "A": "one", "B": " \n\u{200b}" }),
        "neither a description nor an example",
    );
    wrong(json!({ "A": "one", "B": {} }), "neither a description nor an example");
    wrong(
        json!({ "A": "one", "B": { "description": "two", "examples": ["x", " "] } }),
        "an empty example",
    );
    let foreign = |labels: Value, words: &str| refuses::<S>(with("queue", labels), None, words);
    foreign(
        json!({ "A": "one", "B": { "exmples": ["x"] } }),
        "unknown field `exmples`",
    );
    foreign(json!({ "A": "one", "B": 7 }), "what the label means");
    foreign(json!({ "A": "one", "B": null }), "what the label means");
    refuses::<S>(with("", good.clone()), Some("fields"), "empty name");
    refuses::<S>(with("tags", json!({})), Some("fields"), "at least one");
    assert!(
        of_json::<S>(with("tags", json!({ "A": "one" }))).is_ok(),
        "a single tag can be given or not"
    );
    refuses::<S>(json!({ "encoder": "e", "fields": {} }), Some("fields"), "is empty");
    refuses::<S>(json!({ "encoder": "e" }), None, "missing field `fields`");

    let changed = |key: &str, value: Value| {
        let mut params = with("queue", good.clone());
        params[key] = value;
        params
    };
    refuses::<S>(changed("encoder", json!("")), Some("encoder"), "name the folder");
    for temperature in [0.0, -1.0, 1.5] {
        refuses::<S>(
            changed("temperature", json!(temperature)),
            Some("temperature"),
            "from 0.001 to 1",
        );
    }
    refuses::<S>(
        changed("tag_similarity", json!(1.1)),
        Some("tag_similarity"),
        "from 0 to 1",
    );
    refuses::<S>(
        changed("min_similarity", json!(2)),
        Some("min_similarity"),
        "from -1 to 1",
    );
    refuses::<S>(changed("threads", json!(0)), Some("threads"), "leave it out");
    refuses::<S>(changed("temprature", json!(1)), None, "unknown field `temprature`");
}

#[test]
fn a_folder_that_cannot_be_used_is_refused_in_one_sentence() {
    let check =
        |folder: &Path, words: &[&str]| cannot_open::<S>(json!({ "encoder": folder, "fields": fields() }), words);
    let dir = tempfile::tempdir().unwrap();
    check(&dir.path().join("absent"), &["absent", "is missing", "copy the whole"]);
    let tiny = Tiny::new(Family::Bert);
    std::fs::rename(
        tiny.path().join("model.safetensors"),
        tiny.path().join("pytorch_model.bin"),
    )
    .unwrap();
    check(tiny.path(), &["can run code"]);
}

/// Needs all-MiniLM-L6-v2 in the folder that `OTAI_MINILM` names.
#[test]
fn a_real_encoder_sorts_obvious_tickets() {
    let Some(folder) = std::env::var_os("OTAI_MINILM") else {
        eprintln!("skipped: OTAI_MINILM names no folder of all-MiniLM-L6-v2");
        return;
    };
    let service: S = of_json(json!({
        "encoder": Path::new(&folder),
        "fields": {
            "queue": {
                "Billing": "invoices, payments, refunds and prices",
                "Network": "vpn, wifi, internet connection and remote access",
                "Hardware": "printers, laptops, screens and other broken devices",
                "Accounts": "passwords, login, locked accounts and access rights",
            },
            "tags": {
                "refund": { "description": "the customer wants money back", "examples": ["please refund me"] },
                "vpn": "trouble with the vpn",
            },
        },
    }))
    .unwrap();
    let tickets = [
        ("I was charged twice this month, please send my money back", "Billing"),
        ("The invoice of March has the wrong VAT number", "Billing"),
        ("Can I pay by credit card instead of bank transfer?", "Billing"),
        ("Your prices went up, what does the annual plan cost now?", "Billing"),
        ("VPN disconnects every ten minutes when I work from home", "Network"),
        ("No internet in the whole office since this morning", "Network"),
        ("Wifi is very slow on the third floor", "Network"),
        ("The printer on the second floor jams all the time", "Hardware"),
        ("My laptop does not turn on any more", "Hardware"),
        ("The screen flickers and has a crack", "Hardware"),
        ("I forgot my password and cannot log in", "Accounts"),
        ("My account is locked after three wrong attempts", "Accounts"),
    ];
    let texts: Vec<&str> = tickets.iter().map(|(text, _)| *text).collect();
    let answers = ask(&service, &texts, &[]);
    let mut right = 0;
    for ((text, queue), answer) in tickets.iter().zip(&answers) {
        let queues = answer.labels.get("queue").cloned().unwrap_or_default();
        eprintln!("{text}: {:?}, {:?}", queues.first(), answer.labels.get("tags"));
        right += usize::from(queues.first().is_some_and(|top| top.name == *queue));
    }
    assert!(right >= 11, "{right} of 12");
    let tags = |at: usize| -> Vec<&str> { answers[at].labels["tags"].iter().map(|l| l.name.as_str()).collect() };
    assert_eq!((tags(0), tags(4)), (vec!["refund"], vec!["vpn"]));

    let noise = [
        "qwxz vbnk plrt",
        "the cat sat on a mat and purred",
        "lorem ipsum dolor sit amet",
        "1234567",
        "thanks",
        "How do I bake bread?",
    ];
    for (text, answer) in noise.iter().zip(ask(&service, &noise, &["queue"])) {
        assert_eq!(
            answer.leave.as_deref(),
            Some("it is unlike every description"),
            "{text}: {answer:?}"
        );
    }
}
