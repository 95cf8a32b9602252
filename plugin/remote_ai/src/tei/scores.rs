//! The answer to `/predict`: labels with scores, verified.
//!
//! Shape: text-embeddings-inference, `router/src/http/types.rs`, `PredictResponse`: `[{"score":…,"label":…}]` for a single
//! text, a list of these for a batch. With `raw_scores: false` they are probabilities. A score that is no number arrives as `null`.

use otai_plugin::{Failure, Response, answers, model::Label, serde::Deserialize};

/// How far rounding may carry a probability out of 0 to 1.
const ROUNDING: f64 = 1e-3;

#[derive(Debug, Deserialize)]
#[serde(crate = "otai_plugin::serde", untagged)]
enum Answer {
    Batch(Vec<Vec<Scored>>),
    Single(Vec<Scored>),
}

/// A label as the engine gives it.
#[derive(Debug, Deserialize)]
#[serde(crate = "otai_plugin::serde")]
pub(crate) struct Scored {
    label: String,
    score: Option<f64>,
}

/// The labels of each of `texts` texts.
pub(crate) fn read(response: &Response, texts: usize) -> Result<Vec<Vec<Scored>>, Failure> {
    let rows = match answers::read::<Answer>("the engine", response)? {
        Answer::Batch(rows) => rows,
        Answer::Single(row) if texts == 1 => vec![row],
        Answer::Single(_) => {
            return Err(Failure::bug(format!(
                "the engine answered for a single text where {texts} were asked: is it text-embeddings-inference?"
            )));
        }
    };
    match rows.len() {
        n if n == texts => Ok(rows),
        n => Err(Failure::bug(format!(
            "the engine gave {n} predictions for {texts} texts"
        ))),
    }
}

/// Most probable first; or, as a clause, why they cannot be used.
pub(crate) fn labels(row: Vec<Scored>) -> Result<Vec<Label>, &'static str> {
    let mut labels = Vec::with_capacity(row.len());
    for Scored { label, score } in row {
        let Some(score) = score.filter(|s| s.is_finite()) else {
            return Err("the engine gave a score that is no number");
        };
        if !(-ROUNDING..=1.0 + ROUNDING).contains(&score) {
            return Err("the engine gave a score that is no probability");
        }
        labels.push(Label::new(label, score.clamp(0.0, 1.0) as f32));
    }
    labels.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then_with(|| a.name.cmp(&b.name)));
    match labels.is_empty() {
        true => Err("the engine gave no label"),
        false => Ok(labels),
    }
}
