use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A batch of texts and the fields wanted for each.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Classify {
    /// The texts, in the order of the answer.
    pub texts: Vec<Text>,
    /// Fields wanted: `queue`, `priority`, `type`, `tags`, `custom_fields.NAME`.
    pub fields: Vec<String>,
}

/// One text to be classified.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Text {
    /// Any text, also an empty one.
    pub text: String,
    /// ISO 639-1 code, if known.
    pub language: Option<String>,
    /// Names of the people in this ticket: masked before anything is looked at.
    pub names: Vec<String>,
}

/// The answer to [`Classify`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Classified {
    /// One for each text, in the same order.
    pub predictions: Vec<Prediction>,
}

/// What one text got.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Prediction {
    /// Field → labels, most probable first. A field that the classifier does not know is absent.
    pub labels: BTreeMap<String, Vec<Label>>,
    /// Set if nothing may be decided on this text, with the reason in one clause ("it is unlike every text of the training").
    pub leave: Option<String>,
}

impl Prediction {
    /// A prediction of these labels.
    #[must_use]
    pub fn of(labels: BTreeMap<String, Vec<Label>>) -> Self {
        Self { labels, leave: None }
    }
}

/// A label with the probability that it is right.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Label {
    /// The label as the model was taught it.
    pub name: String,
    /// Calibrated probability, 0 to 1.
    pub confidence: f32,
    /// Of the decisions for this label that are at least this sure, the share that is right, as measured on texts that the model
    /// had not seen; 0 to 1. `None` if nobody measured it.
    pub precision: Option<f32>,
}

impl Label {
    /// A label with its confidence (0 to 1); its precision was not measured.
    #[must_use]
    pub fn new(name: impl Into<String>, confidence: f32) -> Self {
        Self {
            name: name.into(),
            confidence,
            precision: None,
        }
    }
}

/// Learn from examples and keep the result where the service's parameters say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Train {
    /// The examples.
    pub examples: Vec<Example>,
    /// Fields that carry any number of labels; all others carry one.
    pub multi_label: Vec<String>,
    /// Same seed and examples, same model.
    pub seed: u64,
    /// RFC 3339; goes into the model's card.
    pub created_at: String,
}

/// A text with its true labels.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Example {
    /// The text.
    pub text: String,
    /// Field → labels. A field that is absent is not known; an empty list means "none of them".
    pub labels: BTreeMap<String, Vec<String>>,
    /// Names of the people in this ticket: masked before anything is learned.
    pub names: Vec<String>,
}

/// What a trained model knows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelCard {
    /// Where it lives or what it is called.
    pub name: String,
    /// When it was trained, RFC 3339.
    pub created_at: String,
    /// Texts that it learnt from, after removal of duplicates.
    pub examples: usize,
    /// Field → what is known of it.
    pub fields: BTreeMap<String, FieldCard>,
    /// What it was made of: hashes of data, code and files, by what they are of ("data", "encoder").
    pub made_of: BTreeMap<String, String>,
    /// What the admin should know, one sentence each (labels left out, contradictions in the data).
    pub remarks: Vec<String>,
}

/// What a model knows of one field.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldCard {
    /// Label → number of examples.
    pub labels: BTreeMap<String, usize>,
    /// True if a text may have several.
    pub multi_label: bool,
    /// Share of held-out texts whose first label was right, by cross-validation; 0 to 1.
    pub accuracy: Option<f64>,
    /// Mean over labels of the F1 score, by cross-validation; 0 to 1.
    pub macro_f1: Option<f64>,
    /// Expected calibration error over 15 bins, by cross-validation; 0 to 1.
    pub calibration_error: Option<f64>,
    /// For some wanted precisions the confidences that keep them, the lowest precision first.
    pub thresholds: Vec<Thresholds>,
}

/// From which confidence the decisions of each label are right as often as is wanted, measured by cross-validation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Thresholds {
    /// The wanted share of right decisions, 0 to 1.
    pub precision: f64,
    /// Share of held-out texts that get a decision at these thresholds, 0 to 1.
    pub coverage: f64,
    /// Label → least confidence, 0 to 1. A label that is absent never gets there.
    pub labels: BTreeMap<String, f32>,
}
