//! A trained model: texts in, labels with probabilities out.

use crate::calibrate::{Sigmoid, Softmax};
use crate::card::Card;
use crate::matrix::Matrix;
use crate::meaning::Meaning;
use crate::precision::Thresholds;
use crate::space::{Row, Scratch, Space};

/// The most labels told for a field that holds one.
pub const MAX_ANSWERS: usize = 5;
/// The share of the held-out texts that count as unlike those learned from. On Banking77 without a quarter of its intents 31 % of
/// the requests of unknown intent fall there, on top of those that no label is probable for.
pub(crate) const OUTSIDE: f64 = 0.02;
/// Tags less probable than this are not told.
pub const MIN_TAG_PROBABILITY: f32 = 0.2;

/// A label with its probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored<'a> {
    /// The label as it stood in the examples.
    pub label: &'a str,
    /// How probable it is, 0 to 1.
    pub probability: f32,
    /// Of the decisions for this label that are at least as probable, the share that was right by cross-validation: 0.5, 0.6, 0.7,
    /// 0.8, 0.85, 0.9, 0.95, 0.97, 0.98 or 0.99 at least, or 0.
    pub precision: f32,
}

/// What a model says about one text.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction<'a> {
    /// Every field with its labels, the most probable first: at most [`MAX_ANSWERS`] of a field that holds one label, all of at
    /// least [`MIN_TAG_PROBABILITY`] of a multi-label field.
    pub fields: Vec<(&'a str, Vec<Scored<'a>>)>,
    /// Whether the text is unlike those that the model learned from: in no field that holds one label any label speaks for it as
    /// much as for all but two in a hundred held-out texts.
    pub outside: bool,
}

impl<'a> Prediction<'a> {
    /// The labels of `field`; empty if the model does not know the field or has no tag for the text.
    pub fn field(&self, field: &str) -> &[Scored<'a>] {
        self.fields
            .iter()
            .find(|(name, _)| *name == field)
            .map_or(&[], |(_, labels)| labels)
    }
}

/// The part of a model that answers for one field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) labels: Vec<String>,
    /// The first of its columns in the matrix; one per label.
    pub(crate) first: usize,
    pub(crate) head: Head,
    /// The top score that only [`OUTSIDE`] of the held-out texts stay below.
    pub(crate) floor: f32,
    /// One per label.
    pub(crate) thresholds: Vec<Thresholds>,
}

/// How scores become probabilities.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Head {
    /// One of the labels.
    One(Softmax),
    /// Any of the labels.
    Many(Vec<Sigmoid>),
}

/// A model for all fields. Made by [`crate::train()`] or [`Model::load`]; may be shared between threads.
#[derive(Debug, Clone)]
pub struct Model {
    pub(crate) space: Space,
    pub(crate) meaning: Option<Meaning>,
    pub(crate) matrix: Matrix,
    pub(crate) parts: Vec<Part>,
    pub(crate) card: Card,
}

impl Model {
    pub(crate) fn new(space: Space, meaning: Option<Meaning>, matrix: Matrix, parts: Vec<Part>, card: Card) -> Self {
        Self {
            space,
            meaning,
            matrix,
            parts,
            card,
        }
    }

    /// What the model was made from and how good it is.
    pub fn card(&self) -> &Card {
        &self.card
    }

    /// Judges every text, in order, on the calling thread (an encoder has threads of its own). No text is refused: one without known words gets the frequencies of
    /// the labels in training, which no sensible threshold accepts. Of each text the first [`crate::MAX_CHARS`] characters count.
    pub fn classify(&self, texts: &[&str]) -> Vec<Prediction<'_>> {
        let (mut scratch, mut row, mut scores, mut probabilities) =
            (Scratch::default(), Row::new(), Vec::new(), Vec::new());
        let vectors = self.meaning.as_ref().map(|meaning| meaning.embed(texts, &|_| {}));
        let mut dense = Vec::new();
        let mut one = |(at, text): (usize, &&str)| {
            let mut known = self.space.row(text, &mut scratch, &mut row);
            if let (Some(meaning), Some(vectors)) = (&self.meaning, &vectors) {
                dense.clear();
                meaning.extend(&vectors[at * meaning.dim()..(at + 1) * meaning.dim()], &mut dense);
                row.extend((self.space.len() as u32..).zip(dense.iter().copied()));
                known = if scratch.has_words() { 1.0 } else { 0.0 };
            }
            self.matrix.scores(&row, &mut scores);
            let outside = self
                .parts
                .iter()
                .filter_map(|part| part.outside(&scores))
                .reduce(|all, one| all && one);
            let outside = outside.unwrap_or(false);
            let fields = self.parts.iter().map(|part| {
                let scores = &scores[part.first..part.first + part.labels.len()];
                (part.name.as_str(), part.answer(scores, known, &mut probabilities))
            });
            Prediction {
                fields: fields.collect(),
                outside,
            }
        };
        texts.iter().enumerate().map(&mut one).collect()
    }
}

impl Part {
    /// Whether no label speaks for a text with these scores of the whole model; `None` where there may be no label at all.
    fn outside(&self, scores: &[f32]) -> Option<bool> {
        let scores = &scores[self.first..self.first + self.labels.len()];
        matches!(self.head, Head::One(_)).then(|| scores.iter().all(|score| *score < self.floor))
    }

    fn answer(&self, scores: &[f32], known: f32, probabilities: &mut Vec<f32>) -> Vec<Scored<'_>> {
        probabilities.clear();
        probabilities.resize(scores.len(), 0.0);
        let (least, most) = match &self.head {
            Head::One(softmax) => {
                softmax.apply(scores, known, probabilities);
                // The k-th largest first: most labels then need no sorting.
                let mut sorted = probabilities.clone();
                let k = MAX_ANSWERS.min(sorted.len()) - 1;
                (*sorted.select_nth_unstable_by(k, |a, b| b.total_cmp(a)).1, MAX_ANSWERS)
            }
            Head::Many(sigmoids) => {
                let each = probabilities.iter_mut().zip(scores).zip(sigmoids);
                each.for_each(|((p, score), sigmoid)| *p = sigmoid.apply(*score, known));
                (MIN_TAG_PROBABILITY, usize::MAX)
            }
        };
        let all = self.labels.iter().zip(&self.thresholds).zip(probabilities.iter());
        let told = all
            .filter(|(_, p)| **p >= least)
            .map(|((label, thresholds), p)| Scored {
                label,
                probability: *p,
                precision: thresholds.precision(*p),
            });
        let mut told: Vec<Scored<'_>> = told.collect();
        told.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        told.truncate(most);
        told
    }
}
