//! The learner from outside: what it promises whatever the examples are.

// The allowance for tests in clippy.toml reaches `#[test]` functions, not what they share.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use otai_local_ai::{Example, MIN_TAG_PROBABILITY, Model, TrainError, TrainOptions, train};

fn example(text: impl Into<String>, labels: &[(&str, &[&str])]) -> Example {
    let labels = labels
        .iter()
        .map(|(field, labels)| ((*field).to_owned(), labels.iter().map(|l| (*l).to_owned()).collect()));
    Example {
        text: text.into(),
        labels: labels.collect(),
    }
}

fn learn(examples: &[Example]) -> Result<Model, TrainError> {
    train(examples, &TrainOptions::default(), &|_| {})
}

/// 240 distinct tickets about three matters, three times as many about invoices as about the others, some of them tagged.
fn helpdesk() -> Vec<Example> {
    let filler = [
        "please", "help", "today", "again", "customer", "urgent", "since", "morning", "our", "office",
    ];
    let mut examples = Vec::new();
    for at in 0..240usize {
        let (queue, words) = match at % 5 {
            0 => ("Network", ["vpn", "router", "wifi", "connection"]),
            1 => ("Hardware", ["printer", "laptop", "screen", "keyboard"]),
            _ => ("Billing", ["invoice", "payment", "refund", "charged"]),
        };
        let text = format!(
            "{} {} {} {} {}",
            words[at % 4],
            filler[at % 10],
            words[(at / 4) % 4],
            filler[(at / 10) % 10],
            filler[(at / 3 + at / 7) % 10]
        );
        let urgent: &[&str] = if text.contains("urgent") { &["hot"] } else { &[] };
        examples.push(example(text, &[("queue", &[queue]), ("tags", urgent)]));
    }
    examples
}

fn answers(model: &Model, text: &str) -> BTreeMap<String, Vec<(String, f32)>> {
    let prediction = model.classify(&[text]).remove(0);
    let owned = |(field, labels): &(&str, Vec<otai_local_ai::Scored<'_>>)| {
        (
            (*field).to_owned(),
            labels.iter().map(|l| (l.label.to_owned(), l.probability)).collect(),
        )
    };
    prediction.fields.iter().map(owned).collect()
}

#[test]
fn what_was_taught_is_known() {
    let model = learn(&helpdesk()).unwrap();
    for (text, queue) in [
        ("the router lost its connection", "Network"),
        ("new keyboard for a laptop", "Hardware"),
        ("refund my payment", "Billing"),
    ] {
        let answers = answers(&model, text);
        assert_eq!(answers["queue"][0].0, queue, "{text}: {answers:?}");
        assert!(answers["queue"][0].1 > 0.6, "{text}: {answers:?}");
    }
    assert_eq!(answers(&model, "urgent invoice")["tags"][0].0, "hot");
    assert!(answers(&model, "invoice again today")["tags"].is_empty());
    let card = &model.card().fields["queue"];
    assert!(card.accuracy > 0.95 && card.calibration_error < 0.05, "{card:?}");
    assert!(!card.multi_label && model.card().fields["tags"].multi_label);
}

#[test]
fn threads_change_nothing_and_seeds_do() {
    let examples = helpdesk();
    let bytes = |threads, seed| {
        let model = train(
            &examples,
            &TrainOptions {
                threads,
                seed,
                ..TrainOptions::default()
            },
            &|_| {},
        )
        .unwrap();
        let dir = tempfile::tempdir().unwrap();
        model.save(dir.path()).unwrap();
        std::fs::read(dir.path().join(otai_local_ai::MODEL_FILE)).unwrap()
    };
    let one = bytes(1, 7);
    assert_eq!(one, bytes(3, 7));
    assert_ne!(one, bytes(1, 8));
}

#[test]
fn unknown_and_empty_texts_get_the_frequencies() {
    let model = learn(&helpdesk()).unwrap();
    for text in ["", "\0\0", "xqzj wkyp", "جججج", "<p></p>&nbsp;"] {
        let answers = answers(&model, text);
        assert_eq!(answers["queue"][0].0, "Billing", "{text:?}: {answers:?}");
        let share = model.card().fields["queue"].labels["Billing"] as f32 / model.card().fields["queue"].texts as f32;
        assert!((answers["queue"][0].1 - share).abs() < 0.05, "{text:?}: {answers:?}");
    }
}

#[test]
fn every_text_gets_numbers_that_add_up() {
    let model = learn(&helpdesk()).unwrap();
    let long = "invoice \0 <b>vpn</b> &amp; ".repeat(40_000);
    let one_word = "x".repeat(1_000_000);
    let texts = [
        "👩‍💻🔥",
        "\u{202e}مرحبا printer",
        "\0invoice\0",
        &long,
        &one_word,
        "<<<<&&&&",
        "a",
        "印刷できません",
        "e\u{301}\u{301}",
    ];
    for (text, prediction) in texts.iter().zip(model.classify(&texts)) {
        let start: String = text.chars().take(20).collect();
        let queue = prediction.field("queue");
        let sum: f32 = queue.iter().map(|l| l.probability).sum();
        assert!((sum - 1.0).abs() < 1e-4, "{start:?}: {queue:?}");
        assert!(
            queue.is_sorted_by(|a, b| a.probability >= b.probability),
            "{start:?}: {queue:?}"
        );
        assert!(
            prediction
                .field("tags")
                .iter()
                .all(|l| (MIN_TAG_PROBABILITY..=1.0).contains(&l.probability)),
            "{start:?}"
        );
        assert!(prediction.field("colour").is_empty());
    }
}

#[test]
fn one_label_is_refused_alone_and_left_out_beside_others() {
    let mut examples = helpdesk();
    examples
        .iter_mut()
        .for_each(|e| drop(e.labels.insert("site".into(), vec!["Berlin".into()])));
    let model = learn(&examples).unwrap();
    assert!(model.card().left_out_fields["site"].contains("Berlin"));
    assert!(!model.card().fields.contains_key("site"));
    examples
        .iter_mut()
        .for_each(|e| e.labels.retain(|field, _| field == "site"));
    let error = learn(&examples).unwrap_err();
    assert!(
        matches!(error, TrainError::NothingToLearn { .. }) && error.to_string().contains("\"Berlin\""),
        "{error}"
    );
}

#[test]
fn nothing_to_learn_from_is_said() {
    assert!(matches!(learn(&[]), Err(TrainError::NoTexts { examples: 0 })));
    assert!(matches!(
        learn(&[example(" \0<br>", &[("queue", &["A"])])]),
        Err(TrainError::NoTexts { examples: 1 })
    ));
    assert!(matches!(
        learn(&[example("words", &[])]),
        Err(TrainError::NothingToLearn { .. })
    ));
    // The same ticket over and over is one ticket, and one is too few.
    let same: Vec<Example> = (0..50)
        .map(|at| example(format!("invoice {at:02}"), &[("queue", &["A"])]))
        .collect();
    assert!(matches!(learn(&same), Err(TrainError::NothingToLearn { .. })));
}

#[test]
fn what_is_left_out_is_counted_and_named() {
    let mut examples = helpdesk();
    let texts = learn(&examples).unwrap().card().texts;
    examples.push(example("a lonely matter", &[("queue", &["Rare"]), ("tags", &["once"])]));
    examples.push(example("vpn VPN 111", &[("queue", &["Network"])]));
    examples.push(example("vpn vpn 222", &[("queue", &["Network"])]));
    examples.push(example("vpn vpn 333", &[("queue", &["Hardware"])]));
    examples.push(example("router and printer", &[("queue", &["Network", "Hardware"])]));
    examples.push(example("laptop without a queue", &[("queue", &[" "])]));
    examples.push(example("   ", &[("queue", &["Network"])]));
    let model = learn(&examples).unwrap();
    let (card, queue) = (model.card(), &model.card().fields["queue"]);
    assert_eq!((card.texts, card.empty, card.conflicting), (texts + 5, 1, 1));
    assert_eq!(card.examples, card.texts + card.duplicates + card.empty);
    assert_eq!(queue.ambiguous, 1);
    assert_eq!(
        queue.texts,
        texts + 2,
        "without the rare, the ambiguous and the unlabelled one"
    );
    assert!(queue.left_out.contains_key("Rare") && card.fields["tags"].left_out.contains_key("once"));
}

#[test]
fn a_thousand_labels_can_be_told_apart() {
    let examples: Vec<Example> = (0..2_000u32)
        .map(|at| {
            let label = format!("L{}", at % 1000);
            // A word of letters per label: digits would be masked.
            let word: String = (0..4)
                .map(|place| char::from(b'a' + ((((at % 1000) * 7919) >> (place * 4)) & 15) as u8))
                .collect();
            let noise = ["x", "y"][at as usize / 1000];
            example(format!("{word} {noise}"), &[("queue", &[&label])])
        })
        .collect();
    let options = TrainOptions {
        min_examples: 2,
        max_features: 4_000,
        ..TrainOptions::default()
    };
    let model = train(&examples, &options, &|_| {}).unwrap();
    assert_eq!(model.card().fields["queue"].labels.len(), 1000);
    assert!(
        model.card().fields["queue"].accuracy > 0.8,
        "{}",
        model.card().fields["queue"].accuracy
    );
    let answers = answers(&model, &examples[123].text);
    assert_eq!((answers["queue"].len(), answers["queue"][0].0.as_str()), (5, "L123"));
}

#[test]
fn progress_is_told_before_each_step() {
    let told = std::sync::Mutex::new(Vec::new());
    train(&helpdesk(), &TrainOptions::default(), &|step| {
        told.lock().unwrap().push(step.to_owned())
    })
    .unwrap();
    let told = told.into_inner().unwrap();
    assert!(
        told.len() == 3 && told[1].starts_with("learning queue (3 labels"),
        "{told:?}"
    );
}

#[test]
fn of_very_many_labels_the_most_frequent_are_learned_and_the_others_named() {
    let mut examples = Vec::new();
    for label in 0..1_200 {
        for at in 0..3 + usize::from(label < 900) {
            // One word that is the label's own, letters only: digits are masked.
            let word: String = label.to_string().bytes().map(|b| char::from(b - b'0' + b'a')).collect();
            let text = format!("wq{word} {}", ["alpha", "beta", "gamma", "delta"][at]);
            examples.push(example(text, &[("queue", &[format!("q{word}").as_str()])]));
        }
    }
    let model = train(&examples, &TrainOptions::default(), &|_| {}).unwrap();
    let card = &model.card().fields["queue"];
    assert_eq!((card.labels.len(), card.left_out.len()), (1_000, 200));
    assert!(card.left_out.values().all(|why| why.contains("1000 labels have more")));
    assert!(card.labels.values().filter(|count| **count == 4).count() == 900);
}
