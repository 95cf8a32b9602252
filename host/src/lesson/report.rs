//! What was measured. All shares lie between 0 and 1; what would divide by zero is `None` (`null` in JSON).

use std::collections::BTreeMap;

use serde::Serialize;

/// How good a classifier is on labelled texts.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// Texts in all, with or without a truth for some field.
    pub texts: usize,
    /// The precision that [`FieldReport::at_precision`] was to reach.
    pub wanted_precision: f64,
    /// The confidence from which on a decision counted for `coverage_at_threshold`.
    pub threshold: f64,
    /// Field → its figures.
    pub fields: BTreeMap<String, FieldReport>,
}

/// How good it is at one field.
///
/// A decision is the first label of a text or, in a multi-label field, any label given for it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct FieldReport {
    /// Texts whose truth is known: the whole of every share below.
    pub texts: usize,
    /// Whether a text may have several labels.
    pub multi_label: bool,
    /// Share of texts whose first label is right; multi-label: whose labels of confidence 0.5 and more are exactly the true ones.
    pub accuracy: Option<f64>,
    /// Mean of the labels' F1, over all labels that are true or predicted somewhere.
    pub macro_f1: Option<f64>,
    /// Multi-label fields only: figures over all labels of all texts together.
    pub micro: Option<Micro>,
    /// Expected calibration error of the decisions: the mean gap between confidence and precision over 15 bins of equal width.
    pub ece: Option<f64>,
    /// Share of texts with a decision of at least the threshold's confidence.
    pub coverage_at_threshold: Option<f64>,
    /// Share of right ones among these decisions.
    pub precision_at_threshold: Option<f64>,
    /// How far the wanted precision reaches with one threshold for all labels, found on these very texts (so it flatters);
    /// `None` if it is not reached at any threshold.
    pub at_precision: Option<AtPrecision>,
    /// The same with the thresholds that the model measured itself when it was trained; `None` if it did not.
    pub at_model_thresholds: Option<AtModelThresholds>,
    /// Texts on which the classifier wants nothing to be decided.
    pub left_by_model: usize,
    /// Texts with a true label that the model knows; `None` if it does not say which it knows.
    pub in_scope: Option<InScope>,
    /// Texts whose true labels the model does not know: none of its answers can be right.
    pub out_of_scope: Option<OutOfScope>,
    /// Every label that is true or predicted somewhere.
    pub labels: BTreeMap<String, LabelReport>,
}

/// The threshold that covers most texts at the wanted precision.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct AtPrecision {
    /// As short a number as separates the decisions taken from the others; as `min_confidence` it takes exactly these.
    pub threshold: f64,
    /// Share of texts with a decision taken.
    pub coverage: f64,
    /// Share of right ones among the decisions taken.
    pub precision: f64,
}

/// What the pipeline would do with `min_precision`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct AtModelThresholds {
    /// The precision asked for.
    pub wanted: f64,
    /// Texts with a decision.
    pub decided: usize,
    /// Share of texts with a decision.
    pub coverage: Option<f64>,
    /// Share of right ones among the decisions, on these texts.
    pub precision: Option<f64>,
}

/// Texts that the model could get right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct InScope {
    /// How many.
    pub rows: usize,
    /// Share of those whose first label is a true one.
    pub first_right: Option<f64>,
    /// Share with a decision at [`Report::threshold`].
    pub coverage: Option<f64>,
    /// Share with a decision at the model's thresholds for the wanted precision.
    pub coverage_at_model_thresholds: Option<f64>,
    /// Those on which the classifier wants nothing to be decided.
    pub left_by_model: usize,
}

/// Texts that belong to a human.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct OutOfScope {
    /// How many.
    pub rows: usize,
    /// Those without a decision at [`Report::threshold`].
    pub left: usize,
    /// Their share.
    pub left_share: Option<f64>,
    /// Those without a decision at the model's thresholds for the wanted precision.
    pub left_at_model_thresholds: usize,
    /// Their share.
    pub left_share_at_model_thresholds: Option<f64>,
    /// Those on which the classifier wants nothing to be decided.
    pub left_by_model: usize,
}

/// Figures over all labels of all texts together, each label of confidence 0.5 and more being a prediction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Micro {
    /// Share of right ones among the labels predicted.
    pub precision: Option<f64>,
    /// Share of the true labels that were predicted.
    pub recall: Option<f64>,
    /// Harmonic mean of both.
    pub f1: Option<f64>,
}

/// How good it is at one label.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct LabelReport {
    /// Texts that truly have it.
    pub support: usize,
    /// Texts for which it was predicted (as the first label; multi-label: with confidence 0.5 and more).
    pub predicted: usize,
    /// Share of right ones among the predictions.
    pub precision: Option<f64>,
    /// Share of the true ones that were predicted.
    pub recall: Option<f64>,
    /// Harmonic mean of both; 0 if none was right.
    pub f1: Option<f64>,
}
