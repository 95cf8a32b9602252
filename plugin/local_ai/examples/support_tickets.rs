//! Trains on the first 80 % of the support tickets and measures on the rest. `cargo run --release -p otai_local_ai --example support_tickets`

use std::path::Path;
use std::time::Instant;

use otai_local_ai::{Example, MODEL_FILE, Model, TrainOptions, metrics, train};

const DATA: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../shared/data/support-tickets/tickets.csv"
);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let all = read()?;
    let (examples, test) = all.split_at(all.len() * 4 / 5);
    let started = Instant::now();
    let step = |what: &str| println!("{:6.2} s  {what}", started.elapsed().as_secs_f64());
    let model = train(examples, &TrainOptions::default(), &step)?;
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
    let c = loaded.card();
    println!(
        "{} texts, {} duplicates, {} conflicting, {} features",
        c.texts, c.duplicates, c.conflicting, c.features
    );
    for (name, card) in &c.fields {
        println!(
            "{name}: {} labels, cross-validated accuracy {} macro-F1 {} micro-F1 {} ECE {} C {} T {}; {:?}",
            card.labels.len(),
            card.accuracy,
            card.macro_f1,
            card.micro_f1,
            card.calibration_error,
            card.c,
            card.temperature,
            card.thresholds
                .iter()
                .map(|t| (t.min_confidence, t.coverage, t.precision))
                .collect::<Vec<_>>()
        );
    }
    let texts: Vec<&str> = test.iter().map(|e| e.text.as_str()).collect();
    let mut best = f64::INFINITY;
    let mut predictions = Vec::new();
    for _ in 0..5 {
        let started = Instant::now();
        predictions = loaded.classify(&texts);
        best = best.min(started.elapsed().as_secs_f64());
    }
    println!("{:.0} texts/s on one core", texts.len() as f64 / best);
    for field in ["queue", "priority", "type"] {
        let answers: Vec<metrics::Answer> = predictions
            .iter()
            .zip(test)
            .map(|(p, e)| {
                let top = p.field(field)[0];
                metrics::Answer {
                    confidence: top.probability,
                    right: e.labels[field][0] == top.label,
                }
            })
            .collect();
        let (coverage, precision) = metrics::at_threshold(&answers, 0.8);
        println!(
            "test {field}: accuracy {:.4} ECE {:.4}; at 0.8 coverage {coverage:.3} precision {precision:.3}",
            metrics::accuracy(&answers),
            metrics::calibration_error(&answers)
        );
    }
    let (mut hit, mut said, mut is) = (0, 0, 0);
    for (p, e) in predictions.iter().zip(test) {
        let tags: Vec<&str> = p
            .field("tags")
            .iter()
            .filter(|t| t.probability >= 0.5)
            .map(|t| t.label)
            .collect();
        said += tags.len();
        is += e.labels["tags"].len();
        hit += e.labels["tags"].iter().filter(|t| tags.contains(&t.as_str())).count();
    }
    println!(
        "test tags at 0.5: precision {:.3} recall {:.3}",
        hit as f64 / said as f64,
        hit as f64 / is as f64
    );
    Ok(())
}

fn read() -> Result<Vec<Example>, Box<dyn std::error::Error>> {
    let mut rows = csv::Reader::from_path(Path::new(DATA))?;
    let example = |row: csv::StringRecord| {
        let one = |at: usize| vec![row[at].to_owned()];
        let tags = row[6].split('|').filter(|t| !t.is_empty()).map(str::to_owned).collect();
        let labels = [
            ("type", one(2)),
            ("queue", one(3)),
            ("priority", one(4)),
            ("tags", tags),
        ];
        Example {
            text: format!("{}\n{}", &row[0], &row[1]),
            labels: labels.into_iter().map(|(k, v)| (k.to_owned(), v)).collect(),
        }
    };
    Ok(rows.records().map(|row| row.map(example)).collect::<Result<_, _>>()?)
}
