//! The plugin as its host uses it, through the SDK.

// The allowance for tests in clippy.toml reaches `#[test]` functions, not what they share.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use otai_local_ai::{TrainedClassificationParams, TrainedClassificationService};
use otai_plugin::model::{Classify, Example, Text, Train};
use otai_plugin::{ClassificationService, Failure, ScriptedHost, block_on, serde_json};

fn service(model: &Path) -> TrainedClassificationService {
    let params = TrainedClassificationParams {
        model: model.to_owned(),
        threads: Some(1),
        encoder: None,
        precision: Default::default(),
    };
    TrainedClassificationService::new(params, ScriptedHost::new().host()).unwrap()
}

/// 54 tickets in two queues; `swap` exchanges the queues.
fn lesson(swap: bool) -> Train {
    let matters = [
        ("Network", ["vpn", "router", "wifi"]),
        ("Billing", ["invoice", "payment", "refund"]),
    ];
    let mut examples = Vec::new();
    for (at, (_, words)) in matters.iter().enumerate() {
        let queue = matters[if swap { 1 - at } else { at }].0;
        for n in 0..27 {
            let text = format!("{} {} {}", words[n % 3], words[n / 3 % 3], words[n / 9]);
            let topics = if n % 3 == 0 { vec!["first".to_owned()] } else { vec![] };
            let labels = [
                ("queue".to_owned(), vec![queue.to_owned()]),
                ("custom_fields.cf_topics".to_owned(), topics),
            ];
            examples.push(Example {
                text,
                labels: labels.into(),
                ..Example::default()
            });
        }
    }
    let rare = ("queue".to_owned(), vec!["Rare".to_owned()]);
    examples.push(Example {
        text: "something else".into(),
        labels: BTreeMap::from([rare]),
        ..Example::default()
    });
    Train {
        examples,
        multi_label: vec!["custom_fields.cf_topics".into()],
        seed: 1,
        created_at: "2026-11-22T15:00:00Z".into(),
    }
}

fn ask(
    service: &TrainedClassificationService,
    texts: &[&str],
    fields: &[&str],
) -> Vec<BTreeMap<String, Vec<(String, f32)>>> {
    let texts = texts
        .iter()
        .map(|text| Text {
            text: (*text).to_owned(),
            ..Text::default()
        })
        .collect();
    let batch = Classify {
        texts,
        fields: fields.iter().map(|f| (*f).to_owned()).collect(),
    };
    let classified = block_on(service.classify(batch)).unwrap();
    let pairs = |labels: Vec<otai_plugin::model::Label>| labels.into_iter().map(|l| (l.name, l.confidence)).collect();
    classified
        .predictions
        .into_iter()
        .map(|p| p.labels.into_iter().map(|(f, l)| (f, pairs(l))).collect())
        .collect()
}

#[test]
fn it_learns_answers_and_remembers() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("support");
    let teacher = service(&folder);
    let card = block_on(teacher.train(lesson(false))).unwrap();
    assert_eq!((card.created_at.as_str(), card.examples), ("2026-11-22T15:00:00Z", 55));
    assert!(card.fields["custom_fields.cf_topics"].multi_label && card.fields["queue"].accuracy.unwrap() > 0.9);
    assert!(
        card.remarks
            .iter()
            .any(|r| r == "queue: \"Rare\" left out (1 of at least 3 examples)"),
        "{:?}",
        card.remarks
    );

    let texts = ["the wifi router", "", "an invoice"];
    let answers = ask(&teacher, &texts, &["queue", "no_such_field"]);
    assert_eq!(answers.len(), 3);
    assert_eq!(
        (answers[0]["queue"][0].0.as_str(), answers[2]["queue"][0].0.as_str()),
        ("Network", "Billing")
    );
    assert!(
        answers[1]["queue"][0].1 < 0.6,
        "an empty text is left to a human: {answers:?}"
    );
    assert!(
        answers.iter().all(|a| a.len() == 1),
        "only what was wanted and is known: {answers:?}"
    );
    assert_eq!(ask(&teacher, &texts, &[])[0].len(), 2);

    let other = service(&folder);
    assert_eq!(ask(&other, &texts, &[]), ask(&teacher, &texts, &[]));
    assert_eq!(block_on(other.model()).unwrap(), card);
}

#[test]
fn a_model_trained_meanwhile_is_used() {
    let dir = tempfile::tempdir().unwrap();
    block_on(service(dir.path()).train(lesson(false))).unwrap();
    let running = service(dir.path());
    assert_eq!(ask(&running, &["wifi"], &[])[0]["queue"][0].0, "Network");
    // File times may be as coarse as the clock's tick.
    std::thread::sleep(std::time::Duration::from_millis(20));
    block_on(service(dir.path()).train(lesson(true))).unwrap();
    assert_eq!(ask(&running, &["wifi"], &[])[0]["queue"][0].0, "Billing");
}

#[test]
fn what_cannot_work_is_refused_in_one_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let failure = block_on(service(dir.path()).model()).unwrap_err();
    assert!(
        failure.is_for_every_ticket() && failure.to_string().contains("run `otai train` first"),
        "{failure}"
    );
    let failure = block_on(service(dir.path()).classify(Classify::default())).unwrap_err();
    assert!(failure.is_for_every_ticket(), "{failure}");

    let failure = block_on(service(dir.path()).train(Train::default())).unwrap_err();
    assert!(
        matches!(
            &failure,
            Failure::Rejected {
                every_ticket: false,
                ..
            }
        ),
        "{failure}"
    );
    assert!(!dir.path().join("model.bin").exists());

    // A file stands where the folder should be.
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let failure = block_on(service(&file).train(lesson(false))).unwrap_err();
    assert!(
        matches!(&failure, Failure::Rejected { field: Some(field), .. } if field == "model"),
        "{failure}"
    );
}

#[test]
fn parameters_are_checked_before_any_work() {
    let new = |json: &str| {
        let params: TrainedClassificationParams = serde_json::from_str(json).unwrap();
        TrainedClassificationService::new(params, ScriptedHost::new().host()).map(|_| ())
    };
    assert_eq!(new(r#"{"model": "models/support"}"#), Ok(()));
    assert!(matches!(new(r#"{"model": ""}"#), Err(Failure::Rejected { field: Some(f), .. }) if f == "model"));
    assert!(
        matches!(new(r#"{"model": "m", "threads": 0}"#), Err(Failure::Rejected { field: Some(f), .. }) if f == "threads")
    );
    assert!(serde_json::from_str::<TrainedClassificationParams>(r#"{"model": "m", "modell": "x"}"#).is_err());
    assert_eq!(
        serde_json::from_str::<TrainedClassificationParams>(r#"{"model": "m"}"#)
            .unwrap()
            .model,
        PathBuf::from("m")
    );
}
