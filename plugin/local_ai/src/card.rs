//! What a model says about itself, for people: `card.json` beside the model.

use std::collections::BTreeMap;

use crate::memory::Changes;
use serde::{Deserialize, Serialize};

/// From what a model was made and how good it was on texts it had not seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// The version of otai that trained it.
    pub otai: String,
    /// When, as the caller said.
    pub created: String,
    /// The seed of all random choices.
    pub seed: u64,
    /// SHA-256 of the examples as they were handed over, in hexadecimal.
    pub data_sha256: String,
    /// Examples handed over.
    pub examples: usize,
    /// Texts that were learned from.
    pub texts: usize,
    /// Examples left out because the same text (digits and addresses masked) with the same labels was there already.
    pub duplicates: usize,
    /// Examples left out because no word is in them.
    pub empty: usize,
    /// Texts that occur with different labels; all of them are kept.
    pub conflicting: usize,
    /// How the texts differ from those of the training before, if that was remembered.
    pub changes: Option<Changes>,
    /// SHA-256 over the files of the encoder, if there is one.
    pub encoder_sha256: Option<String>,
    /// Features of the model.
    pub features: usize,
    /// What was learned, by field.
    pub fields: BTreeMap<String, FieldCard>,
    /// Fields that were not learned, with the reason.
    pub left_out_fields: BTreeMap<String, String>,
}

/// One field of a [`Card`]. Figures are cross-validated: every text was judged by a model that had not seen it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldCard {
    /// Whether a text may have several labels here.
    pub multi_label: bool,
    /// Texts that this field was learned from.
    pub texts: usize,
    /// Labels with the number of their texts.
    pub labels: BTreeMap<String, usize>,
    /// Labels that were not learned, with the reason.
    pub left_out: BTreeMap<String, String>,
    /// Examples skipped because they name several labels where only one can be.
    pub ambiguous: usize,
    /// Share of right decisions, 0 to 1; for tags over all pairs of text and tag, "no" being right most of the time.
    pub accuracy: f64,
    /// Mean F1 over the labels, 0 to 1; for tags at probability 0.5.
    pub macro_f1: f64,
    /// F1 over all decisions, 0 to 1; for tags at probability 0.5, else the accuracy.
    pub micro_f1: f64,
    /// Expected calibration error over 15 bins, 0 to 1; smaller is better.
    pub calibration_error: f64,
    /// The strength of the fit (inverse regularisation) that was chosen.
    pub c: f64,
    /// What the lexical features count beside the encoder's; 1 without an encoder.
    pub lexical: f64,
    /// By what scores (near 0, where they are bent) are divided before they become probabilities; 1 for tags, which have a curve of their own each.
    pub temperature: f64,
    /// What a threshold would do.
    pub thresholds: Vec<Threshold>,
    /// For wanted precisions the thresholds of each label, and what they would do.
    pub precisions: Vec<AtPrecision>,
}

/// What happens if each label is used from its own threshold for a wanted precision on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AtPrecision {
    /// The share of the answers that shall be right, 0 to 1.
    pub wanted: f64,
    /// Share of texts that get an answer, 0 to 1; for tags the number of tags given per true tag.
    pub coverage: f64,
    /// Label → least probability, 0 to 1; a label that is absent never gets there.
    pub labels: BTreeMap<String, f32>,
}

/// What happens if only answers of at least `min_confidence` are used.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Threshold {
    /// The least probability that counts as an answer.
    pub min_confidence: f64,
    /// Share of texts that get an answer, 0 to 1; for tags the number of tags given per true tag.
    pub coverage: f64,
    /// Share of the answers that are right, 0 to 1.
    pub precision: f64,
}
