//! Accuracy and calibration on real requests (Banking77, not part of the repository).

// The allowance for tests in clippy.toml reaches `#[test]` functions, not what they share.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use otai_local_ai::{Example, TrainOptions, metrics, train};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/banking77");

/// The examples of `file` with a label among the first `labels` in the alphabet; `None`, with a printed reason, without data.
fn read(file: &str, labels: usize) -> Option<Vec<Example>> {
    let path = Path::new(DATA).join(file);
    let Ok(mut rows) = csv::Reader::from_path(&path) else {
        println!("skipped: {} is not there", path.display());
        return None;
    };
    let rows: Vec<(String, String)> = rows
        .records()
        .map(|row| row.unwrap())
        .map(|row| (row[0].to_owned(), row[1].to_owned()))
        .collect();
    let mut names: Vec<&String> = rows.iter().map(|row| &row.1).collect();
    names.sort();
    names.dedup();
    names.truncate(labels);
    let wanted = rows.iter().filter(|row| names.contains(&&row.1));
    Some(
        wanted
            .map(|(text, label)| Example {
                text: text.clone(),
                labels: [("intent".to_owned(), vec![label.clone()])].into(),
            })
            .collect(),
    )
}

fn measure(labels: usize, least_accuracy: f64, most_error: f64) {
    let (Some(examples), Some(test)) = (read("train.csv", labels), read("test.csv", labels)) else {
        return;
    };
    let model = train(&examples, &TrainOptions::default(), &|_| {}).unwrap();
    let texts: Vec<&str> = test.iter().map(|e| e.text.as_str()).collect();
    let answers: Vec<metrics::Answer> = model
        .classify(&texts)
        .iter()
        .zip(&test)
        .map(|(prediction, example)| {
            let top = prediction.field("intent")[0];
            metrics::Answer {
                confidence: top.probability,
                right: example.labels["intent"][0] == top.label,
            }
        })
        .collect();
    let (accuracy, error) = (metrics::accuracy(&answers), metrics::calibration_error(&answers));
    let told = &model.card().fields["intent"];
    println!(
        "{labels} labels: accuracy {accuracy:.4} (card {}), ECE {error:.4} (card {})",
        told.accuracy, told.calibration_error
    );
    assert!(accuracy >= least_accuracy, "accuracy {accuracy}");
    assert!(error <= most_error, "calibration error {error}");
    assert!(
        (told.accuracy - accuracy).abs() < 0.03,
        "the card tells {} and it is {accuracy}",
        told.accuracy
    );
}

#[test]
fn twelve_intents() {
    measure(12, 0.93, 0.05);
}

#[test]
#[cfg_attr(debug_assertions, ignore = "takes a minute without optimisation; run with --release")]
fn all_intents() {
    measure(77, 0.905, 0.05);
}
