//! Trains on Banking77 and measures: accuracy, calibration, time, size. `cargo run --release -p otai_local_ai --example banking77`

use std::path::Path;
use std::time::Instant;

use otai_local_ai::{Example, MODEL_FILE, Model, TrainOptions, metrics, train};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/banking77");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (examples, test) = (read("train.csv")?, read("test.csv")?);
    let started = Instant::now();
    let step = |what: &str| println!("{:6.2} s  {what}", started.elapsed().as_secs_f64());
    // An encoder's folder may stand as the one argument.
    let options = TrainOptions {
        encoder: std::env::args_os().nth(1).map(Into::into),
        ..TrainOptions::default()
    };
    let model = train(&examples, &options, &step)?;
    step("trained");
    let dir = tempfile::tempdir()?;
    model.save(dir.path())?;
    let started = Instant::now();
    let loaded = Model::load(dir.path(), 0)?;
    println!(
        "load {:.1} ms, {:.2} MB",
        started.elapsed().as_secs_f64() * 1e3,
        std::fs::metadata(dir.path().join(MODEL_FILE))?.len() as f64 / 1e6
    );
    let card = &loaded.card().fields["intent"];
    println!(
        "cross-validated: accuracy {} macro-F1 {} ECE {} C {} lexical {} T {}, {} features",
        card.accuracy,
        card.macro_f1,
        card.calibration_error,
        card.c,
        card.lexical,
        card.temperature,
        loaded.card().features
    );
    let texts: Vec<&str> = test.iter().map(|e| e.text.as_str()).collect();
    let mut best = f64::INFINITY;
    let mut predictions = Vec::new();
    for _ in 0..if options.encoder.is_some() { 1 } else { 5 } {
        let started = Instant::now();
        predictions = loaded.classify(&texts);
        best = best.min(started.elapsed().as_secs_f64());
    }
    let answers: Vec<metrics::Answer> = predictions
        .iter()
        .zip(&test)
        .map(|(p, e)| {
            let top = p.field("intent")[0];
            metrics::Answer {
                confidence: top.probability,
                right: e.labels["intent"][0] == top.label,
            }
        })
        .collect();
    println!(
        "test: accuracy {:.4} ECE {:.4}; {:.0} texts/s on one core",
        metrics::accuracy(&answers),
        metrics::calibration_error(&answers),
        texts.len() as f64 / best
    );
    for threshold in [0.5, 0.7, 0.8, 0.9, 0.95] {
        let (coverage, precision) = metrics::at_threshold(&answers, threshold);
        println!("  at {threshold}: coverage {coverage:.3} precision {precision:.4}");
    }
    Ok(())
}

fn read(name: &str) -> Result<Vec<Example>, Box<dyn std::error::Error>> {
    let mut rows = csv::Reader::from_path(Path::new(DATA).join(name))?;
    let example = |row: csv::StringRecord| Example {
        text: row[0].to_owned(),
        labels: [("intent".to_owned(), vec![row[1].to_owned()])].into(),
    };
    Ok(rows.records().map(|row| row.map(example)).collect::<Result<_, _>>()?)
}
