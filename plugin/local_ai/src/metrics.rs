//! What is reported about answers: how often they are right, and whether their confidence says so.

/// One decision: with which probability it was made and whether it was right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answer {
    /// The probability given, 0 to 1.
    pub confidence: f32,
    /// Whether it was right.
    pub right: bool,
}

/// Share of right answers, 0 to 1; 0 without any.
pub fn accuracy(answers: &[Answer]) -> f64 {
    share(answers.iter().filter(|a| a.right).count(), answers.len())
}

/// Expected calibration error over 15 bins of equal width (Guo et al. 2017), 0 to 1: the mean gap between confidence and accuracy.
pub fn calibration_error(answers: &[Answer]) -> f64 {
    const BINS: usize = 15;
    let mut bins = [(0.0f64, 0.0f64); BINS];
    for answer in answers {
        let bin = &mut bins[((answer.confidence * BINS as f32) as usize).min(BINS - 1)];
        bin.0 += f64::from(answer.confidence);
        bin.1 += f64::from(u8::from(answer.right));
    }
    bins.iter().map(|(sure, right)| (sure - right).abs()).sum::<f64>() / answers.len().max(1) as f64
}

/// At `threshold`: the share of answers given at all, and the share of those that are right (both 0 to 1).
pub fn at_threshold(answers: &[Answer], threshold: f32) -> (f64, f64) {
    let given = answers.iter().filter(|a| a.confidence >= threshold).count();
    let right = answers.iter().filter(|a| a.confidence >= threshold && a.right).count();
    (share(given, answers.len()), share(right, given))
}

/// The mean F1 over `labels` labels of single answers, given as (true, predicted) label numbers.
pub(crate) fn macro_f1(pairs: &[(u32, u32)], labels: usize) -> f64 {
    let mut counts = vec![Hits::default(); labels];
    for (truth, predicted) in pairs {
        if truth == predicted {
            counts[*truth as usize].right += 1;
        } else {
            counts[*truth as usize].missed += 1;
            counts[*predicted as usize].wrong += 1;
        }
    }
    counts.iter().map(Hits::f1).sum::<f64>() / labels.max(1) as f64
}

/// Hits and misses of one label.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Hits {
    pub(crate) right: usize,
    pub(crate) missed: usize,
    pub(crate) wrong: usize,
}

impl Hits {
    /// Harmonic mean of precision and recall, 0 to 1.
    pub(crate) fn f1(&self) -> f64 {
        share(2 * self.right, 2 * self.right + self.missed + self.wrong)
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_by_hand() {
        let answers = [(0.9, true), (0.9, false), (0.4, true), (0.4, false)]
            .map(|(confidence, right)| Answer { confidence, right });
        assert_eq!(accuracy(&answers), 0.5);
        // Two bins of two: |1.8 − 1| and |0.8 − 1|, over four answers.
        assert!((calibration_error(&answers) - 0.25).abs() < 1e-6);
        assert_eq!(at_threshold(&answers, 0.8), (0.5, 0.5));
        assert_eq!(at_threshold(&answers, 0.95), (0.0, 0.0));
        // Label 0: one hit, one miss: F1 2/3. Label 1: one hit, one wrong: 2/3. Label 2: nothing: 0.
        assert!((macro_f1(&[(0, 0), (0, 1), (1, 1)], 3) - 4.0 / 9.0).abs() < 1e-9);
    }

    #[test]
    fn no_answers_are_no_trouble() {
        assert_eq!(
            (accuracy(&[]), calibration_error(&[]), at_threshold(&[], 0.5)),
            (0.0, 0.0, (0.0, 0.0))
        );
    }
}
