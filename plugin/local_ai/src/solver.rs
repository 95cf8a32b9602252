//! A linear support vector machine for one question: does this row belong, yes or no?
//!
//! Dual coordinate descent for the L2-regularised squared hinge loss with shrinking, after Hsieh, Chang, Lin, Keerthi,
//! Sundararajan: "A Dual Coordinate Descent Method for Large-scale Linear SVM", ICML 2008, algorithm 3 (as in LIBLINEAR's
//! solver 1). It minimises `½‖w‖² + C Σ max(0, 1 − y w·x)²`; the bias is one more feature that is always 1. Written here because
//! the kept crates (linfa, smartcore) solve dense or kernel problems only.

use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom;

use crate::rows::Rows;

/// Where a run ends: the largest violation of the optimality conditions. LIBLINEAR's default for this solver.
const TOLERANCE: f32 = 0.1;
/// Passes after which the weights are taken as they are; 10 to 30 are usual.
const MAX_PASSES: usize = 200;

/// How hard a machine holds on to its examples, and what it looks at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Fit {
    /// The strength (C): inverse regularisation.
    pub(crate) c: f32,
    /// What the lexical features count beside the dense ones; 1 without an encoder.
    pub(crate) lexical: f32,
}

/// Machines that are solved side by side where rows are dense: a row of ten kilobytes, once in the cache, then serves all of them.
/// With sparse rows only, one: many weights would push each other out of the cache.
pub(crate) const TOGETHER: usize = 8;

/// One yes-or-no question about rows: for each whether it belongs, `None` if the machine must not see it.
pub(crate) type Question = Vec<Option<bool>>;

/// Answers `questions` about `rows[picks[..]]`. Returns for each the weights of all features and, last, the bias.
///
/// The answer depends on the arguments alone, not on threads or time.
pub(crate) fn solve(rows: &Rows, picks: &[u32], questions: &[Question], fit: Fit, seed: u64) -> Vec<Vec<f32>> {
    let together = if rows.dense_width > 0 { TOGETHER } else { 1 };
    let groups = questions.chunks(together).enumerate();
    groups
        .flat_map(|(group, questions)| solve_group(rows, picks, questions, fit, seed ^ group as u64))
        .collect()
}

/// One machine while it is being solved.
struct Machine<'a> {
    question: &'a Question,
    weights: Vec<f32>,
    alpha: Vec<f32>,
    /// What is not set aside: an example that cannot change the weights for now.
    active: Vec<bool>,
    limit: f32,
    top: f32,
    bottom: f32,
}

fn solve_group(rows: &Rows, picks: &[u32], questions: &[Question], fit: Fit, seed: u64) -> Vec<Vec<f32>> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let diagonal = 0.5 / fit.c;
    let curve: Vec<f32> = picks
        .iter()
        .map(|row| diagonal + 1.0 + rows.square(*row as usize, fit.lexical))
        .collect();
    let mut machines: Vec<Machine<'_>> = questions.iter().map(|question| Machine::new(rows, question)).collect();
    for _ in 0..MAX_PASSES {
        let mut order: Vec<usize> = (0..picks.len())
            .filter(|at| machines.iter().any(|machine| machine.active[*at]))
            .collect();
        if order.is_empty() {
            break;
        }
        order.shuffle(&mut random);
        for at in order {
            for machine in machines.iter_mut().filter(|machine| machine.active[at]) {
                machine.step(rows, picks[at] as usize, at, fit.lexical, diagonal, curve[at]);
            }
        }
        machines.iter_mut().for_each(Machine::next_pass);
    }
    let whole = |mut machine: Machine<'_>| {
        // From here on the lexical features count in full: what they were taken times goes into their weights.
        machine.weights[..rows.width]
            .iter_mut()
            .for_each(|weight| *weight *= fit.lexical);
        machine.weights
    };
    machines.into_iter().map(whole).collect()
}

impl<'a> Machine<'a> {
    fn new(rows: &Rows, question: &'a Question) -> Self {
        Self {
            weights: vec![0.0; rows.features() + 1],
            alpha: vec![0.0; question.len()],
            active: question.iter().map(Option::is_some).collect(),
            question,
            limit: f32::INFINITY,
            top: f32::NEG_INFINITY,
            bottom: f32::INFINITY,
        }
    }

    /// Moves the weights to where example `at` wants them.
    fn step(&mut self, rows: &Rows, row: usize, at: usize, lexical: f32, diagonal: f32, curve: f32) {
        let sign = if self.question[at] == Some(true) { 1.0 } else { -1.0 };
        let bias = self.weights.len() - 1;
        let score = rows.dot(row, lexical, &self.weights) + self.weights[bias];
        let gradient = sign * score - 1.0 + self.alpha[at] * diagonal;
        let projected = if self.alpha[at] > 0.0 {
            gradient
        } else {
            if gradient > self.limit {
                self.active[at] = false;
                return;
            }
            gradient.min(0.0)
        };
        self.top = self.top.max(projected);
        self.bottom = self.bottom.min(projected);
        if projected.abs() > 1e-12 {
            let old = self.alpha[at];
            self.alpha[at] = (old - gradient / curve).max(0.0);
            let step = (self.alpha[at] - old) * sign;
            rows.add(row, lexical, step, &mut self.weights);
            self.weights[bias] += step;
        }
    }

    /// Ends a pass: done, once more over what was set aside, or on with what is left.
    fn next_pass(&mut self) {
        let (top, bottom) = (self.top, self.bottom);
        (self.top, self.bottom) = (f32::NEG_INFINITY, f32::INFINITY);
        if top - bottom > TOLERANCE {
            self.limit = if top > 0.0 { top } else { f32::INFINITY };
            return;
        }
        let whole = self
            .active
            .iter()
            .zip(self.question)
            .all(|(active, asked)| *active == asked.is_some());
        if whole {
            self.active.fill(false);
        } else {
            self.active
                .iter_mut()
                .zip(self.question)
                .for_each(|(active, asked)| *active = asked.is_some());
            self.limit = f32::INFINITY;
        }
    }
}

#[cfg(test)]
#[allow(clippy::field_reassign_with_default)]
mod tests {
    use rand::RngExt as _;

    use super::*;

    const FIT: Fit = Fit { c: 1.0, lexical: 1.0 };

    /// 300 random rows of which those with a positive first value tend to belong.
    fn problem() -> (Rows, Vec<(u32, bool)>) {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
        let mut rows = Rows::default();
        rows.width = 20;
        let mut examples = Vec::new();
        for at in 0..300 {
            let mut row: Vec<(u32, f32)> = (0..20).map(|id| (id, random.random_range(-1.0..1.0))).collect();
            row.retain(|_| random.random_bool(0.7));
            let lean = row.first().map_or(0.0, |(_, v)| *v) + random.random_range(-0.3..0.3);
            rows.push(&row, 1.0);
            examples.push((at, lean > 0.0));
        }
        (rows, examples)
    }

    fn one(rows: &Rows, examples: &[(u32, bool)], fit: Fit, seed: u64) -> Vec<f32> {
        let (picks, question): (Vec<u32>, Question) = examples.iter().map(|(at, yes)| (*at, Some(*yes))).unzip();
        solve(rows, &picks, &[question], fit, seed).remove(0)
    }

    /// The objective and its gradient.
    fn objective(rows: &Rows, examples: &[(u32, bool)], c: f32, weights: &[f32]) -> (f32, Vec<f32>) {
        let (mut value, mut gradient) = (0.5 * weights.iter().map(|w| w * w).sum::<f32>(), weights.to_vec());
        for (at, yes) in examples {
            let y = if *yes { 1.0 } else { -1.0 };
            let gap = (1.0 - y * (rows.dot(*at as usize, 1.0, weights) + weights[20])).max(0.0);
            value += c * gap * gap;
            rows.add(*at as usize, 1.0, -2.0 * c * gap * y, &mut gradient);
            gradient[20] -= 2.0 * c * gap * y;
        }
        (value, gradient)
    }

    #[test]
    fn no_weights_are_much_better_than_those_found() {
        let (rows, examples) = problem();
        for c in [0.1f32, 1.0] {
            let found = objective(&rows, &examples, c, &one(&rows, &examples, Fit { c, lexical: 1.0 }, 3)).0;
            // Plain gradient descent, slow and sure.
            let mut weights = vec![0.0; 21];
            for _ in 0..5_000 {
                let gradient = objective(&rows, &examples, c, &weights).1;
                weights.iter_mut().zip(gradient).for_each(|(w, g)| *w -= 1e-3 * g);
            }
            let best = objective(&rows, &examples, c, &weights).0;
            assert!(found < 1.01 * best, "c {c}: {found} instead of {best}");
        }
    }

    #[test]
    fn the_seed_decides_alone() {
        let (rows, examples) = problem();
        assert_eq!(one(&rows, &examples, FIT, 3), one(&rows, &examples, FIT, 3));
        assert_ne!(one(&rows, &examples, FIT, 3), one(&rows, &examples, FIT, 4));
    }

    #[test]
    fn nothing_and_one_sided_questions_have_an_answer() {
        let (rows, mut examples) = problem();
        assert!(one(&rows, &[], FIT, 0).iter().all(|w| *w == 0.0));
        examples.iter_mut().for_each(|e| e.1 = false);
        let weights = one(&rows, &examples, FIT, 0);
        assert!(weights[20] < -0.5 && weights.iter().all(|w| w.is_finite()));
    }

    #[test]
    fn dense_features_are_features() {
        let (sparse, examples) = problem();
        let mut dense = Rows::default();
        dense.dense_width = 20;
        for at in 0..300 {
            let mut row = vec![0.0; 21];
            sparse.add(at, 0.5, 1.0, &mut row);
            dense.push(&[], 1.0);
            dense.dense.extend(&row[..20]);
        }
        let halved = one(&sparse, &examples, Fit { c: 1.0, lexical: 0.5 }, 3);
        let whole = one(&dense, &examples, FIT, 3);
        // The weights of what was halved are halved in turn, so that whole features may be multiplied with them.
        for (halved, whole) in halved[..20].iter().zip(&whole) {
            assert!((halved - 0.5 * whole).abs() < 1e-3, "{halved} {whole}");
        }
    }

    #[test]
    fn machines_side_by_side_are_those_of_their_own_and_see_nothing_held_out() {
        let (mut rows, examples) = problem();
        rows.dense_width = 1;
        rows.dense = vec![0.0; 300];
        let picks: Vec<u32> = examples.iter().map(|(at, _)| *at).collect();
        let all: Question = examples.iter().map(|(_, yes)| Some(*yes)).collect();
        let some: Question = all
            .iter()
            .enumerate()
            .map(|(at, yes)| yes.filter(|_| at % 3 > 0))
            .collect();
        let lies: Question = some
            .iter()
            .zip(&all)
            .map(|(seen, yes)| seen.or(yes.map(|yes| !yes)))
            .collect();
        let both = solve(&rows, &picks, &[all.clone(), some.clone()], FIT, 3);
        let kept: Vec<(u32, bool)> = examples.iter().filter(|(at, _)| at % 3 > 0).copied().collect();
        let near = |a: &[f32], b: &[f32]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 0.1);
        assert!(near(&both[0], &one(&rows, &examples, FIT, 3)));
        assert!(near(&both[1], &one(&rows, &kept, FIT, 3)));
        assert!(!near(&both[1], &solve(&rows, &picks, &[lies], FIT, 3)[0]));
    }
}
