//! From examples to a model: the order of the steps, and the only place that knows all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use otai_encoder::{OpenError, Precision};
use rayon::prelude::*;

use crate::calibrate::{Sigmoid, Softmax};
use crate::card::{Card, FieldCard, Threshold};
use crate::corpus::{Corpus, Field, Truth};
use crate::matrix::Matrix;
use crate::meaning::Meaning;
use crate::metrics::{Answer, Hits, accuracy, at_threshold, calibration_error, macro_f1};
use crate::model::{Head, Model, Part};
use crate::rows::Rows;
use crate::space::Space;
use crate::validate::{FOLDS, Judged, judge, learn, one_against_rest};

/// The weights of the blocks: words and characters as strong as each other (other weights were no better on Banking77).
const BLOCKS: [f32; 2] = [1.0, 1.0];
/// An n-gram of one text only says nothing about others, and may be a name.
const MIN_TEXTS: u32 = 2;
/// The thresholds that a card tells about.
const THRESHOLDS: [f32; 7] = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];

/// One ticket that a person has labelled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Example {
    /// Subject and body in one text.
    pub text: String,
    /// Labels by field. One for a field that holds one; any number for a multi-label field, none meaning "no tag". A field that
    /// is missing, or whose label is blank, says nothing about it.
    pub labels: BTreeMap<String, Vec<String>>,
}

/// How to train.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrainOptions {
    /// The seed of all random choices: equal seeds and examples give equal models, whatever `threads` is.
    pub seed: u64,
    /// Fields whose texts may have several labels. Default: `tags`.
    pub multi_label_fields: BTreeSet<String>,
    /// Threads to use; 0 (the default) for as many as there are cores.
    pub threads: usize,
    /// The date that the card tells.
    pub created: String,
    /// Labels of a single-label field with fewer texts are left out; at least 2. Default 3: cross-validation then still learns
    /// from two of them.
    pub min_examples: usize,
    /// The same for tags. Default 5: one positive text in every fold.
    pub min_tag_examples: usize,
    /// Folder of a sentence encoder that joins the words; none by default.
    pub encoder: Option<PathBuf>,
    /// How the encoder computes.
    pub precision: Precision,
    /// The most features kept, the most frequent ones. Default 65,536, which bounds a model with 200 labels to 14 MB.
    pub max_features: usize,
}

impl Default for TrainOptions {
    fn default() -> Self {
        Self {
            seed: 0,
            multi_label_fields: BTreeSet::from(["tags".to_owned()]),
            threads: 0,
            created: String::new(),
            min_examples: 3,
            min_tag_examples: 5,
            encoder: None,
            precision: Precision::F32,
            max_features: 1 << 16,
        }
    }
}

/// Why nothing could be learned.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// No example holds a word.
    #[error("none of the {examples} examples has a text with words in it")]
    NoTexts {
        /// How many examples there were.
        examples: usize,
    },
    /// Every field was left out.
    #[error("there is no field to learn ({reasons})")]
    NothingToLearn {
        /// Each field with its reason.
        reasons: String,
    },
    /// The encoder's folder was refused.
    #[error("encoder")]
    Encoder(#[source] OpenError),
    /// The threads could not be started.
    #[error("the threads for training could not be started")]
    Threads(#[source] rayon::ThreadPoolBuildError),
}

/// Learns every field of `examples`. `progress` hears one sentence before each step.
///
/// Deterministic for a seed. Time and memory grow linearly with the characters times the number of labels.
///
/// # Errors
/// See [`TrainError`]. Single fields and labels that cannot be learned are no error: the card names them.
pub fn train(
    examples: &[Example],
    options: &TrainOptions,
    progress: &(dyn Fn(&str) + Sync),
) -> Result<Model, TrainError> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(options.threads)
        .build()
        .map_err(TrainError::Threads)?;
    pool.install(|| train_here(examples, options, progress))
}

fn train_here(
    examples: &[Example],
    options: &TrainOptions,
    progress: &(dyn Fn(&str) + Sync),
) -> Result<Model, TrainError> {
    progress(&format!("reading {} examples", examples.len()));
    let mut corpus = Corpus::of(examples, options)?;
    let space = Space::learn(&corpus.texts, MIN_TEXTS, options.max_features, BLOCKS);
    let meaning = match &options.encoder {
        Some(folder) => Some(
            Meaning::open(
                folder,
                options.precision,
                options.threads,
                frequencies(corpus.texts.len()),
            )
            .map_err(TrainError::Encoder)?,
        ),
        None => None,
    };
    let mut names = Vec::new();
    if meaning.is_some() {
        corpus
            .fields
            .iter_mut()
            .for_each(|field| field.name_labels(corpus.texts.len(), &mut names));
    }
    let texts: Vec<&str> = corpus
        .texts
        .iter()
        .copied()
        .chain(names.iter().map(String::as_str))
        .collect();
    let mut rows = Rows::of(&space, &texts);
    if let Some(meaning) = &meaning {
        let vectors = meaning.embed(&texts, &|done| {
            progress(&format!("embedding: {done} of {} texts", texts.len()))
        });
        rows.join(meaning, &vectors);
    }
    let mut card = Card {
        otai: env!("CARGO_PKG_VERSION").to_owned(),
        created: options.created.clone(),
        seed: options.seed,
        data_sha256: corpus.sha256.clone(),
        examples: examples.len(),
        texts: corpus.texts.len(),
        duplicates: corpus.duplicates,
        empty: corpus.empty,
        conflicting: corpus.conflicting,
        features: space.len(),
        fields: BTreeMap::new(),
        left_out_fields: corpus.left_out_fields.clone(),
    };
    let (mut parts, mut columns) = (Vec::new(), Vec::new());
    for field in &corpus.fields {
        progress(&format!(
            "learning {} ({} labels, {} texts)",
            field.name,
            field.labels.len(),
            field.picks.len()
        ));
        let judged = judge(&rows, field, options.seed);
        let (head, told) = report(&rows, field, &judged);
        parts.push(Part {
            name: field.name.clone(),
            labels: field.labels.clone(),
            first: columns.len(),
            head,
        });
        card.fields.insert(field.name.clone(), told);
        columns.extend(learn(&rows, field, judged.fit, options.seed));
    }
    let matrix = Matrix::of(&columns, rows.features());
    Ok(Model::new(space, meaning, matrix, parts, card))
}

/// How many frequencies the Fourier features have: fewer for many texts, of whose rows all must lie in memory at once (2.4 numbers of
/// four bytes per frequency and text, 240 MB at the most).
fn frequencies(texts: usize) -> usize {
    match texts {
        0..=25_000 => 1024,
        25_001..=100_000 => 256,
        _ => 0,
    }
}

/// Fits the probabilities of one field and measures them, each fold with a fit on the other folds.
fn report(rows: &Rows, field: &Field, judged: &Judged) -> (Head, FieldCard) {
    let mut card = FieldCard {
        multi_label: false,
        texts: field.picks.len(),
        labels: field.labels.iter().cloned().zip(field.counts.iter().copied()).collect(),
        left_out: field.left_out.clone(),
        ambiguous: field.ambiguous,
        accuracy: 0.0,
        macro_f1: 0.0,
        micro_f1: 0.0,
        calibration_error: 0.0,
        c: round(f64::from(judged.fit.c)),
        lexical: round(f64::from(judged.fit.lexical)),
        temperature: 1.0,
        thresholds: Vec::new(),
    };
    let head = match &field.truth {
        Truth::One(truth) => report_one(rows, field, judged, truth, &mut card),
        Truth::Many(_) => report_many(rows, field, judged, &mut card),
    };
    (head, card)
}

fn report_one(rows: &Rows, field: &Field, judged: &Judged, truth: &[u32], card: &mut FieldCard) -> Head {
    let labels = field.labels.len();
    let folds = judged.folds(0);
    let fit = |wanted: &dyn Fn(usize) -> bool| {
        let picks: Vec<usize> = (0..truth.len()).filter(|pick| wanted(*pick)).collect();
        let scores: Vec<f32> = picks
            .iter()
            .flat_map(|at| &judged.scores[at * labels..(at + 1) * labels])
            .copied()
            .collect();
        Softmax::fit(&scores, &picks.iter().map(|at| truth[*at]).collect::<Vec<_>>(), labels)
    };
    let measured = |fold: u8| {
        let fitted = fit(&|pick| folds[pick] != fold);
        let mut p = vec![0.0; labels];
        let mut answers = Vec::new();
        for pick in (0..truth.len()).filter(|pick| folds[*pick] == fold) {
            let scores = &judged.scores[pick * labels..(pick + 1) * labels];
            fitted.apply(scores, rows.known[field.picks[pick] as usize], &mut p);
            let top = (0..labels).max_by(|a, b| p[*a].total_cmp(&p[*b])).unwrap_or(0);
            answers.push((truth[pick], top as u32, p[top]));
        }
        answers
    };
    let answers: Vec<(u32, u32, f32)> = (0..FOLDS).into_par_iter().flat_map_iter(measured).collect();
    let pairs: Vec<(u32, u32)> = answers.iter().map(|(truth, top, _)| (*truth, *top)).collect();
    let answers: Vec<Answer> = answers
        .iter()
        .map(|(t, top, p)| Answer {
            confidence: *p,
            right: t == top,
        })
        .collect();
    let fitted = fit(&|_| true);
    card.accuracy = round(accuracy(&answers));
    card.micro_f1 = card.accuracy;
    card.macro_f1 = round(macro_f1(&pairs, labels));
    card.calibration_error = round(calibration_error(&answers));
    card.temperature = round(1.0 / f64::from(fitted.slope.max(1e-3)));
    card.thresholds = thresholds(&answers, answers.len());
    Head::One(fitted)
}

fn report_many(rows: &Rows, field: &Field, judged: &Judged, card: &mut FieldCard) -> Head {
    let labels = field.labels.len();
    let of_label = |label: usize| {
        let folds = judged.folds(label);
        let all = one_against_rest(field, label);
        let fit = |wanted: &dyn Fn(usize) -> bool| {
            let picks: Vec<usize> = (0..all.len()).filter(|pick| wanted(*pick)).collect();
            let scores: Vec<f32> = picks.iter().map(|pick| judged.scores[pick * labels + label]).collect();
            Sigmoid::fit(&scores, &picks.iter().map(|pick| all[*pick].1).collect::<Vec<_>>())
        };
        let mut answers = Vec::with_capacity(all.len());
        for fold in 0..FOLDS {
            let fitted = fit(&|pick| folds[pick] != fold);
            for pick in (0..all.len()).filter(|pick| folds[*pick] == fold) {
                let confidence = fitted.apply(judged.scores[pick * labels + label], rows.known[all[pick].0 as usize]);
                answers.push(Answer {
                    confidence,
                    right: all[pick].1,
                });
            }
        }
        (fit(&|_| true), answers)
    };
    let (fitted, answers): (Vec<Sigmoid>, Vec<Vec<Answer>>) = (0..labels).into_par_iter().map(of_label).unzip();
    let mut all = Hits::default();
    let mut f1 = 0.0;
    for of_label in &answers {
        let count = |said: bool, is: bool| {
            of_label
                .iter()
                .filter(|a| (a.confidence >= 0.5) == said && a.right == is)
                .count()
        };
        let hits = Hits {
            right: count(true, true),
            missed: count(false, true),
            wrong: count(true, false),
        };
        f1 += hits.f1();
        all = Hits {
            right: all.right + hits.right,
            missed: all.missed + hits.missed,
            wrong: all.wrong + hits.wrong,
        };
    }
    let answers: Vec<Answer> = answers.into_iter().flatten().collect();
    card.multi_label = true;
    card.accuracy = round(1.0 - (all.missed + all.wrong) as f64 / answers.len().max(1) as f64);
    card.macro_f1 = round(f1 / labels as f64);
    card.micro_f1 = round(all.f1());
    card.calibration_error = round(calibration_error(&answers));
    card.thresholds = thresholds(&answers, all.right + all.missed);
    Head::Many(fitted)
}

/// What each threshold would do, coverage being given answers per `wanted`.
fn thresholds(answers: &[Answer], wanted: usize) -> Vec<Threshold> {
    let told = |min_confidence: &f32| {
        let (given, precision) = at_threshold(answers, *min_confidence);
        let coverage = given * answers.len() as f64 / wanted.max(1) as f64;
        Threshold {
            min_confidence: round(f64::from(*min_confidence)),
            coverage: round(coverage),
            precision: round(precision),
        }
    };
    THRESHOLDS.iter().map(told).collect()
}

/// Four digits: more would claim a precision that a few thousand texts do not give.
fn round(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}
