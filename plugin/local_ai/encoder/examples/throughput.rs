//! How fast a model runs: texts per second, time per call, time to the first result, peak memory.
//!
//! ```text
//! throughput --model DIR --kind embed|classify --precision f32|int8 --threads N --texts FILE [--batch N] [--json]
//! ```
//! FILE holds one text per line; a batch is one call.

use std::collections::HashMap;
use std::time::Instant;

use otai_encoder::{Encoder, OpenError, Options, Precision, SequenceClassifier};

enum Model {
    Encoder(Encoder),
    Classifier(SequenceClassifier),
}

impl Model {
    fn open(kind: &str, dir: &str, options: &Options) -> Result<Self, OpenError> {
        match kind {
            "classify" => SequenceClassifier::open(dir, options).map(Self::Classifier),
            _ => Encoder::open(dir, options).map(Self::Encoder),
        }
    }

    fn run(&self, texts: &[&str]) -> f32 {
        match self {
            Self::Encoder(encoder) => encoder.embed(texts).values().iter().sum(),
            Self::Classifier(classifier) => classifier.logits(texts).iter().sum(),
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let start = Instant::now();
    let mut arguments: HashMap<String, String> = HashMap::new();
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = if word == "--json" {
            Some(String::new())
        } else {
            words.next()
        };
        arguments.insert(word, value.unwrap_or_default());
    }
    let get = |name: &str| arguments.get(name).map(String::as_str);
    let need = |name: &str| get(name).ok_or_else(|| format!("{name} is missing: see the top of the example"));
    let precision = match get("--precision") {
        Some("int8") => Precision::Int8,
        _ => Precision::F32,
    };
    let threads = get("--threads").unwrap_or("1").parse()?;
    let batch: usize = get("--batch").unwrap_or("1").parse()?;
    let options = Options { precision, threads };
    let model = Model::open(get("--kind").unwrap_or("embed"), need("--model")?, &options)?;
    let opened = start.elapsed().as_secs_f64();
    let file = std::fs::read_to_string(need("--texts")?)?;
    let texts: Vec<&str> = file.lines().collect();
    let first = texts.first().ok_or("the file of texts is empty")?;
    let mut check = model.run(&[first]);
    let to_first = start.elapsed().as_secs_f64();

    let begin = Instant::now();
    let mut times: Vec<f64> = Vec::new();
    for texts in texts.chunks(batch.max(1)) {
        let begin = Instant::now();
        check += model.run(texts);
        times.push(begin.elapsed().as_secs_f64() * 1e3);
    }
    let rate = texts.len() as f64 / begin.elapsed().as_secs_f64();
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
    let (p50, p99, rss) = (at(0.5), at(0.99), peak_memory());
    if get("--json").is_some() {
        println!(
            "{{\"rate\": {rate:.3}, \"p50_ms\": {p50:.3}, \"p99_ms\": {p99:.3}, \"open_s\": {opened:.4}, \"first_s\": \
             {to_first:.4}, \"rss_mb\": {rss:.1}, \"check\": {check}}}"
        );
    } else {
        println!(
            "{rate:.2} texts/s, per call p50 {p50:.2} ms, p99 {p99:.2} ms; opened after {opened:.3} s, first result after \
             {to_first:.3} s; peak memory {rss:.0} MB"
        );
    }
    Ok(())
}

/// Peak resident memory in MB; 0 where the system does not tell in this way.
fn peak_memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) / 1024.0
}
