use std::collections::BTreeMap;

use otai_interface::model::{Example, Label, Prediction};

use super::super::{AtPrecision, FieldReport, LabelReport, Micro, Question, Report};
use super::words;

fn measure(
    truth: &[Example],
    said: &[Prediction],
    fields: &[String],
    multi: &[String],
    precision: f64,
    threshold: f64,
) -> Report {
    let question = Question {
        fields: fields.to_vec(),
        multi: multi.to_vec(),
        precision,
        threshold,
        ..Question::default()
    };
    super::super::measure(truth, said, &question)
}

fn truth(labels: &[&str]) -> Example {
    Example {
        text: "t".into(),
        labels: BTreeMap::from([("f".to_owned(), words(labels))]),
        ..Example::default()
    }
}

fn said(labels: &[(&str, f32)]) -> Prediction {
    let labels = labels
        .iter()
        .map(|(name, confidence)| Label::new(*name, *confidence))
        .collect();
    Prediction::of(BTreeMap::from([("f".to_owned(), labels)]))
}

fn one(truth: &[Example], said: &[Prediction], wanted: f64, threshold: f64) -> FieldReport {
    measure(truth, said, &words(&["f"]), &[], wanted, threshold).fields["f"].clone()
}

fn many(truth: &[Example], said: &[Prediction], wanted: f64, threshold: f64) -> FieldReport {
    measure(truth, said, &words(&["f"]), &words(&["f"]), wanted, threshold).fields["f"].clone()
}

fn near(found: Option<f64>, wanted: f64) {
    assert!(
        found.is_some_and(|found| (found - wanted).abs() < 1e-7),
        "{found:?} is not {wanted}"
    );
}

/// Five texts: a b a b c, predicted a a a b – with 0.75, 0.5, 0.5, 0.25 and nothing.
fn five() -> (Vec<Example>, Vec<Prediction>) {
    let truths = ["a", "b", "a", "b", "c"].map(|label| truth(&[label]));
    let said = [
        said(&[("a", 0.75), ("b", 0.25)]),
        said(&[("a", 0.5), ("b", 0.5)]),
        said(&[("a", 0.5)]),
        said(&[("b", 0.25)]),
        Prediction::default(),
    ];
    (truths.to_vec(), said.to_vec())
}

#[test]
fn one_label_by_hand() {
    let (truths, said) = five();
    let report = one(&truths, &said, 0.75, 0.5);
    assert_eq!((report.texts, report.multi_label, report.micro), (5, false, None));
    near(report.accuracy, 0.6);
    // a: 2 true, 3 predicted, 2 right: F1 = 4/5. b: 2, 1, 1: 2/3. c: 1, 0, 0: 0.
    near(report.macro_f1, (0.8 + 2.0 / 3.0) / 3.0);
    // Bins: 0.75 right (0.25), 0.5 twice with one right (0), 0.25 right (0.75), 0 wrong (0); over five.
    near(report.ece, 0.2);
    near(report.coverage_at_threshold, 0.6);
    near(report.precision_at_threshold, 2.0 / 3.0);
    // Precision: 1 with one text, 2/3 with three, 3/4 with four, 3/5 with all.
    assert_eq!(
        report.at_precision,
        Some(AtPrecision {
            threshold: 0.25,
            coverage: 0.8,
            precision: 0.75
        })
    );
    let label = |support, predicted, precision, recall, f1| LabelReport {
        support,
        predicted,
        precision,
        recall,
        f1,
    };
    assert_eq!(report.labels["a"], label(2, 3, Some(2.0 / 3.0), Some(1.0), Some(0.8)));
    assert_eq!(report.labels["b"], label(2, 1, Some(1.0), Some(0.5), Some(2.0 / 3.0)));
    assert_eq!(report.labels["c"], label(1, 0, None, Some(0.0), Some(0.0)));
    assert_eq!(report.labels.len(), 3);
}

#[test]
fn texts_without_truth_do_not_count() {
    let truths = [truth(&["a"]), Example::default(), truth(&[]), truth(&["a"])];
    let predictions = [
        said(&[("a", 0.9)]),
        said(&[("b", 0.9)]),
        said(&[("b", 0.9)]),
        said(&[("b", 0.8)]),
    ];
    let report = one(&truths, &predictions, 0.5, 0.5);
    assert_eq!((report.texts, report.accuracy), (2, Some(0.5)));
    assert_eq!(report.labels["b"].predicted, 1);
    // `b` is never true: recall is unknown, F1 is 0 and counts.
    assert_eq!((report.labels["b"].recall, report.labels["b"].f1), (None, Some(0.0)));
    near(report.macro_f1, (2.0 / 3.0) / 2.0);
}

#[test]
fn fewer_predictions_than_texts_are_wrong_ones() {
    let report = one(&[truth(&["a"]), truth(&["a"])], &[said(&[("a", 1.0)])], 0.9, 0.0);
    assert_eq!((report.accuracy, report.coverage_at_threshold), (Some(0.5), Some(1.0)));
    assert_eq!(report.at_precision.map(|at| at.coverage), Some(0.5));
    let empty = one(&[truth(&["a"])], &[said(&[])], 0.9, 0.5);
    assert_eq!(
        (
            empty.accuracy,
            empty.coverage_at_threshold,
            empty.precision_at_threshold
        ),
        (Some(0.0), Some(0.0), None)
    );
    assert_eq!(empty.ece, Some(0.0));
}

#[test]
fn the_threshold_is_the_pipelines() {
    // As the pipeline decides: `f64::from(confidence) >= min_confidence`, and 0.9 as `f32` is less than 0.9.
    let at = |threshold| one(&[truth(&["a"])], &[said(&[("a", 0.9)])], 1.0, threshold);
    assert_eq!(at(0.9).coverage_at_threshold, Some(0.0));
    let offered = at(0.9).at_precision.unwrap().threshold;
    assert_eq!(offered, 0.89);
    assert_eq!(at(offered).coverage_at_threshold, Some(1.0));
}

#[test]
fn odd_confidences_are_brought_in_range() {
    let truths = ["a", "a", "a", "a"].map(|label| truth(&[label]));
    let odd = [f32::NAN, -3.0, 7.0, f32::INFINITY].map(|confidence| said(&[("a", confidence)]));
    let report = one(&truths, &odd, 0.5, 1.0);
    assert_eq!((report.coverage_at_threshold, report.ece), (Some(0.5), Some(0.5)));
    let report = many(&truths, &odd, 0.5, 1.0);
    assert_eq!(
        (report.coverage_at_threshold, report.ece, report.labels["a"].predicted),
        (Some(0.5), Some(0.5), 2)
    );
}

/// Four texts: {a,b}, {}, {b}, {c}, predicted {a .75, b .25}, {a .5}, {} and nothing at all.
fn four() -> (Vec<Example>, Vec<Prediction>) {
    let truths = [&["a", "b"][..], &[], &["b"], &["c"]].map(truth);
    let said = [
        said(&[("a", 0.75), ("b", 0.25)]),
        said(&[("a", 0.5)]),
        said(&[]),
        Prediction::default(),
    ];
    (truths.to_vec(), said.to_vec())
}

#[test]
fn several_labels_by_hand() {
    let (truths, said) = four();
    let report = many(&truths, &said, 0.6, 0.5);
    assert_eq!(
        (report.texts, report.multi_label, report.accuracy),
        (4, true, Some(0.0))
    );
    // Predicted: a, a; one of them right; four labels are true.
    assert_eq!(
        report.micro,
        Some(Micro {
            precision: Some(0.5),
            recall: Some(0.25),
            f1: Some(2.0 / 6.0)
        })
    );
    // a: 1 true, 2 predicted, 1 right: 2/3. b and c: never predicted: 0.
    near(report.macro_f1, (2.0 / 3.0) / 3.0);
    assert_eq!(
        (
            report.labels["b"].support,
            report.labels["b"].predicted,
            report.labels["b"].precision
        ),
        (2, 0, None)
    );
    // Pairs: .75 right (.25), .25 right (.75), .5 wrong (.5); over three.
    near(report.ece, 0.5);
    assert_eq!(
        (report.coverage_at_threshold, report.precision_at_threshold),
        (Some(0.5), Some(0.5))
    );
    // Precision of the pairs from the top: 1, 1/2, 2/3; texts reached: 1, 2, 2 of four.
    assert_eq!(
        report.at_precision,
        Some(AtPrecision {
            threshold: 0.25,
            coverage: 0.5,
            precision: 2.0 / 3.0
        })
    );
}

#[test]
fn sets_are_right_only_when_equal() {
    let truths = [&["b", "a"][..], &[], &[], &["a"]].map(truth);
    let same = [
        said(&[("a", 0.9), ("b", 0.5), ("c", 0.49)]),
        said(&[("a", 0.1)]),
        Prediction::default(),
        said(&[("a", 0.9), ("b", 0.8)]),
    ];
    // Right: the first in any order, the second for none; wrong: no answer at all, and one label too many.
    let report = many(&truths, &same, 0.5, 0.5);
    assert_eq!(report.accuracy, Some(0.5));
    assert!(!report.labels.contains_key("c"), "neither true nor predicted");
}

#[test]
fn a_label_given_twice_counts_once() {
    let report = many(&[truth(&["a"])], &[said(&[("a", 0.75), ("a", 0.25)])], 0.5, 0.0);
    assert_eq!((report.labels["a"].predicted, report.ece), (1, Some(0.25)));
}

#[test]
fn nothing_is_no_number_rather_than_nan() {
    let report = measure(&[], &[], &words(&["f", "g"]), &words(&["g"]), 0.95, 0.8);
    assert_eq!(report.fields.keys().collect::<Vec<_>>(), ["f", "g"]);
    let json = serde_json::to_value(&report).unwrap();
    for key in [
        "accuracy",
        "macro_f1",
        "ece",
        "coverage_at_threshold",
        "precision_at_threshold",
        "at_precision",
    ] {
        assert!(
            json["fields"]["f"][key].is_null() && json["fields"]["g"][key].is_null(),
            "{key}"
        );
    }
    assert_eq!(json["fields"]["f"]["texts"], 0);
    assert!(json["fields"]["f"]["micro"].is_null() && json["fields"]["g"]["micro"]["f1"].is_null());
    // No pair is given, yet there is a text.
    let silent = many(&[truth(&["a"])], &[said(&[])], 0.5, 0.5);
    assert_eq!(
        (silent.ece, silent.precision_at_threshold, silent.coverage_at_threshold),
        (None, None, Some(0.0))
    );
}

#[test]
fn the_report_tells_what_was_asked() {
    let (truths, said) = five();
    let fields = words(&["f", "unknown"]);
    let report: Report = measure(&truths, &said, &fields, &[], 0.95, 0.8);
    assert_eq!(
        (report.texts, report.wanted_precision, report.threshold),
        (5, 0.95, 0.8)
    );
    assert_eq!(report.fields["unknown"], FieldReport::default());
    assert!(!serde_json::to_string(&report).unwrap().contains("NaN"));
}
