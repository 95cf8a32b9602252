//! Every figure is a function of truth and predictions; nothing is asked, stored or drawn by lot.
//!
//! A text whose truth is not known for a field does not count there. A text whose truth is known but which got no prediction
//! counts as a wrong one, of confidence 0: leaving out the difficult ones must not pay. A text that the classifier wants to be
//! left has labels like any other, which count in accuracy, F1 and the labels' figures; but no decision is taken on it.

use std::collections::{BTreeMap, BTreeSet};

use otai_interface::model::{Example, Label, Prediction};

use super::curve::{Decision, at_precision, at_threshold, calibration_error, share};
use super::report::{FieldReport, LabelReport, Micro, Report};
use super::scope::{Row, at_model_thresholds, by_scope};

/// From this confidence on, a label of a multi-label field counts as predicted: rather right than wrong.
const PREDICTED: f64 = 0.5;

/// What is to be measured.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Question {
    /// In these fields.
    pub fields: Vec<String>,
    /// Those of them whose texts may have several labels.
    pub multi: Vec<String>,
    /// Field → the labels that the model knows. A field that is absent has no texts out of scope.
    pub known: BTreeMap<String, BTreeSet<String>>,
    /// See [`Report::wanted_precision`]; 0 to 1.
    pub precision: f64,
    /// See [`Report::threshold`]; 0 to 1.
    pub threshold: f64,
}

/// Compares predictions with the truth, text by text in the same order.
///
/// Confidences beyond 0 to 1 count as the nearer end, those that are no number as 0. Of a label that is given twice, the first
/// counts; so does the first true label of a field that carries one.
pub fn measure(truth: &[Example], predictions: &[Prediction], question: &Question) -> Report {
    let of_field = |field: &String| {
        let multi = question.multi.contains(field);
        let mut seen = Seen::default();
        let mut rows = Vec::new();
        for (at, example) in truth.iter().enumerate() {
            let prediction = predictions.get(at);
            let left = prediction.is_some_and(|p| p.leave.is_some());
            let said = prediction.and_then(|p| p.labels.get(field));
            let Some(truth) = example.labels.get(field) else {
                continue;
            };
            let labels = said.map_or(&[][..], Vec::as_slice);
            let row = |truth, labels| Row { truth, labels, left };
            match truth.first() {
                _ if multi => {
                    seen.several(truth, said, left);
                    rows.push(row(truth, labels));
                }
                Some(first) => {
                    seen.one(first, said, left);
                    rows.push(row(&truth[..1], &labels[..labels.len().min(1)]));
                }
                None => {}
            }
        }
        let (wanted, threshold) = (question.precision, question.threshold);
        let (in_scope, out_of_scope) = by_scope(&rows, question.known.get(field), threshold, wanted);
        let report = FieldReport {
            at_model_thresholds: at_model_thresholds(&rows, wanted),
            left_by_model: rows.iter().filter(|row| row.left).count(),
            in_scope,
            out_of_scope,
            ..seen.report(multi, wanted, threshold)
        };
        (field.clone(), report)
    };
    Report {
        texts: truth.len(),
        wanted_precision: question.precision,
        threshold: question.threshold,
        fields: question.fields.iter().map(of_field).collect(),
    }
}

/// What one field's texts have shown so far.
#[derive(Debug, Default)]
struct Seen<'a> {
    texts: usize,
    right: usize,
    decisions: Vec<Decision>,
    labels: BTreeMap<&'a str, Hits>,
}

/// How often a label was true, predicted, and both.
#[derive(Debug, Clone, Copy, Default)]
struct Hits {
    support: usize,
    predicted: usize,
    right: usize,
}

impl<'a> Seen<'a> {
    fn one(&mut self, truth: &'a str, said: Option<&'a Vec<Label>>, left: bool) {
        let first = said.and_then(|labels| labels.first());
        let right = first.is_some_and(|label| label.name == truth);
        self.labels.entry(truth).or_default().support += 1;
        if let Some(label) = first {
            let hits = self.labels.entry(&label.name).or_default();
            hits.predicted += 1;
            hits.right += usize::from(right);
        }
        if !left {
            self.decisions.push(Decision {
                text: self.texts,
                confidence: first.map_or(0.0, confidence),
                right,
            });
        }
        self.right += usize::from(right);
        self.texts += 1;
    }

    fn several(&mut self, truth: &'a [String], said: Option<&'a Vec<Label>>, left: bool) {
        let truth: BTreeSet<&str> = truth.iter().map(String::as_str).collect();
        let mut given = BTreeMap::new();
        for label in said.into_iter().flatten() {
            given.entry(label.name.as_str()).or_insert_with(|| confidence(label));
        }
        let predicted: BTreeSet<&str> = given
            .iter()
            .filter(|(_, c)| **c >= PREDICTED)
            .map(|(name, _)| *name)
            .collect();
        for name in truth.union(&predicted) {
            let hits = self.labels.entry(name).or_default();
            hits.support += usize::from(truth.contains(name));
            hits.predicted += usize::from(predicted.contains(name));
            hits.right += usize::from(truth.contains(name) && predicted.contains(name));
        }
        let decided = given.iter().map(|(name, c)| Decision {
            text: self.texts,
            confidence: *c,
            right: truth.contains(name),
        });
        self.decisions.extend(decided.filter(|_| !left));
        // "None of them" is an answer, no answer is not.
        self.right += usize::from(said.is_some() && truth == predicted);
        self.texts += 1;
    }

    fn report(self, multi_label: bool, wanted: f64, threshold: f64) -> FieldReport {
        let labels: BTreeMap<String, LabelReport> = self
            .labels
            .iter()
            .map(|(name, hits)| ((*name).to_owned(), hits.report()))
            .collect();
        let f1s: Vec<f64> = labels.values().filter_map(|label| label.f1).collect();
        let all = self.labels.values().fold(Hits::default(), |sum, hits| Hits {
            support: sum.support + hits.support,
            predicted: sum.predicted + hits.predicted,
            right: sum.right + hits.right,
        });
        let LabelReport {
            precision, recall, f1, ..
        } = all.report();
        let (coverage_at_threshold, precision_at_threshold) = at_threshold(&self.decisions, self.texts, threshold);
        FieldReport {
            texts: self.texts,
            multi_label,
            accuracy: share(self.right, self.texts),
            macro_f1: (!f1s.is_empty()).then(|| f1s.iter().sum::<f64>() / f1s.len() as f64),
            micro: multi_label.then_some(Micro { precision, recall, f1 }),
            ece: calibration_error(&self.decisions),
            coverage_at_threshold,
            precision_at_threshold,
            at_precision: at_precision(self.decisions, self.texts, wanted),
            labels,
            ..FieldReport::default()
        }
    }
}

impl Hits {
    fn report(self) -> LabelReport {
        LabelReport {
            support: self.support,
            predicted: self.predicted,
            precision: share(self.right, self.predicted),
            recall: share(self.right, self.support),
            f1: share(2 * self.right, self.support + self.predicted),
        }
    }
}

fn confidence(label: &Label) -> f64 {
    if label.confidence.is_nan() {
        0.0
    } else {
        f64::from(label.confidence.clamp(0.0, 1.0))
    }
}
