//! "Yes or no": Platt scaling with the targets and the Newton iteration of Lin, Lin, Weng: "A note on Platt's probabilistic outputs for
//! support vector machines", Machine Learning 68 (2007).

use serde::{Deserialize, Serialize};

use super::trust;

/// The probability of one yes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sigmoid {
    slope: f32,
    offset: f32,
    prior: f32,
}

impl Sigmoid {
    /// Fits to the `scores` of texts and whether each is a yes.
    pub(crate) fn fit(scores: &[f32], truth: &[bool]) -> Self {
        let yes = truth.iter().filter(|t| **t).count() as f64;
        let no = truth.len() as f64 - yes;
        let target = |t: bool| if t { (yes + 1.0) / (yes + 2.0) } else { 1.0 / (no + 2.0) };
        let (mut a, mut b) = (0.0f64, ((yes + 1.0) / (no + 1.0)).ln());
        let loss = |a: f64, b: f64| -> f64 {
            // ln(1 + e^z) − t z, written so that no exponential overflows.
            scores
                .iter()
                .zip(truth)
                .map(|(s, t)| (a * f64::from(*s) + b, target(*t)))
                .map(|(z, t)| z.max(0.0) - t * z + (-z.abs()).exp().ln_1p())
                .sum()
        };
        let mut now = loss(a, b);
        for _ in 0..100 {
            let (mut ga, mut gb, mut haa, mut hab, mut hbb) = (0.0, 0.0, 1e-9, 0.0, 1e-9);
            for (score, t) in scores.iter().zip(truth) {
                let s = f64::from(*score);
                let p = 1.0 / (1.0 + (-(a * s + b)).exp());
                let (g, h) = (p - target(*t), p * (1.0 - p));
                ga += g * s;
                gb += g;
                haa += h * s * s;
                hab += h * s;
                hbb += h;
            }
            let det = haa * hbb - hab * hab;
            if ga.abs().max(gb.abs()) < 1e-5 || det <= 0.0 {
                break;
            }
            let (da, db) = (-(hbb * ga - hab * gb) / det, -(haa * gb - hab * ga) / det);
            let mut step = 1.0;
            loop {
                let next = loss(a + step * da, b + step * db);
                if next < now {
                    (a, b, now) = (a + step * da, b + step * db, next);
                    break;
                }
                step /= 2.0;
                if step < 1e-10 {
                    return Self::of(a, b, yes, no);
                }
            }
        }
        Self::of(a, b, yes, no)
    }

    fn of(a: f64, b: f64, yes: f64, no: f64) -> Self {
        Self {
            slope: a.clamp(0.0, 100.0) as f32,
            offset: b as f32,
            prior: (yes / (yes + no).max(1.0)) as f32,
        }
    }

    /// The probability of a yes for a score, for a text of which the share `known` is known.
    pub(crate) fn apply(&self, score: f32, known: f32) -> f32 {
        let trust = trust(known);
        trust / (1.0 + (-(self.slope * score + self.offset)).exp()) + (1.0 - trust) * self.prior
    }
}

#[cfg(test)]
mod tests {
    use rand::RngExt as _;
    use rand::SeedableRng;
    use rand::rngs::Xoshiro256PlusPlus;

    use super::*;

    #[test]
    fn the_sigmoid_that_drew_the_answers_is_found() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(6);
        let scores: Vec<f32> = (0..20_000).map(|_| random.random_range(-2.0..2.0)).collect();
        let truth: Vec<bool> = scores
            .iter()
            .map(|s| random.random_range(0.0..1.0) < 1.0 / (1.0 + (-(2.0 * s - 1.0)).exp()))
            .collect();
        let fitted = Sigmoid::fit(&scores, &truth);
        assert!(
            (fitted.slope - 2.0).abs() < 0.1 && (fitted.offset + 1.0).abs() < 0.1,
            "{fitted:?}"
        );
    }
}
