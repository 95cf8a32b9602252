//! A model folder is whole or refused with one sentence.

// The allowance for tests in clippy.toml reaches `#[test]` functions, not what they share.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use otai_local_ai::{CARD_FILE, Card, Example, LoadError, MODEL_FILE, Model, TrainOptions, train};

fn model() -> Model {
    let words = [
        ("Network", ["vpn", "router", "wifi"]),
        ("Billing", ["invoice", "payment", "refund"]),
    ];
    let mut examples = Vec::new();
    for (queue, words) in words {
        for at in 0..27 {
            let text = format!("{} {} {}", words[at % 3], words[at / 3 % 3], words[at / 9]);
            let tags = if at % 3 == 0 {
                vec!["first".to_owned()]
            } else {
                Vec::new()
            };
            examples.push(Example {
                text,
                labels: [("queue".to_owned(), vec![queue.to_owned()]), ("tags".to_owned(), tags)].into(),
            });
        }
    }
    train(
        &examples,
        &TrainOptions {
            created: "2026-11-22".into(),
            ..TrainOptions::default()
        },
        &|_| {},
    )
    .unwrap()
}

#[test]
fn a_model_comes_back_as_it_was() {
    let (dir, model) = (tempfile::tempdir().unwrap(), model());
    let dir = dir.path().join("models/support");
    model.save(&dir).unwrap();
    let back = Model::load(&dir, 0).unwrap();
    let texts = ["vpn and wifi", "a refund", "", "nothing known"];
    assert_eq!(model.classify(&texts), back.classify(&texts));
    assert_eq!(model.card(), back.card());
    let card: Card = serde_json::from_str(&fs::read_to_string(dir.join(CARD_FILE)).unwrap()).unwrap();
    assert_eq!((&card, card.created.as_str()), (model.card(), "2026-11-22"));
    model.save(&dir).unwrap();
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 2, "no temporary file stays");
}

#[test]
fn no_word_of_a_ticket_is_in_the_folder() {
    let dir = tempfile::tempdir().unwrap();
    model().save(dir.path()).unwrap();
    for file in [MODEL_FILE, CARD_FILE] {
        let bytes = fs::read(dir.path().join(file)).unwrap();
        for word in ["vpn", "router", "invoice", "refund"] {
            assert!(
                !bytes.windows(word.len()).any(|part| part == word.as_bytes()),
                "{word} in {file}"
            );
        }
    }
}

#[test]
fn what_is_damaged_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    model().save(dir.path()).unwrap();
    let path = dir.path().join(MODEL_FILE);
    let whole = fs::read(&path).unwrap();
    let load = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        Model::load(dir.path(), 0)
    };
    for len in (0..whole.len()).step_by(whole.len() / 97) {
        assert!(load(&whole[..len]).is_err(), "cut at {len}");
    }
    for at in (0..whole.len()).step_by(whole.len() / 89) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        assert!(load(&bytes).is_err(), "flipped at {at}");
    }
    assert!(matches!(load(&whole[..whole.len() - 1]), Err(LoadError::Damaged(_))));
    assert!(matches!(load(&[&whole[..], &[0]].concat()), Err(LoadError::Damaged(_))));
    assert!(matches!(load(b"PK\x03\x04 something else"), Err(LoadError::Foreign(_))));
    let mut newer = whole.clone();
    newer[8] += 1;
    let error = load(&newer).unwrap_err();
    assert!(
        matches!(error, LoadError::Newer { found, .. } if found == u32::from(newer[8]))
            && error.to_string().contains("update otai"),
        "{error}"
    );
    let mut older = whole.clone();
    older[8] -= 1;
    let error = load(&older).unwrap_err();
    assert!(
        matches!(error, LoadError::Older(_)) && error.to_string().contains("otai train"),
        "{error}"
    );
    assert!(load(&whole).is_ok());
}

#[test]
fn a_missing_model_says_what_to_do() {
    let error = Model::load(Path::new("/nowhere/at/all"), 0).unwrap_err();
    assert!(
        matches!(error, LoadError::Missing(_)) && error.to_string().contains("otai train"),
        "{error}"
    );
}

#[test]
fn a_failed_save_leaves_the_old_model() {
    let dir = tempfile::tempdir().unwrap();
    let model = model();
    model.save(dir.path()).unwrap();
    let before = fs::read(dir.path().join(MODEL_FILE)).unwrap();
    // The temporary file cannot be made where a folder of that name stands.
    fs::create_dir(dir.path().join(format!("model.new-{}", std::process::id()))).unwrap();
    assert!(model.save(dir.path()).is_err());
    assert_eq!(fs::read(dir.path().join(MODEL_FILE)).unwrap(), before);
    assert!(Model::load(dir.path(), 0).is_ok());
}
