//! The model's own thresholds, texts to be left, and texts out of scope.

use std::collections::{BTreeMap, BTreeSet};

use otai_interface::model::{Example, Label, Prediction};

use super::super::{AtModelThresholds, FieldReport, InScope, OutOfScope, Question, measure};
use super::words;

fn truth(labels: &[&str]) -> Example {
    Example {
        labels: BTreeMap::from([("f".to_owned(), words(labels))]),
        ..Example::default()
    }
}

/// Labels with confidence and measured precision.
fn said(labels: &[(&str, f32, Option<f32>)]) -> Prediction {
    let label = |(name, confidence, precision): &(&str, f32, Option<f32>)| Label {
        precision: *precision,
        ..Label::new(*name, *confidence)
    };
    Prediction::of(BTreeMap::from([("f".to_owned(), labels.iter().map(label).collect())]))
}

fn left(labels: &[(&str, f32, Option<f32>)]) -> Prediction {
    Prediction {
        leave: Some("it is odd".to_owned()),
        ..said(labels)
    }
}

fn report(multi: bool, truth: &[Example], said: &[Prediction]) -> FieldReport {
    let question = Question {
        fields: words(&["f"]),
        multi: if multi { words(&["f"]) } else { Vec::new() },
        known: BTreeMap::from([("f".to_owned(), BTreeSet::from(["a".to_owned(), "b".to_owned()]))]),
        precision: 0.95,
        threshold: 0.5,
    };
    measure(truth, said, &question).fields["f"].clone()
}

/// Six texts: a, a, b and three of `oos`; the last of each kind is left by the model.
fn six() -> (Vec<Example>, Vec<Prediction>) {
    let truths = ["a", "a", "b", "oos", "oos", "oos"].map(|label| truth(&[label]));
    let said = [
        // 0.95 as `f32` is less than 0.95, and is what was wanted.
        said(&[("a", 0.9, Some(0.95)), ("b", 0.1, Some(1.0))]),
        said(&[("b", 0.6, Some(0.96))]),
        left(&[("b", 0.99, Some(0.99))]),
        said(&[("a", 0.8, Some(0.9))]),
        said(&[("b", 0.2, None)]),
        left(&[("a", 0.99, Some(0.99))]),
    ];
    (truths.to_vec(), said.to_vec())
}

#[test]
fn the_models_own_thresholds() {
    let (truths, said) = six();
    let wanted = AtModelThresholds {
        wanted: 0.95,
        decided: 2,
        coverage: Some(2.0 / 6.0),
        precision: Some(0.5),
    };
    assert_eq!(report(false, &truths, &said).at_model_thresholds, Some(wanted));
    // Several labels of a text are several decisions: a right, b wrong; b wrong.
    let many = report(true, &truths, &said).at_model_thresholds.unwrap();
    assert_eq!((many.decided, many.precision), (2, Some(1.0 / 3.0)));
}

#[test]
fn a_model_that_measured_nothing_has_none() {
    let report = report(false, &[truth(&["a"])], &[said(&[("a", 0.9, None)])]);
    assert_eq!(report.at_model_thresholds, None);
}

#[test]
fn a_text_to_be_left_gets_no_decision_in_any_figure() {
    let truths = [truth(&["a"]), truth(&["a"])];
    let said = [said(&[("a", 0.9, None)]), left(&[("a", 1.0, Some(1.0))])];
    for multi in [false, true] {
        let report = report(multi, &truths, &said);
        assert_eq!(report.left_by_model, 1);
        assert_eq!(
            report.accuracy,
            Some(1.0),
            "the label was right, nobody would have used it"
        );
        assert_eq!(report.labels["a"].predicted, 2);
        assert_eq!(
            (report.coverage_at_threshold, report.precision_at_threshold),
            (Some(0.5), Some(1.0))
        );
        assert_eq!(report.at_precision.map(|at| at.coverage), Some(0.5));
        assert!(
            report.ece.is_some_and(|ece| (ece - 0.1).abs() < 1e-6),
            "{:?}",
            report.ece
        );
    }
}

#[test]
fn what_the_model_cannot_know_had_better_be_left() {
    let (truths, said) = six();
    let report = report(false, &truths, &said);
    let inside = InScope {
        rows: 3,
        first_right: Some(2.0 / 3.0),
        coverage: Some(2.0 / 3.0),
        coverage_at_model_thresholds: Some(2.0 / 3.0),
        left_by_model: 1,
    };
    let outside = OutOfScope {
        rows: 3,
        left: 2,
        left_share: Some(2.0 / 3.0),
        left_at_model_thresholds: 3,
        left_share_at_model_thresholds: Some(1.0),
        left_by_model: 1,
    };
    assert_eq!((report.in_scope, report.out_of_scope), (Some(inside), Some(outside)));
}

#[test]
fn scope_by_sets_and_without_a_card() {
    let truths = [truth(&["x", "a"]), truth(&[]), truth(&["x"])];
    let nothing = [said(&[]), said(&[]), said(&[])];
    let many = report(true, &truths, &nothing);
    assert_eq!(many.out_of_scope.map(|o| (o.rows, o.left)), Some((1, 1)));
    assert_eq!(
        many.in_scope.map(|i| i.rows),
        Some(2),
        "none of them is an answer that it knows"
    );
    let question = Question {
        fields: words(&["f"]),
        ..Question::default()
    };
    let report = measure(&truths, &nothing, &question).fields["f"].clone();
    assert_eq!((report.in_scope, report.out_of_scope), (None, None));
}
