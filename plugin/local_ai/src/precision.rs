//! Which confidence of a label is right how often, as measured on texts that the model had not seen.
//!
//! Confidences are calibrated over all labels together; of a single label they may promise too much. So each label has thresholds
//! of its own for a few precisions. A label with few answers leans on those of all labels.
//!
//! A threshold that is found among many owes some of its precision to chance, and a hundred labels that each look for their own owe
//! much to it. So the finding is judged as a whole: thresholds that were found on four fifths of the answers are tried on the last
//! one, in turn. What they keep there, less what may be chance, is what counts ([`at_least`]); where that is less than what was
//! wanted, the labels have to aim higher ([`AIMS`]). That is no promise: tickets change with time.

use serde::{Deserialize, Serialize};

use crate::metrics::Answer;

/// The precisions that thresholds are known for.
pub(crate) const STEPS: [f32; 10] = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.98, 0.99];
/// What the answers of all labels together count beside those of one label, as so many answers of its own.
const LEAN: f64 = 20.0;
/// The surest answers of all labels together say nothing on their own: one that people labelled wrongly would spoil them.
const FEWEST: usize = 50;
/// Precisions that labels may aim at, from the least of [`STEPS`] on; each leaves 7 % less wrong answers than the one before.
const AIMS: usize = 64;
/// Parts of the answers, each of which judges the thresholds that the others find.
const PARTS: usize = 5;
/// Standard errors that a measured precision may be too high by: the one-sided 99.9 % bound of a normal distribution. Of random
/// splits of a set of 2,820 tickets three in 60 fields had more wrong answers than wanted with 95 %, one in 40 with 97.5 %, one in 96
/// with 99.5 %, and none in 56 with this, the worst of those splits among them; it decides two in a hundred less than 99.5 % does.
const BOUND: f64 = 3.0;
/// Wrong answers that a precision must allow among the answers it was tried on: with fewer, one more or less decides whether it is
/// kept. 0.95 is told from 200 answers on; of 33 to 47 answers, two of 20 random splits had been below.
const TOLD_BY: f64 = 10.0;
/// What an admin counts is not the precision but the share among some decisions: on so many less than were measured here ...
const COUNTED: f64 = 0.25;
/// ... it may be this much less than what was wanted.
const SLACK: f64 = 0.01;
/// Answers that are less sure than this are not looked at: of a field with a thousand tags that is nearly all of them, and where
/// the share of right ones falls below one half lies above it.
const LEAST: f32 = 0.05;

/// The least confidence of one label for each of [`STEPS`]; more than 1 where it never gets there.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Thresholds([f32; STEPS.len()]);

impl Thresholds {
    /// From which confidence the answers for each label keep each precision.
    pub(crate) fn fit(answers: &[Vec<Answer>]) -> Vec<Self> {
        let sorted: Vec<Vec<Answer>> = answers.iter().map(|of_label| sorted(of_label)).collect();
        let kept = kept(&sorted);
        let aim_of = |step: f32| {
            let step = f64::from(step);
            let mut aims = (0..AIMS).filter(|aim| self::aim(*aim) >= step - 1e-6);
            aims.find(|aim| kept[*aim].tells(step) && kept[*aim].at_least() >= step)
        };
        let aims = STEPS.map(aim_of);
        let of_label = |found: [f32; AIMS]| Self(aims.map(|aim| aim.map_or(f32::INFINITY, |aim| found[aim])));
        found(&sorted).into_iter().map(of_label).collect()
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

fn aim(number: usize) -> f64 {
    1.0 - (1.0 - f64::from(STEPS[0])) * 0.93f64.powi(number as i32)
}

/// From the surest down.
fn sorted(answers: &[Answer]) -> Vec<Answer> {
    let mut sorted: Vec<Answer> = answers.iter().filter(|a| a.confidence >= LEAST).copied().collect();
    sorted.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    sorted
}

/// For each label the least confidence from which its answers reach each of [`AIMS`]: never less for a higher aim.
fn found(answers: &[Vec<Answer>]) -> Vec<[f32; AIMS]> {
    let all = Pooled::of(answers);
    let aims: Vec<f64> = (0..AIMS).map(aim).collect();
    let of_label = |answers: &Vec<Answer>| {
        let mut least = [f32::INFINITY; AIMS];
        let mut right = 0.0;
        for (at, answer) in answers.iter().enumerate() {
            right += f64::from(u8::from(answer.right));
            if answers
                .get(at + 1)
                .is_some_and(|next| next.confidence == answer.confidence)
            {
                continue;
            }
            let precision = (right + LEAN * all.precision(answer.confidence)) / ((at + 1) as f64 + LEAN);
            least[..aims.partition_point(|aim| *aim <= precision)].fill(answer.confidence);
        }
        least
    };
    answers.iter().map(of_label).collect()
}

/// What the answers keep that had no say in the thresholds, for each of [`AIMS`].
fn kept(answers: &[Vec<Answer>]) -> [Kept; AIMS] {
    let mut kept = [Kept::default(); AIMS];
    for part in 0..PARTS {
        let of = |mine: bool| {
            let of_label = |answers: &Vec<Answer>| {
                let picks = answers
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| (at % PARTS == part) == mine);
                picks.map(|(_, answer)| *answer).collect()
            };
            answers.iter().map(of_label).collect::<Vec<Vec<Answer>>>()
        };
        for (least, answers) in found(&of(false)).iter().zip(of(true)) {
            for answer in answers {
                for kept in &mut kept[..least.partition_point(|least| *least <= answer.confidence)] {
                    kept.given += 1;
                    kept.right += usize::from(answer.right);
                }
            }
        }
    }
    kept
}

/// Answers given, and those of them that are right.
#[derive(Debug, Clone, Copy, Default)]
struct Kept {
    given: usize,
    right: usize,
}

impl Kept {
    /// Whether there are enough answers to tell this precision.
    fn tells(self, precision: f64) -> bool {
        self.given as f64 * (1.0 - precision) >= TOLD_BY - 1e-3
    }

    /// The share of right ones less what may be chance: in the long run, and among the next few.
    ///
    /// With one half of a right and of a wrong answer added, after Jeffreys (Brown, Cai, DasGupta: "Interval Estimation for a
    /// Binomial Proportion", Statistical Science 16, 2001), so that a handful of right ones is not taken for certainty.
    fn at_least(self) -> f64 {
        let given = self.given as f64 + 1.0;
        let precision = (self.right as f64 + 0.5) / given;
        let error = (precision * (1.0 - precision) / (given + 1.0)).sqrt();
        let long_run = precision - BOUND * error;
        let next_few = precision - BOUND * error * (1.0 + 1.0 / COUNTED).sqrt();
        long_run.min(next_few + SLACK)
    }
}

/// The answers of all labels of a field, from the surest down.
struct Pooled(Vec<(f32, f64)>);

impl Pooled {
    fn of(answers: &[Vec<Answer>]) -> Self {
        let sorted = sorted(&answers.concat());
        let mut right = 0.0;
        let precision = sorted.iter().enumerate().map(|(at, answer)| {
            right += f64::from(u8::from(answer.right));
            (answer.confidence, right / (at + 1) as f64)
        });
        Self(precision.collect())
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

    /// One answer in so many wrong, evenly spread over `times` answers of each confidence from 0.5 to 1 in steps of a tenth.
    fn spread(one_wrong_in: usize, times: usize) -> Vec<Answer> {
        let one = |at: usize| Answer {
            confidence: 0.5 + (at % 6) as f32 / 10.0,
            right: at / 6 % one_wrong_in != one_wrong_in - 1,
        };
        (0..6 * times).map(one).collect()
    }

    #[test]
    fn each_label_has_its_own_threshold() {
        let good = answers(&[(0.9, true, 900), (0.6, true, 540), (0.6, false, 60)]);
        let bad = answers(&[(0.9, true, 450), (0.9, false, 450), (0.6, false, 600)]);
        let fitted = Thresholds::fit(&[good, bad]);
        let [good, bad] = fitted.as_slice() else {
            panic!("two labels")
        };
        assert!(good.precision(0.9) >= 0.97 && good.precision(0.6) >= 0.9, "{good:?}");
        assert!(good.precision(0.5) == 0.0, "nobody measured below 0.6");
        assert!(bad.precision(0.9) <= 0.5 && bad.least(6).is_none(), "{bad:?}");
    }

    #[test]
    fn a_few_answers_lean_on_those_of_all_labels() {
        let many = answers(&[(0.9, true, 985), (0.9, false, 15)]);
        let few = [answers(&[(0.9, true, 2)]), answers(&[(0.9, false, 2)]), Vec::new()];
        let all: Vec<Vec<Answer>> = few.into_iter().chain([many]).collect();
        let precisions: Vec<f32> = Thresholds::fit(&all).iter().map(|label| label.precision(0.9)).collect();
        assert_eq!(precisions, [0.95, 0.85, 0.0, 0.95]);
    }

    #[test]
    fn a_precision_that_may_be_chance_does_not_count() {
        let of = |times: usize| {
            let some = answers(&[(0.9, true, 97 * times), (0.9, false, 3 * times)]);
            Thresholds::fit(&[some])[0].precision(0.9)
        };
        assert_eq!((of(1), of(20)), (0.85, 0.95));
        // All right, and still too few to say more.
        let right = |times: usize| Thresholds::fit(&[answers(&[(0.9, true, times)])])[0].precision(0.9);
        assert_eq!((right(5), right(50), right(500)), (0.0, 0.8, 0.98));
    }

    #[test]
    fn what_many_labels_find_by_chance_is_not_believed() {
        // 200 labels with 60 answers each, of which one in ten is wrong, wherever chance put it: confidence says nothing, and yet
        // each label finds its own threshold above its wrong answers.
        use rand::{RngExt as _, SeedableRng as _};
        let mut random = rand::rngs::Xoshiro256PlusPlus::seed_from_u64(1);
        let mut label = |_| {
            let one = |at: u8| Answer {
                confidence: 0.5 + f32::from(at) / 150.0,
                right: random.random_range(0..10) > 0,
            };
            (0..60).map(one).collect::<Vec<Answer>>()
        };
        let labels: Vec<Vec<Answer>> = (0..200).map(&mut label).collect();
        let lucky = found(&labels).iter().filter(|least| least[32] < 1.0).count();
        assert!(aim(32) > 0.95 && lucky > 20, "{lucky} labels look better than they are");
        assert!(Thresholds::fit(&labels).iter().all(|label| label.least(6).is_none()));
        assert!(Thresholds::fit(&labels).iter().any(|label| label.least(4).is_some()));
    }

    #[test]
    fn a_higher_precision_never_asks_for_less_confidence() {
        let fitted = Thresholds::fit(&[spread(4, 200), spread(40, 500), spread(2, 30)]);
        assert!(fitted.iter().all(|label| label.0.is_sorted()), "{fitted:?}");
        assert!(fitted[1].least(5).is_some());
    }

    #[test]
    fn one_wrong_label_at_the_top_spoils_nothing() {
        let some = answers(&[(0.99, false, 1), (0.9, true, 1200)]);
        assert_eq!(Thresholds::fit(&[some])[0].precision(0.9), 0.99);
    }
}
