use std::collections::BTreeMap;

use super::super::{
    AtModelThresholds, AtPrecision, FieldReport, InScope, LabelReport, Micro, OutOfScope, Report, table,
};

fn report(name: &str, field: FieldReport) -> Report {
    let fields = BTreeMap::from([(name.to_owned(), field)]);
    Report {
        texts: 7,
        wanted_precision: 0.95,
        threshold: 0.8,
        fields,
    }
}

fn label(support: usize) -> LabelReport {
    LabelReport {
        support,
        predicted: 3,
        precision: Some(2.0 / 3.0),
        recall: Some(1.0),
        f1: Some(0.8),
    }
}

#[test]
fn one_line_a_field_and_one_a_label() {
    let field = FieldReport {
        texts: 5,
        accuracy: Some(0.6),
        macro_f1: Some(0.4889),
        ece: Some(0.2),
        coverage_at_threshold: Some(0.25),
        precision_at_threshold: None,
        at_precision: Some(AtPrecision {
            threshold: 0.871,
            coverage: 0.125,
            precision: 1.0,
        }),
        labels: BTreeMap::from([
            (
                "rare".to_owned(),
                LabelReport {
                    precision: None,
                    ..label(1)
                },
            ),
            ("usual".to_owned(), label(4)),
        ]),
        ..FieldReport::default()
    };
    let wanted = "
 field  texts  accuracy  macro-F1    ECE  decided  of these  decided with  threshold found
                                           at 0.8     right  95.0 % right     on this file
───────────────────────────────────────────────────────────────────────────────────────────
 queue      5    60.0 %     0.489  0.200   25.0 %         –        12.5 %            0.871

queue: 2 labels
 label  texts  predicted  precision   recall     F1
────────────────────────────────────────────────────
 usual      4          3     66.7 %  100.0 %  0.800
 rare       1          3          –  100.0 %  0.800";
    assert_eq!(format!("\n{}", table(&report("queue", field))), wanted);
}

#[test]
fn the_most_frequent_thirty() {
    let labels: BTreeMap<String, LabelReport> = (0..32).map(|n| (format!("l{n:02}"), label(n))).collect();
    let shown = table(&report(
        "f",
        FieldReport {
            labels: labels.clone(),
            ..FieldReport::default()
        },
    ));
    assert!(shown.ends_with("… and 2 more; --json lists all"), "{shown}");
    let at = |name: &str| shown.find(name);
    assert!(
        at("l31") < at("l30") && at("l02").is_some() && at("l01").is_none() && at("l00").is_none(),
        "{shown}"
    );
    let thirty = labels.into_iter().skip(2).collect();
    assert!(
        !table(&report(
            "f",
            FieldReport {
                labels: thirty,
                ..FieldReport::default()
            }
        ))
        .contains("more")
    );
}

#[test]
fn several_labels_tell_their_sum() {
    let micro = Some(Micro {
        precision: Some(0.5),
        recall: None,
        f1: Some(0.25),
    });
    let shown = table(&report(
        "tags",
        FieldReport {
            micro,
            multi_label: true,
            ..FieldReport::default()
        },
    ));
    assert!(
        shown.ends_with("tags: 0 labels, from confidence 0.5 on; together precision 50.0 %, recall –, F1 0.250"),
        "{shown}"
    );
}

#[test]
fn names_stay_on_their_line() {
    let labels = BTreeMap::from([
        ("a\x1b[31m\nb".to_owned(), label(2)),
        ("ü".repeat(41), label(1)),
        ("ö".repeat(40), label(1)),
    ]);
    let shown = table(&report(
        "f",
        FieldReport {
            labels,
            ..FieldReport::default()
        },
    ));
    assert!(shown.contains("a [31m b ") && !shown.contains('\x1b'), "{shown}");
    assert!(
        shown.contains(&format!("{}… ", "ü".repeat(39))) && shown.contains(&"ö".repeat(40)),
        "{shown}"
    );
}

#[test]
fn what_the_model_judges_itself_has_tables_of_its_own() {
    let bare = table(&report("queue", FieldReport::default()));
    assert!(!bare.contains("scope") && !bare.contains("own thresholds"), "{bare}");
    let field = FieldReport {
        at_model_thresholds: Some(AtModelThresholds {
            wanted: 0.95,
            decided: 3,
            coverage: Some(0.6),
            precision: Some(2.0 / 3.0),
        }),
        in_scope: Some(InScope {
            rows: 4,
            first_right: Some(0.75),
            coverage: Some(0.5),
            coverage_at_model_thresholds: Some(0.25),
            left_by_model: 1,
        }),
        out_of_scope: Some(OutOfScope {
            rows: 3,
            left: 2,
            left_share: Some(2.0 / 3.0),
            left_at_model_thresholds: 3,
            left_share_at_model_thresholds: Some(1.0),
            left_by_model: 2,
        }),
        left_by_model: 3,
        ..FieldReport::default()
    };
    let shown = table(&report("queue", field));
    let flat = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    for line in [
        "at the model's own thresholds for 95.0 % right",
        "queue 60.0 % 66.7 %",
        "queue 4 75.0 % 50.0 % 25.0 % 3 66.7 % 100.0 % 1 + 2",
    ] {
        assert!(flat.contains(line), "`{line}` is missing: {shown}");
    }
}
