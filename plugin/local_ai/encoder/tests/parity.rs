//! Against what transformers computes, see `parity.py`.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use otai_encoder::{Encoder, Options, Precision, SequenceClassifier};
use serde_json::Value;

#[test]
#[ignore = "needs the folders that parity.py makes: OTAI_PARITY=… cargo test -p otai-encoder --test parity -- --ignored"]
fn as_transformers() {
    let out = std::env::var("OTAI_PARITY").expect("OTAI_PARITY names the folder parity.py wrote to");
    let mut folders: Vec<_> = std::fs::read_dir(out)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    for folder in folders {
        for precision in [Precision::F32, Precision::Int8] {
            let (most, cosine, same, texts) = compare(&folder, precision);
            let name = folder.file_name().unwrap().to_string_lossy();
            println!(
                "{name} {precision:?}: greatest difference {most:.2e}, least cosine {cosine:.5}, same label {same} of {texts}"
            );
            if precision == Precision::F32 {
                assert!(most <= 1e-3 && same == texts, "{name}");
            }
        }
    }
}

fn compare(folder: &Path, precision: Precision) -> (f64, f64, usize, usize) {
    let json: Value = serde_json::from_slice(&std::fs::read(folder.join("reference.json")).unwrap()).unwrap();
    let texts: Vec<&str> = json["texts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| t.as_str().unwrap())
        .collect();
    let row = |row: &Value| -> Vec<f64> { row.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect() };
    let want: Vec<Vec<f64>> = json["rows"].as_array().unwrap().iter().map(row).collect();
    let options = Options { precision, threads: 2 };
    let found = if json["kind"] == "classify" {
        SequenceClassifier::open(folder, &options).unwrap().logits(&texts)
    } else {
        Encoder::open(folder, &options).unwrap().embed(&texts).into_values()
    };
    let columns = want[0].len();
    let best =
        |row: &mut dyn Iterator<Item = f64>| row.enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).map(|(at, _)| at);
    let (mut most, mut cosine, mut same) = (0.0f64, 1.0f64, 0);
    for (found, want) in found.chunks_exact(columns).zip(&want) {
        let difference = found.iter().zip(want).map(|(x, y)| (f64::from(*x) - y).abs());
        most = difference.fold(most, f64::max);
        let found: Vec<f64> = found.iter().map(|x| f64::from(*x)).collect();
        let dot = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
        cosine = cosine.min(dot(&found, want) / (dot(&found, &found) * dot(want, want)).sqrt());
        same += usize::from(best(&mut found.iter().copied()) == best(&mut want.iter().copied()));
    }
    (most, cosine, same, texts.len())
}
