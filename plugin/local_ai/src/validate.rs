//! Every text is judged by a machine that has not seen it: the only scores that a probability may be fitted on.

use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom;
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::calibrate::{Sigmoid, Softmax};
use crate::corpus::{Field, Truth};
use crate::rows::Rows;
use crate::solver::{Fit, Question, TOGETHER, solve};

/// Folds of the cross-validation.
const FOLDS: u8 = 5;
/// Folds where texts are few: machines that learned from nine texts in ten are then judged, not from four in five, and so what they say
/// of themselves is nearer to what the machine on all texts will do.
const FOLDS_OF_FEW: u8 = 10;
/// Fewer texts than this are few.
const FEW: usize = 2000;
/// Folds that every fit is tried on; the others are computed for the chosen one only.
const TRIAL_FOLDS: u8 = 2;
/// The same with an encoder, whose dense features cost ten times as much.
const DENSE_TRIAL_FOLDS: u8 = 1;
/// Of many tags as many are tried, evenly spread over the alphabet.
const TRIAL_TAGS: usize = 32;
/// The strengths tried: half a decade apart around what suits L2-normalised TF-IDF rows.
const STRENGTHS: [Fit; 4] = [fit(0.1, 1.0), fit(0.3, 1.0), fit(1.0, 1.0), fit(3.0, 1.0)];
/// The same with an encoder, together with what words count beside meaning; the last is all but the words alone, for an encoder that
/// does not know the language, or a field that hangs on single words.
const DENSE_FITS: [Fit; 4] = [fit(0.3, 1.0), fit(1.0, 0.5), fit(0.3, 0.5), fit(0.1, 3.0)];

const fn fit(c: f32, lexical: f32) -> Fit {
    Fit { c, lexical }
}

/// The out-of-fold scores of one field.
#[derive(Debug)]
pub(crate) struct Judged {
    /// The fit with the least loss.
    pub(crate) fit: Fit,
    /// One row per pick with one score per label.
    pub(crate) scores: Vec<f32>,
    /// Which fold each pick was held out in: one list for all labels, or one per label.
    folds: Vec<Vec<u8>>,
    /// How many folds there are.
    pub(crate) count: u8,
}

impl Judged {
    /// The folds of the picks as label `label` sees them.
    pub(crate) fn folds(&self, label: usize) -> &[u8] {
        &self.folds[label.min(self.folds.len() - 1)]
    }
}

/// Chooses the fit for `field` and judges every pick out of its fold.
pub(crate) fn judge(rows: &Rows, field: &Field, seed: u64) -> Judged {
    let seed = xxh3_64_with_seed(field.name.as_bytes(), seed);
    let labels = field.labels.len();
    let (fits, trial_folds) = if rows.dense_width > 0 {
        (&DENSE_FITS[..], DENSE_TRIAL_FOLDS)
    } else {
        (&STRENGTHS[..], TRIAL_FOLDS)
    };
    let count = if field.picks.len() < FEW { FOLDS_OF_FEW } else { FOLDS };
    let mut judged = Judged {
        fit: fits[0],
        scores: Vec::new(),
        folds: folds(field, count, seed),
        count,
    };
    // Labels that exclude each other can only be tried together; of tags some speak for all.
    let every = match field.truth {
        Truth::One(_) => 1,
        Truth::Many(_) => labels.div_ceil(TRIAL_TAGS),
    };
    let (tried, others): (Vec<usize>, Vec<usize>) = (0..labels).partition(|label| label % every == 0);
    let mut trials: Vec<Vec<f32>> = vec![vec![0.0; field.picks.len() * labels]; fits.len()];
    let jobs = jobs(fits, 0..trial_folds, &tried);
    run(rows, field, &judged, &jobs, seed, &mut trials);
    let losses: Vec<f64> = trials
        .par_iter()
        .map(|scores| trial_loss(rows, field, &judged, &tried, scores, trial_folds))
        .collect();
    let best = (0..losses.len())
        .min_by(|a, b| losses[*a].total_cmp(&losses[*b]))
        .unwrap_or(0);
    let mut chosen = vec![trials.swap_remove(best)];
    drop(trials);
    judged.fit = fits[best];
    let mut jobs = self::jobs(&[judged.fit], trial_folds..count, &tried);
    jobs.extend(self::jobs(&[judged.fit], 0..count, &others));
    run(rows, field, &judged, &jobs, seed, &mut chosen);
    judged.scores = chosen.swap_remove(0);
    judged
}

/// The machines of all labels, each on all texts: weights of all features and, last, the bias.
pub(crate) fn learn(rows: &Rows, field: &Field, fit: Fit, seed: u64) -> Vec<Vec<f32>> {
    let seed = xxh3_64_with_seed(field.name.as_bytes(), seed);
    let labels: Vec<usize> = (0..field.labels.len()).collect();
    let groups: Vec<Vec<Vec<f32>>> = labels
        .par_chunks(TOGETHER)
        .map(|labels| {
            let questions: Vec<Question> = labels.iter().map(|label| question(field, *label, None)).collect();
            solve(
                rows,
                &field.rows(),
                &questions,
                fit,
                machine_seed(seed, u8::MAX, labels[0]),
            )
        })
        .collect();
    groups.into_iter().flatten().collect()
}

/// The pairs of pick and "belongs" for one label, in the order of the picks.
pub(crate) fn one_against_rest(field: &Field, label: usize) -> Vec<(u32, bool)> {
    let label = label as u32;
    match &field.truth {
        Truth::One(truth) => field
            .picks
            .iter()
            .zip(truth)
            .map(|(at, t)| (*at, *t == label))
            .collect(),
        Truth::Many(truth) => field
            .picks
            .iter()
            .zip(truth)
            .map(|(at, t)| (*at, t.binary_search(&label).is_ok()))
            .collect(),
    }
}

/// Machines to be trained together: a fit (its number and itself), the fold held out, some labels.
struct Job {
    trial: usize,
    fit: Fit,
    fold: u8,
    labels: Vec<usize>,
}

fn jobs(fits: &[Fit], folds: std::ops::Range<u8>, labels: &[usize]) -> Vec<Job> {
    let mut jobs = Vec::new();
    for (trial, fit) in fits.iter().enumerate() {
        for fold in folds.clone() {
            jobs.extend(labels.chunks(TOGETHER).map(|labels| Job {
                trial,
                fit: *fit,
                fold,
                labels: labels.to_vec(),
            }));
        }
    }
    jobs
}

fn run(rows: &Rows, field: &Field, judged: &Judged, jobs: &[Job], seed: u64, into: &mut [Vec<f32>]) {
    let labels = field.labels.len();
    // Pieces bound the memory; each job depends on its own seed alone, so the number of threads changes nothing.
    for piece in jobs.chunks(64) {
        let held_out: Vec<Vec<(usize, usize, f32)>> = piece
            .par_iter()
            .map(|job| judge_job(rows, field, judged, job, seed))
            .collect();
        for (job, scores) in piece.iter().zip(held_out) {
            for (pick, label, score) in scores {
                into[job.trial][pick * labels + label] = score;
            }
        }
    }
}

/// Trains on all folds but one and scores that one: pick, label, score.
fn judge_job(rows: &Rows, field: &Field, judged: &Judged, job: &Job, seed: u64) -> Vec<(usize, usize, f32)> {
    let held_out = |label: usize| Some((judged.folds(label), job.fold));
    let questions: Vec<Question> = job
        .labels
        .iter()
        .map(|label| question(field, *label, held_out(*label)))
        .collect();
    let seed = machine_seed(seed, job.fold, job.labels[0]);
    let machines = solve(rows, &field.rows(), &questions, job.fit, seed);
    let mut scores = Vec::new();
    for (label, weights) in job.labels.iter().zip(machines) {
        let folds = judged.folds(*label);
        for pick in (0..field.picks.len()).filter(|pick| folds[*pick] == job.fold) {
            let score = rows.dot(field.picks[pick] as usize, 1.0, &weights) + weights[rows.features()];
            scores.push((pick, *label, score));
        }
    }
    scores
}

/// What the machine of `label` is asked about the field's rows, the picks of one fold held out.
fn question(field: &Field, label: usize, held_out: Option<(&[u8], u8)>) -> Question {
    let mut question: Question = one_against_rest(field, label)
        .into_iter()
        .map(|(_, yes)| Some(yes))
        .collect();
    if let Some((folds, fold)) = held_out {
        let hidden = question.iter_mut().zip(folds).filter(|(_, of)| **of == fold);
        hidden.for_each(|(answer, _)| *answer = None);
    }
    question.extend((0..field.names.len()).map(|name| Some(name == label)));
    question
}

fn machine_seed(seed: u64, fold: u8, label: usize) -> u64 {
    xxh3_64_with_seed(&[&[fold][..], &(label as u64).to_le_bytes()].concat(), seed)
}

/// Deals the picks to the folds so that every label has its share in each.
fn folds(field: &Field, count: u8, seed: u64) -> Vec<Vec<u8>> {
    let deal = |groups: Vec<Vec<usize>>, seed: u64| {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut folds = vec![0u8; field.picks.len()];
        let mut next = 0u8;
        for mut group in groups {
            group.shuffle(&mut random);
            for pick in group {
                folds[pick] = next;
                next = (next + 1) % count;
            }
        }
        folds
    };
    match &field.truth {
        Truth::One(truth) => {
            let mut groups = vec![Vec::new(); field.labels.len()];
            truth
                .iter()
                .enumerate()
                .for_each(|(pick, label)| groups[*label as usize].push(pick));
            vec![deal(groups, seed)]
        }
        Truth::Many(_) => (0..field.labels.len())
            .map(|label| {
                let examples = one_against_rest(field, label);
                let (yes, no) = (0..examples.len()).partition(|pick| examples[*pick].1);
                deal(vec![yes, no], seed ^ label as u64)
            })
            .collect(),
    }
}

/// The mean loss (negative log-likelihood) on the trial folds after calibration on them.
fn trial_loss(rows: &Rows, field: &Field, judged: &Judged, tried: &[usize], scores: &[f32], folds_tried: u8) -> f64 {
    let labels = field.labels.len();
    match &field.truth {
        Truth::One(truth) => {
            let picks: Vec<usize> = (0..truth.len())
                .filter(|pick| judged.folds(0)[*pick] < folds_tried)
                .collect();
            let some: Vec<f32> = picks
                .iter()
                .flat_map(|pick| &scores[pick * labels..(pick + 1) * labels])
                .copied()
                .collect();
            let truth: Vec<u32> = picks.iter().map(|pick| truth[*pick]).collect();
            let fitted = Softmax::fit(&some, &truth, labels);
            let mut p = vec![0.0; labels];
            let loss = |(row, (label, pick)): (&[f32], (&u32, &usize))| {
                fitted.apply(row, rows.known[field.picks[*pick] as usize], &mut p);
                -f64::from(p[*label as usize].max(1e-9)).ln()
            };
            some.chunks_exact(labels)
                .zip(truth.iter().zip(&picks))
                .map(loss)
                .sum::<f64>()
                / picks.len().max(1) as f64
        }
        Truth::Many(_) => {
            let of_label = |label: &usize| {
                let label = *label;
                let folds = judged.folds(label);
                let picks: Vec<usize> = (0..folds.len()).filter(|pick| folds[*pick] < folds_tried).collect();
                let all = one_against_rest(field, label);
                let some: Vec<f32> = picks.iter().map(|pick| scores[pick * labels + label]).collect();
                let truth: Vec<bool> = picks.iter().map(|pick| all[*pick].1).collect();
                let fitted = Sigmoid::fit(&some, &truth);
                let loss = |((score, yes), pick): ((&f32, &bool), &usize)| {
                    let p = fitted.apply(*score, rows.known[all[*pick].0 as usize]);
                    -f64::from(if *yes { p } else { 1.0 - p }.max(1e-9)).ln()
                };
                some.iter().zip(&truth).zip(&picks).map(loss).sum::<f64>() / picks.len().max(1) as f64
            };
            tried.iter().map(of_label).sum::<f64>() / tried.len() as f64
        }
    }
}
