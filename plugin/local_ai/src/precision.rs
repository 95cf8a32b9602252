//! Which confidence of a label is right how often, as measured on texts that the model had not seen.
//!
//! Confidences are calibrated over all labels together; of a single label they may promise too much. So each label has thresholds
//! of its own for a few precisions. A label with few answers leans on those of all labels.
//!
//! Each threshold is sought among many, and the one that is found owes some of its precision to chance. So not what was measured
//! counts, but what it is at least, 19 times of 20. That is no promise: where a field has only some dozens of answers, the share of
//! right ones among the next dozens is still a matter of chance, and tickets change with time.

use serde::{Deserialize, Serialize};

use crate::metrics::Answer;

/// The precisions that thresholds are known for.
pub(crate) const STEPS: [f32; 10] = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.98, 0.99];
/// What the answers of all labels together count beside those of one label, as so many answers of its own.
const LEAN: f64 = 20.0;
/// The surest answers of all labels together say nothing on their own: one that people labelled wrongly would spoil them.
const FEWEST: usize = 50;
/// Standard errors that a measured precision may be too high by: the one-sided 95 % bound of a normal distribution.
const BOUND: f64 = 1.645;

/// The least confidence of one label for each of [`STEPS`]; more than 1 where it never gets there.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Thresholds([f32; STEPS.len()]);

impl Thresholds {
    /// From which confidence `answers`, those for one label, keep each precision.
    pub(crate) fn fit(answers: &[Answer], all: &Pooled) -> Self {
        let mut sorted = answers.to_vec();
        sorted.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        let mut least = [f32::INFINITY; STEPS.len()];
        let mut right = 0.0;
        for (at, answer) in sorted.iter().enumerate() {
            right += f64::from(u8::from(answer.right));
            if sorted
                .get(at + 1)
                .is_some_and(|next| next.confidence == answer.confidence)
            {
                continue;
            }
            let precision = (right + LEAN * all.precision(answer.confidence)) / ((at + 1) as f64 + LEAN);
            let error = (precision * (1.0 - precision) / all.given(answer.confidence)).sqrt();
            let kept = STEPS.partition_point(|step| f64::from(*step) <= precision - BOUND * error);
            least[..kept].fill(answer.confidence);
        }
        Self(least)
    }

    /// How often decisions for this label of at least `confidence` are right: the greatest of [`STEPS`] that is kept, else 0.
    pub(crate) fn precision(&self, confidence: f32) -> f32 {
        let kept = self.0.iter().zip(STEPS).rev().find(|(least, _)| **least <= confidence);
        kept.map_or(0.0, |(_, step)| step)
    }

    /// The least confidence for `STEPS[step]`, if it is ever reached.
    pub(crate) fn least(&self, step: usize) -> Option<f32> {
        Some(self.0[step]).filter(|least| *least <= 1.0)
    }
}

/// The answers of all labels of a field, from the surest down.
pub(crate) struct Pooled(Vec<(f32, f64)>);

impl Pooled {
    /// Of all `answers`.
    pub(crate) fn of(answers: &[Answer]) -> Self {
        let mut sorted = answers.to_vec();
        sorted.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        let mut right = 0.0;
        let precision = sorted.iter().enumerate().map(|(at, answer)| {
            right += f64::from(u8::from(answer.right));
            (answer.confidence, right / (at + 1) as f64)
        });
        Self(precision.collect())
    }

    /// How many answers there are of at least `confidence`: chance evens out over all labels.
    fn given(&self, confidence: f32) -> f64 {
        self.0.partition_point(|(c, _)| *c >= confidence).max(1) as f64
    }

    /// The share of right ones among the answers of at least `confidence`.
    fn precision(&self, confidence: f32) -> f64 {
        let given = self.0.partition_point(|(c, _)| *c >= confidence);
        let last = given.max(FEWEST).min(self.0.len());
        last.checked_sub(1).map_or(0.0, |last| self.0[last].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(of: &[(f32, bool, usize)]) -> Vec<Answer> {
        let repeat = |(confidence, right, times): &(f32, bool, usize)| {
            vec![
                Answer {
                    confidence: *confidence,
                    right: *right
                };
                *times
            ]
        };
        of.iter().flat_map(repeat).collect()
    }

    #[test]
    fn each_label_has_its_own_threshold() {
        let good = answers(&[(0.9, true, 300), (0.6, true, 180), (0.6, false, 20)]);
        let bad = answers(&[(0.9, true, 150), (0.9, false, 150), (0.6, false, 200)]);
        let all = Pooled::of(&[good.clone(), bad.clone()].concat());
        let (good, bad) = (Thresholds::fit(&good, &all), Thresholds::fit(&bad, &all));
        assert!(good.precision(0.9) >= 0.97 && good.precision(0.6) >= 0.9, "{good:?}");
        assert!(good.precision(0.5) == 0.0, "nobody measured below 0.6");
        assert!(bad.precision(0.9) <= 0.5 && bad.least(6).is_none(), "{bad:?}");
    }

    #[test]
    fn a_few_answers_lean_on_those_of_all_labels() {
        let all = answers(&[(0.9, true, 970), (0.9, false, 30)]);
        let few = Thresholds::fit(&answers(&[(0.9, true, 2)]), &Pooled::of(&all));
        assert_eq!(few.precision(0.9), 0.95);
        let wrong = Thresholds::fit(&answers(&[(0.9, false, 2)]), &Pooled::of(&all));
        assert_eq!(wrong.precision(0.9), 0.85);
        assert_eq!(Thresholds::fit(&[], &Pooled::of(&all)).precision(1.0), 0.0);
    }

    #[test]
    fn a_precision_that_may_be_chance_does_not_count() {
        let of = |times: usize| {
            let some = answers(&[(0.9, true, 96 * times), (0.9, false, 4 * times)]);
            Thresholds::fit(&some, &Pooled::of(&some)).precision(0.9)
        };
        assert_eq!((of(1), of(20)), (0.9, 0.95));
    }

    #[test]
    fn one_wrong_label_at_the_top_spoils_nothing() {
        let some = answers(&[(0.99, false, 1), (0.9, true, 400)]);
        let fitted = Thresholds::fit(&some, &Pooled::of(&some));
        assert_eq!(fitted.precision(0.9), 0.99);
    }
}
