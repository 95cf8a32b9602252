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

/// Solves for `examples`, pairs of a row and whether it belongs. Returns `rows.width` weights and, last, the bias.
///
/// The answer depends on the arguments alone, not on threads or time.
pub(crate) fn solve(rows: &Rows, examples: &[(u32, bool)], c: f32, seed: u64) -> Vec<f32> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut weights = vec![0.0f32; rows.width + 1];
    let bias = rows.width;
    let diagonal = 0.5 / c;
    let sign: Vec<f32> = examples.iter().map(|(_, yes)| if *yes { 1.0 } else { -1.0 }).collect();
    let curve: Vec<f32> = examples
        .iter()
        .map(|(at, _)| diagonal + 1.0 + rows.row(*at as usize).map(|(_, v)| v * v).sum::<f32>())
        .collect();
    let mut alpha = vec![0.0f32; examples.len()];
    let mut active: Vec<usize> = (0..examples.len()).collect();
    let mut limit = f32::INFINITY;
    for _ in 0..MAX_PASSES {
        active.shuffle(&mut random);
        let (mut top, mut bottom) = (f32::NEG_INFINITY, f32::INFINITY);
        let mut at = 0;
        while at < active.len() {
            let i = active[at];
            let row = examples[i].0 as usize;
            let gradient = sign[i] * (rows.dot(row, &weights) + weights[bias]) - 1.0 + alpha[i] * diagonal;
            let projected = if alpha[i] > 0.0 {
                gradient
            } else {
                if gradient > limit {
                    active.swap_remove(at);
                    continue;
                }
                gradient.min(0.0)
            };
            top = top.max(projected);
            bottom = bottom.min(projected);
            if projected.abs() > 1e-12 {
                let old = alpha[i];
                alpha[i] = (old - gradient / curve[i]).max(0.0);
                let step = (alpha[i] - old) * sign[i];
                for (id, value) in rows.row(row) {
                    weights[id] += step * value;
                }
                weights[bias] += step;
            }
            at += 1;
        }
        if top - bottom <= TOLERANCE {
            if active.len() == examples.len() {
                break;
            }
            // What was set aside is looked at once more before the weights count as found.
            active = (0..examples.len()).collect();
            limit = f32::INFINITY;
            continue;
        }
        limit = if top > 0.0 { top } else { f32::INFINITY };
    }
    weights
}

#[cfg(test)]
mod tests {
    use rand::RngExt as _;

    use super::*;

    /// 300 random rows of which those with a positive first value tend to belong.
    #[allow(clippy::field_reassign_with_default)]
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

    /// The objective and its gradient.
    fn objective(rows: &Rows, examples: &[(u32, bool)], c: f32, weights: &[f32]) -> (f32, Vec<f32>) {
        let (mut value, mut gradient) = (0.5 * weights.iter().map(|w| w * w).sum::<f32>(), weights.to_vec());
        for (at, yes) in examples {
            let y = if *yes { 1.0 } else { -1.0 };
            let gap = (1.0 - y * (rows.dot(*at as usize, weights) + weights[20])).max(0.0);
            value += c * gap * gap;
            rows.row(*at as usize)
                .for_each(|(id, v)| gradient[id] -= 2.0 * c * gap * y * v);
            gradient[20] -= 2.0 * c * gap * y;
        }
        (value, gradient)
    }

    #[test]
    fn no_weights_are_much_better_than_those_found() {
        let (rows, examples) = problem();
        for c in [0.1f32, 1.0] {
            let found = objective(&rows, &examples, c, &solve(&rows, &examples, c, 3)).0;
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
        assert_eq!(solve(&rows, &examples, 1.0, 3), solve(&rows, &examples, 1.0, 3));
        assert_ne!(solve(&rows, &examples, 1.0, 3), solve(&rows, &examples, 1.0, 4));
    }

    #[test]
    fn nothing_and_one_sided_questions_have_an_answer() {
        let (rows, mut examples) = problem();
        assert!(solve(&rows, &[], 1.0, 0).iter().all(|w| *w == 0.0));
        examples.iter_mut().for_each(|e| e.1 = false);
        let weights = solve(&rows, &examples, 1.0, 0);
        assert!(weights[20] < -0.5 && weights.iter().all(|w| w.is_finite()));
    }
}
