//! A sentence encoder joins the words: tiny encoders with random weights, and MiniLM where `OTAI_MINILM` names its folder.

// The allowance for tests in clippy.toml reaches `#[test]` functions, not what they share.
#![allow(clippy::unwrap_used)]

#[path = "../encoder/tests/tiny/mod.rs"]
mod tiny;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use otai_local_ai::{Changes, Example, LoadError, Model, TrainError, TrainOptions, train};
use tiny::{Family, Tiny};

/// Thirty tickets for each of two queues, in the words of the tiny tokenizer and some that it does not know.
fn examples() -> Vec<Example> {
    let said = [
        ("Hardware", ["printer", "fire", "paper"]),
        ("Billing", ["invoice", "missing", "refund"]),
    ];
    let one = |queue: &str, words: [&str; 3], at: usize| Example {
        text: format!(
            "my {} is {} {}",
            words[at % 3],
            words[at / 3 % 3],
            ["here", "gone", "late", "again"][at / 9]
        ),
        labels: [("queue".to_owned(), vec![queue.to_owned()])].into(),
    };
    said.into_iter()
        .flat_map(|(queue, words)| (0..30).map(move |at| one(queue, words, at)))
        .collect()
}

fn options(encoder: &Path, memory: Option<&Path>) -> TrainOptions {
    TrainOptions {
        encoder: Some(encoder.to_owned()),
        memory: memory.map(PathBuf::from),
        threads: 1,
        ..TrainOptions::default()
    }
}

/// Trains and returns what was said on the way.
fn steps(examples: &[Example], options: &TrainOptions) -> (Model, Vec<String>) {
    let steps = Mutex::new(Vec::new());
    let model = train(examples, options, &|step| steps.lock().unwrap().push(step.to_owned())).unwrap();
    (model, steps.into_inner().unwrap())
}

#[test]
fn the_model_takes_its_encoder_along() {
    let (dir, encoder) = (tempfile::tempdir().unwrap(), Tiny::new(Family::Bert));
    let (model, _) = steps(&examples(), &options(encoder.path(), None));
    model.save(dir.path()).unwrap();
    model.save(dir.path()).unwrap();
    let texts = ["my printer is on fire", "the invoice is missing", "", "words unknown"];
    let said = model.classify(&texts);
    drop(encoder);
    let back = Model::load(dir.path(), 1).unwrap();
    assert_eq!(back.classify(&texts), said);
    assert_eq!(
        (said[0].field("queue")[0].label, said[1].field("queue")[0].label),
        ("Hardware", "Billing")
    );
    assert!(back.card().encoder_sha256.is_some());
    let folders = || {
        let entries = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.is_dir()).collect::<Vec<_>>()
    };
    assert_eq!(folders().len(), 1, "{:?}", folders());
    // Without it there is no model, and a sentence says what is missing.
    fs::remove_file(folders()[0].join("model.safetensors")).unwrap();
    let error = Model::load(dir.path(), 1).unwrap_err();
    assert!(matches!(error, LoadError::Encoder(_)), "{error}");
    // A model of words alone needs none, and leaves none behind.
    train(&examples(), &TrainOptions::default(), &|_| {})
        .unwrap()
        .save(dir.path())
        .unwrap();
    assert!(folders().is_empty() && Model::load(dir.path(), 1).is_ok());
}

#[test]
fn the_next_training_embeds_what_is_new() {
    let (dir, encoder) = (tempfile::tempdir().unwrap(), Tiny::new(Family::Bert));
    let options = options(encoder.path(), Some(dir.path()));
    let (first, _) = steps(&examples()[3..], &options);
    assert_eq!(first.card().changes, None);
    let mut now = examples();
    now.pop();
    now[3].labels.insert("queue".to_owned(), vec!["Billing".to_owned()]);
    let (second, said) = steps(&now, &options);
    let changes = Changes {
        new: 3,
        corrected: 1,
        gone: 1,
    };
    assert_eq!(second.card().changes, Some(changes));
    // The names of the two labels are embedded each time.
    assert!(
        said.iter().any(|step| step == "embedding: 5 of 5 new texts"),
        "{said:?}"
    );
    let (fresh, _) = steps(
        &now,
        &TrainOptions {
            memory: None,
            ..options.clone()
        },
    );
    let texts = ["my printer is on fire", "paper"];
    assert_eq!(
        second.classify(&texts),
        fresh.classify(&texts),
        "remembered vectors are those of the encoder"
    );
    // Another encoder remembers nothing of this one.
    let other = Tiny::new(Family::DistilBert);
    let (_, said) = steps(
        &now,
        &TrainOptions {
            encoder: Some(other.path().to_owned()),
            ..options
        },
    );
    assert!(
        said.iter().any(|step| step == "embedding: 61 of 61 new texts"),
        "{said:?}"
    );
}

#[test]
fn a_folder_that_is_no_encoder_is_one_sentence() {
    let empty = tempfile::tempdir().unwrap();
    let error = train(&examples(), &options(empty.path(), None), &|_| {}).unwrap_err();
    assert!(matches!(error, TrainError::Encoder(_)), "{error}");
}

#[test]
fn threads_and_batches_change_nothing() {
    let encoder = Tiny::new(Family::Bert);
    let one = steps(&examples(), &options(encoder.path(), None)).0;
    let two = steps(
        &examples(),
        &TrainOptions {
            threads: 2,
            ..options(encoder.path(), None)
        },
    )
    .0;
    let texts = ["my printer is on fire", "the invoice is missing", "fire"];
    assert_eq!(one.classify(&texts), two.classify(&texts));
    let alone: Vec<_> = texts.iter().flat_map(|text| one.classify(&[text])).collect();
    assert_eq!(one.classify(&texts), alone);
}

#[test]
fn a_real_encoder_knows_words_that_no_ticket_had() {
    let Some(folder) = std::env::var_os("OTAI_MINILM") else {
        println!("skipped: OTAI_MINILM names no folder of all-MiniLM-L6-v2");
        return;
    };
    let (model, _) = steps(&examples(), &options(Path::new(&folder), None));
    let said = model.classify(&[
        "the scanner and the copier are burning",
        "you charged my credit card twice",
    ]);
    assert_eq!(said[0].field("queue")[0].label, "Hardware");
    assert_eq!(said[1].field("queue")[0].label, "Billing");
}
