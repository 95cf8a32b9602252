//! How many requests of unknown kinds are recognised: Banking77 without some of its intents.
//! `cargo run --release -p otai_local_ai --example outside [ENCODER [MEMORY]]`

use std::collections::BTreeSet;
use std::path::Path;

use otai_local_ai::{Example, TrainOptions, train};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/banking77");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut examples, test) = (read("train.csv")?, read("test.csv")?);
    let labels: BTreeSet<String> = examples.iter().map(|e| e.labels["intent"][0].clone()).collect();
    let outside: BTreeSet<&String> = labels.iter().skip(2).step_by(4).collect();
    examples.retain(|e| !outside.contains(&e.labels["intent"][0]));
    let options = TrainOptions {
        encoder: std::env::args_os().nth(1).map(Into::into),
        memory: std::env::args_os().nth(2).map(Into::into),
        ..TrainOptions::default()
    };
    let model = train(&examples, &options, &|_| {})?;
    let texts: Vec<&str> = test.iter().map(|e| e.text.as_str()).collect();
    let said = model.classify(&texts);
    let (mut inside, mut out, mut told) = (Vec::new(), Vec::new(), [0, 0]);
    for (prediction, example) in said.iter().zip(&test) {
        let is_outside = outside.contains(&example.labels["intent"][0]);
        told[usize::from(is_outside)] += usize::from(prediction.outside);
        let scores = if is_outside { &mut out } else { &mut inside };
        scores.push(prediction.field("intent")[0].probability);
    }
    println!(
        "unlike all: {} of {} inside, {} of {} outside",
        told[0],
        inside.len(),
        told[1],
        out.len()
    );
    inside.sort_by(f32::total_cmp);
    for lost in [0.02, 0.05, 0.1] {
        let least = inside[(inside.len() as f64 * lost) as usize];
        let left = out.iter().filter(|s| **s < least).count() as f64 / out.len() as f64;
        let kept = (1.0 - lost) * 100.0;
        println!(
            "{kept:.0} % inside kept from {least:.3} on, {:.1} % outside left",
            left * 100.0
        );
    }
    Ok(())
}

fn read(file: &str) -> Result<Vec<Example>, Box<dyn std::error::Error>> {
    let mut rows = csv::Reader::from_path(Path::new(DATA).join(file))?;
    let example = |row: csv::StringRecord| Example {
        text: row[0].to_owned(),
        labels: [("intent".to_owned(), vec![row[1].to_owned()])].into(),
    };
    Ok(rows
        .records()
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .map(example)
        .collect())
}
