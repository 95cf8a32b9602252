//! What the model's own judgement is worth: the thresholds that it measured itself, the texts that it wants to be left, and
//! texts of which none of its labels is true.

use std::collections::BTreeSet;

use otai_interface::model::Label;

use super::curve::share;
use super::report::{AtModelThresholds, InScope, OutOfScope};
use crate::config::Threshold;

/// One text of one field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    /// Its true labels.
    pub(super) truth: &'a [String],
    /// What might be decided: the first label or, in a multi-label field, all.
    pub(super) labels: &'a [Label],
    /// The classifier wants nothing to be decided.
    pub(super) left: bool,
}

impl Row<'_> {
    fn taken(&self, threshold: Threshold) -> impl Iterator<Item = &Label> {
        self.labels
            .iter()
            .filter(move |label| !self.left && threshold.passes(label))
    }

    fn is_decided(&self, threshold: Threshold) -> bool {
        self.taken(threshold).next().is_some()
    }
}

/// Decisions on labels whose measured precision is the wanted one; `None` if no label says how often it is right.
pub(super) fn at_model_thresholds(rows: &[Row<'_>], wanted: f64) -> Option<AtModelThresholds> {
    let measured = |row: &Row<'_>| row.labels.iter().any(|label| label.precision.is_some());
    if !rows.iter().any(measured) {
        return None;
    }
    let threshold = Threshold::Precision(wanted);
    let (mut decided, mut labels, mut right) = (0, 0, 0);
    for row in rows {
        decided += usize::from(row.is_decided(threshold));
        for label in row.taken(threshold) {
            labels += 1;
            right += usize::from(row.truth.contains(&label.name));
        }
    }
    Some(AtModelThresholds {
        wanted,
        decided,
        coverage: share(decided, rows.len()),
        precision: share(right, labels),
    })
}

/// The texts of which the model knows a true label (or which truly have none), and the others. `None` for both if it is not
/// known which labels the model has.
pub(super) fn by_scope(
    rows: &[Row<'_>],
    known: Option<&BTreeSet<String>>,
    confidence: f64,
    precision: f64,
) -> (Option<InScope>, Option<OutOfScope>) {
    let Some(known) = known.filter(|known| !known.is_empty()) else {
        return (None, None);
    };
    let is_in = |row: &&Row<'_>| row.truth.is_empty() || row.truth.iter().any(|label| known.contains(label));
    let (inside, outside): (Vec<&Row<'_>>, Vec<&Row<'_>>) = rows.iter().partition(is_in);
    let (sure, often) = (Threshold::Confidence(confidence), Threshold::Precision(precision));
    let decided = |rows: &[&Row<'_>], threshold| rows.iter().filter(|row| row.is_decided(threshold)).count();
    let right = |row: &&&Row<'_>| row.labels.first().is_some_and(|label| row.truth.contains(&label.name));
    let left = outside.len() - decided(&outside, sure);
    let left_at_model_thresholds = outside.len() - decided(&outside, often);
    (
        Some(InScope {
            rows: inside.len(),
            first_right: share(inside.iter().filter(right).count(), inside.len()),
            coverage: share(decided(&inside, sure), inside.len()),
            coverage_at_model_thresholds: share(decided(&inside, often), inside.len()),
            left_by_model: inside.iter().filter(|row| row.left).count(),
        }),
        Some(OutOfScope {
            rows: outside.len(),
            left,
            left_share: share(left, outside.len()),
            left_at_model_thresholds,
            left_share_at_model_thresholds: share(left_at_model_thresholds, outside.len()),
            left_by_model: outside.iter().filter(|row| row.left).count(),
        }),
    )
}
