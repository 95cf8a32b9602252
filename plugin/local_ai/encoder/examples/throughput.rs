//! How fast a model runs: texts per second, time per call, time to the first result, peak memory.
//!
//! ```text
//! throughput --model DIR --kind embed|classify --precision f32|int8 --threads N --texts FILE [--batch N] [--fields N]
//!     [--dump FILE] [--mark] [--json]
//! ```
//! FILE holds one text per line; a batch is one call. `--fields` puts that many linear heads of ten labels each on every vector.
//! `--dump` writes the vectors or scores of all texts as little-endian fp32; `--mark` prints a line after the first text, so that
//! whoever started this can time it from outside.

use std::collections::HashMap;
use std::io::Write as _;
use std::time::Instant;

use otai_encoder::{Encoder, OpenError, Options, Precision, SequenceClassifier};

enum Model {
    Encoder(Box<Encoder>),
    Classifier(Box<SequenceClassifier>),
}

impl Model {
    fn open(kind: &str, dir: &str, options: &Options) -> Result<Self, OpenError> {
        match kind {
            "classify" => SequenceClassifier::open(dir, options).map(|model| Self::Classifier(model.into())),
            _ => Encoder::open(dir, options).map(|model| Self::Encoder(model.into())),
        }
    }

    fn run(&self, texts: &[&str]) -> Vec<f32> {
        match self {
            Self::Encoder(encoder) => encoder.embed(texts).into_values(),
            Self::Classifier(classifier) => classifier.logits(texts),
        }
    }
}

/// The best of ten labels for each of `fields` fields of each text, from vectors that were computed once. The weights are of no
/// meaning, the work is.
fn labels(rows: &[f32], texts: usize, fields: usize) -> usize {
    let width = rows.len() / texts.max(1);
    let mut check = 0;
    for row in rows.chunks_exact(width.max(1)) {
        for field in 0..fields {
            let score = |label: usize| -> f32 {
                let weight = |at: usize| ((at * 31 + label * 17 + field * 7) % 13) as f32 - 6.0;
                row.iter().enumerate().map(|(at, x)| x * weight(at)).sum()
            };
            let scores: Vec<f32> = (0..10).map(score).collect();
            check += (0..10).max_by(|a, b| scores[*a].total_cmp(&scores[*b])).unwrap_or(0);
        }
    }
    check
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let start = Instant::now();
    let mut arguments: HashMap<String, String> = HashMap::new();
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = if ["--json", "--mark"].contains(&&word[..]) {
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
    let fields: usize = get("--fields").unwrap_or("0").parse()?;
    let run = |texts: &[&str]| {
        let rows = model.run(texts);
        let check = labels(&rows, texts.len(), fields);
        (rows, check)
    };
    let mut check = run(&[first]).1;
    let to_first = start.elapsed().as_secs_f64();
    if get("--mark").is_some() {
        println!("first");
        std::io::stdout().flush()?;
    }

    let begin = Instant::now();
    let mut times: Vec<f64> = Vec::new();
    let mut rows: Vec<f32> = Vec::new();
    let used = processor_time();
    for texts in texts.chunks(batch.max(1)) {
        let begin = Instant::now();
        let (these, more) = run(texts);
        times.push(begin.elapsed().as_secs_f64() * 1e3);
        rows.extend(these);
        check += more;
    }
    let rate = texts.len() as f64 / begin.elapsed().as_secs_f64();
    let per_cpu = texts.len() as f64 / (processor_time() - used).max(0.01);
    if let Some(file) = get("--dump") {
        let bytes: Vec<u8> = rows.iter().flat_map(|x| x.to_le_bytes()).collect();
        std::fs::write(file, bytes)?;
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
    let (p50, p99, rss) = (at(0.5), at(0.99), peak_memory());
    if get("--json").is_some() {
        println!(
            "{{\"rate\": {rate:.3}, \"per_cpu_s\": {per_cpu:.3}, \"p50_ms\": {p50:.3}, \"p99_ms\": {p99:.3}, \"open_s\": \
             {opened:.4}, \"first_s\": {to_first:.4}, \"rss_mb\": {rss:.1}, \"check\": {check}}}"
        );
    } else {
        println!(
            "{rate:.2} texts/s, per call p50 {p50:.2} ms, p99 {p99:.2} ms; opened after {opened:.3} s, first result after \
             {to_first:.3} s; peak memory {rss:.0} MB"
        );
    }
    Ok(())
}

/// Seconds that all threads have worked, in steps of 10 ms; 0 where the system does not tell in this way.
fn processor_time() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program may hold spaces; what follows it does not.
    let rest = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = rest.split_whitespace().skip(11).take(2);
    ticks.filter_map(|word| word.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Peak resident memory in MB; 0 where the system does not tell in this way.
fn peak_memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) / 1024.0
}
