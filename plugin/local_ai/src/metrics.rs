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
