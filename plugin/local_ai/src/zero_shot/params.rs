//! What the config says of labels in words, and whether that can work.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

use otai_plugin::Failure;

use super::MULTI_LABEL;
use super::hint::LabelInWords;
use crate::asked::{self, EncoderPrecision};
use crate::batch::says_something;

otai_plugin::params! {
    /// Labels that nobody trained: a text gets the ones whose descriptions and examples are nearest to it in meaning.
    pub struct ZeroShotClassificationParams {
        /// Folder of a sentence encoder (all-MiniLM-L6-v2, multilingual-e5-small …); `otai model add` gets one.
        #[schemars(extend("format" = "path"))]
        pub encoder: PathBuf,
        /// Field (`queue`, `priority`, `type`, `tags`, `custom_fields.NAME`), then label, then what it means: a text, or
        /// `description` and `examples`. At least two labels in each field; in `tags`, where a text may get any number, at least one.
        pub fields: BTreeMap<String, BTreeMap<String, LabelInWords>>,
        /// How much nearer a label must be to be sure: the confidence is the softmax of the cosine similarities divided by this,
        /// 0.001 to 1. It is not calibrated: compare some hundred decisions with the truth before you trust a threshold.
        /// Default 0.05.
        #[serde(default = "temperature")]
        pub temperature: f32,
        /// The cosine similarity from which on a tag is more probable than not, 0 to 1; a tag's confidence is the sigmoid of what is
        /// above it divided by `temperature`. Encoders of the e5 family find everything similar and need about 0.85. Default 0.35.
        #[serde(default = "tag_similarity")]
        pub tag_similarity: f32,
        /// A field gets no label if none is as similar to the text as this, and a text that gets none in any field is left to a human;
        /// cosine similarity, -1 to 1. Encoders of the e5 family need about 0.75. Default 0.15.
        #[serde(default = "min_similarity")]
        pub min_similarity: f32,
        /// Threads that the encoder may use; all cores if left out.
        #[serde(default)]
        pub threads: Option<usize>,
        /// How the encoder computes.
        #[serde(default)]
        pub precision: EncoderPrecision,
    }
}

/// Similarities of sentence embeddings lie close together: a lead of 0.05 should tell. The same as for an engine of one's own.
fn temperature() -> f32 {
    0.05
}

fn tag_similarity() -> f32 {
    0.35
}

/// With all-MiniLM-L6-v2 a dozen obvious tickets reach 0.22 to 0.58 with descriptions of four words or so, a dozen texts about nothing
/// ("thanks", "1234567", small talk, gibberish) 0.02 to 0.13.
fn min_similarity() -> f32 {
    0.15
}

impl ZeroShotClassificationParams {
    /// Whether all of it can work.
    ///
    /// # Errors
    /// The first param that cannot, with what to write.
    pub(super) fn check(&self) -> Result<(), Failure> {
        asked::folder("encoder", &self.encoder, "name the folder of a sentence encoder")?;
        within("temperature", self.temperature, 0.001, 1.0)?;
        within("tag_similarity", self.tag_similarity, 0.0, 1.0)?;
        within("min_similarity", self.min_similarity, -1.0, 1.0)?;
        asked::threads(self.threads)?;
        if self.fields.is_empty() {
            return Err(wrong_fields(
                "`fields` is empty: name a field, its labels and what they mean".to_owned(),
            ));
        }
        self.fields
            .iter()
            .try_for_each(|(field, labels)| check_field(field, labels))
    }
}

fn check_field(field: &str, labels: &BTreeMap<String, LabelInWords>) -> Result<(), Failure> {
    if field.trim().is_empty() {
        return Err(wrong_fields(
            "a field has an empty name: write queue, priority, type, tags or custom_fields.NAME".to_owned(),
        ));
    }
    let least = if field == MULTI_LABEL { 1 } else { 2 };
    if labels.len() < least {
        return Err(wrong_fields(match least {
            1 => format!("`{field}` has no labels: name at least one"),
            _ => format!("`{field}` needs at least two labels: with one there is nothing to decide"),
        }));
    }
    let mut seen = HashSet::new();
    for (label, words) in labels {
        if label.trim().is_empty() {
            return Err(wrong_fields(format!(
                "a label of `{field}` has an empty name: give it one"
            )));
        }
        if !seen.insert(label.trim().to_lowercase()) {
            return Err(wrong_fields(format!(
                "`{field}` has label `{label}` twice, but for upper and lower case: keep one of them"
            )));
        }
        let blank = |text: &String| !says_something(text);
        if words.examples().iter().any(blank) {
            return Err(wrong_fields(format!(
                "label `{label}` of `{field}` has an empty example: remove it"
            )));
        }
        if !says_something(words.description()) && words.examples().is_empty() {
            return Err(wrong_fields(format!(
                "label `{label}` of `{field}` has neither a description nor an example: say in words what it means"
            )));
        }
    }
    Ok(())
}

fn wrong_fields(message: String) -> Failure {
    Failure::rejected_field("fields", message)
}

fn within(param: &str, value: f32, least: f32, most: f32) -> Result<(), Failure> {
    match (least..=most).contains(&value) {
        true => Ok(()),
        false => Err(Failure::rejected_field(
            param,
            format!("`{param}` must be a number from {least} to {most}"),
        )),
    }
}
