//! What both services' tests need.
#![allow(dead_code, reason = "each test binary uses a part")]

pub(crate) mod chat;

use otai_plugin::{
    Failure,
    model::{Classified, Classify, Label, Prediction, Text},
};

/// Must never be seen outside the one header.
pub(crate) const KEY: &str = "canary-key-51d0";
/// In every text; must never be seen outside the request's body.
pub(crate) const WORD: &str = "canaryword";

pub(crate) fn batch(texts: &[&str], fields: &[&str]) -> Classify {
    let text = |text: &&str| Text {
        text: format!("{text} {WORD}"),
        ..Text::default()
    };
    Classify {
        texts: texts.iter().map(text).collect(),
        fields: fields.iter().map(|f| (*f).to_owned()).collect(),
    }
}

pub(crate) fn labels<'a>(prediction: &'a Prediction, field: &str) -> &'a [Label] {
    assert_eq!(prediction.leave, None);
    &prediction.labels[field]
}

/// The reason for which the only text was left, after looking that nothing was decided and nothing given away.
#[track_caller]
pub(crate) fn left(answer: Result<Classified, Failure>) -> String {
    let predictions = answer.unwrap().predictions;
    assert_eq!(predictions.len(), 1);
    reason(&predictions[0])
}

#[track_caller]
pub(crate) fn reason(prediction: &Prediction) -> String {
    assert!(prediction.labels.is_empty(), "{prediction:?}");
    let why = prediction.leave.clone().expect("a reason");
    assert!(!why.contains(WORD) && !why.contains(KEY), "{why}");
    why
}

/// The failure, after looking that it gives nothing away.
#[track_caller]
pub(crate) fn failed(answer: Result<Classified, Failure>) -> Failure {
    let failure = answer.unwrap_err();
    assert!(
        !failure.to_string().contains(WORD) && !failure.to_string().contains(KEY),
        "{failure}"
    );
    failure
}
