//! The answers of the cross-validation become probabilities, thresholds and the figures of the card.

use rayon::prelude::*;

use crate::calibrate::{Sigmoid, Softmax};
use crate::card::{AtPrecision, FieldCard, Threshold};
use crate::corpus::{Field, Truth};
use crate::metrics::{Answer, Hits, accuracy, at_threshold, calibration_error, macro_f1};
use crate::model::{Head, OUTSIDE};
use crate::precision::{STEPS, Thresholds};
use crate::rows::Rows;
use crate::validate::{Judged, one_against_rest};

/// The thresholds that a card tells about.
const THRESHOLDS: [f32; 7] = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];

/// Fits the probabilities of one field and measures them, each fold with a fit on the other folds.
pub(crate) fn report(rows: &Rows, field: &Field, judged: &Judged) -> (Head, Vec<Thresholds>, FieldCard) {
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
        precisions: Vec::new(),
    };
    let (head, answers) = match &field.truth {
        Truth::One(truth) => report_one(rows, field, judged, truth, &mut card),
        Truth::Many(_) => report_many(rows, field, judged, &mut card),
    };
    let thresholds = Thresholds::fit(&answers);
    let wanted = match &field.truth {
        Truth::One(truth) => truth.len(),
        Truth::Many(truth) => truth.iter().map(Vec::len).sum(),
    };
    card.precisions = precisions(&field.labels, &answers, &thresholds, wanted);
    (head, thresholds, card)
}

/// The top score that the texts least like the others stay below when the model has not seen them.
pub(crate) fn floor(field: &Field, judged: &Judged) -> f32 {
    let top = |scores: &[f32]| scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut tops: Vec<f32> = judged.scores.chunks_exact(field.labels.len()).map(top).collect();
    tops.sort_by(f32::total_cmp);
    let at = (tops.len() as f64 * OUTSIDE) as usize;
    tops.get(at).copied().unwrap_or(f32::NEG_INFINITY)
}

/// What the labels' own thresholds would do, coverage being given answers per `wanted`.
fn precisions(
    labels: &[String],
    answers: &[Vec<Answer>],
    thresholds: &[Thresholds],
    wanted: usize,
) -> Vec<AtPrecision> {
    let told = |step: usize| {
        let given = |(answers, thresholds): (&Vec<Answer>, &Thresholds)| match thresholds.least(step) {
            Some(least) => answers.iter().filter(|answer| answer.confidence >= least).count(),
            None => 0,
        };
        let all: usize = answers.iter().zip(thresholds).map(given).sum();
        let least = |(label, thresholds): (&String, &Thresholds)| Some((label.clone(), thresholds.least(step)?));
        AtPrecision {
            wanted: round(f64::from(STEPS[step])),
            coverage: round(all as f64 / wanted.max(1) as f64),
            labels: labels.iter().zip(thresholds).filter_map(least).collect(),
        }
    };
    (0..STEPS.len()).map(told).collect()
}

/// The head, and for each label the held-out answers that named it.
fn report_one(
    rows: &Rows,
    field: &Field,
    judged: &Judged,
    truth: &[u32],
    card: &mut FieldCard,
) -> (Head, Vec<Vec<Answer>>) {
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
    let answers: Vec<(u32, u32, f32)> = (0..judged.count).into_par_iter().flat_map_iter(measured).collect();
    let pairs: Vec<(u32, u32)> = answers.iter().map(|(truth, top, _)| (*truth, *top)).collect();
    let answers: Vec<Answer> = answers
        .iter()
        .map(|(t, top, p)| Answer {
            confidence: *p,
            right: t == top,
        })
        .collect();
    let mut by_label = vec![Vec::new(); labels];
    for ((_, top), answer) in pairs.iter().zip(&answers) {
        by_label[*top as usize].push(*answer);
    }
    let fitted = fit(&|_| true);
    card.accuracy = round(accuracy(&answers));
    card.micro_f1 = card.accuracy;
    card.macro_f1 = round(macro_f1(&pairs, labels));
    card.calibration_error = round(calibration_error(&answers));
    card.temperature = round(1.0 / f64::from(fitted.slope.max(1e-3)));
    card.thresholds = thresholds(&answers, answers.len());
    (Head::One(fitted), by_label)
}

/// The head, and for each label the held-out answers about it.
fn report_many(rows: &Rows, field: &Field, judged: &Judged, card: &mut FieldCard) -> (Head, Vec<Vec<Answer>>) {
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
        for fold in 0..judged.count {
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
    let by_label = answers;
    let answers: Vec<Answer> = by_label.iter().flatten().copied().collect();
    card.multi_label = true;
    card.accuracy = round(1.0 - (all.missed + all.wrong) as f64 / answers.len().max(1) as f64);
    card.macro_f1 = round(f1 / labels as f64);
    card.micro_f1 = round(all.f1());
    card.calibration_error = round(calibration_error(&answers));
    card.thresholds = thresholds(&answers, all.right + all.missed);
    (Head::Many(fitted), by_label)
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
