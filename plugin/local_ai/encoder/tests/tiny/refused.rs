//! Folders that are refused, and the sentence that says why.

use otai_encoder::{Options, SequenceClassifier};
use serde_json::Value;

use super::{Family, Tiny};

/// The sentence by which the folder is refused as a classifier.
pub(crate) fn refused(tiny: &Tiny) -> String {
    let error = SequenceClassifier::open(tiny.path(), &Options::default()).expect_err("the folder is bad");
    let sentence = error.to_string();
    assert!(!sentence.contains('\n') && !sentence.ends_with('.'), "{sentence}");
    sentence
}

/// A tiny folder whose config says something else.
pub(crate) fn with(family: Family, key: &str, value: Value) -> Tiny {
    let tiny = Tiny::new(family);
    let mut config = tiny.config();
    config[key] = value;
    tiny.write("config.json", &config);
    tiny
}

/// The sentence of the refusal has these parts.
#[track_caller]
pub(crate) fn says(tiny: &Tiny, parts: &[&str]) {
    let sentence = refused(tiny);
    for part in parts {
        assert!(sentence.contains(part), "{part:?} is not in {sentence:?}");
    }
}
