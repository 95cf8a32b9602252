//! Decisions in the order of their confidence: what a threshold would let through, and whether the confidence tells the truth.

use super::report::AtPrecision;

/// Bins of the expected calibration error: 15 since Guo et al. 2017, and in the cards of the models.
const BINS: usize = 15;

/// One label for one text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Decision {
    /// Which text; any number below the number of texts.
    pub(super) text: usize,
    /// 0 to 1. From an `f32`, and compared as the pipeline does: as an `f64` that is not rounded.
    pub(super) confidence: f64,
    pub(super) right: bool,
}

pub(super) fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Each bin holds its lower edge; the last one, 1 as well.
pub(super) fn calibration_error(decisions: &[Decision]) -> Option<f64> {
    let mut gaps = [0.0; BINS];
    for decision in decisions {
        let bin = (decision.confidence * BINS as f64) as usize;
        gaps[bin.min(BINS - 1)] += decision.confidence - f64::from(u8::from(decision.right));
    }
    (!decisions.is_empty()).then(|| gaps.iter().map(|gap: &f64| gap.abs()).sum::<f64>() / decisions.len() as f64)
}

/// Coverage of `texts` texts and precision of the decisions from `threshold` on.
pub(super) fn at_threshold(decisions: &[Decision], texts: usize, threshold: f64) -> (Option<f64>, Option<f64>) {
    let taken: Vec<&Decision> = decisions.iter().filter(|d| d.confidence >= threshold).collect();
    let right = taken.iter().filter(|d| d.right).count();
    let mut covered: Vec<usize> = taken.iter().map(|d| d.text).collect();
    covered.sort_unstable();
    covered.dedup();
    (share(covered.len(), texts), share(right, taken.len()))
}

/// The threshold that covers most texts with at least the `wanted` precision. No threshold parts decisions of equal confidence,
/// so they are taken together or not at all.
pub(super) fn at_precision(mut decisions: Vec<Decision>, texts: usize, wanted: f64) -> Option<AtPrecision> {
    decisions.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    let mut covered = vec![false; texts];
    let (mut taken, mut right, mut reached) = (0, 0, 0);
    let mut best = None;
    let mut blocks = decisions.chunk_by(|a, b| a.confidence == b.confidence).peekable();
    while let Some(block) = blocks.next() {
        for decision in block {
            taken += 1;
            right += usize::from(decision.right);
            reached += usize::from(!std::mem::replace(&mut covered[decision.text], true));
        }
        let (Some(precision), Some(coverage)) = (share(right, taken), share(reached, texts)) else {
            continue;
        };
        if precision >= wanted {
            // The last one that is good enough covers most: coverage never falls.
            let next = blocks.peek().map(|block| block[0].confidence);
            best = Some(AtPrecision {
                threshold: between(next, block[0].confidence),
                coverage,
                precision,
            });
        }
    }
    best
}

/// The shortest number above `lower` and not above `upper`, for a person to copy; with two digits at least.
fn between(lower: Option<f64>, upper: f64) -> f64 {
    let rounded = |digits: i32| (upper * 10f64.powi(digits)).floor() / 10f64.powi(digits);
    let parts = |number: &f64| *number <= upper && lower.is_none_or(|lower| *number > lower);
    (2..9).map(rounded).find(parts).unwrap_or(upper)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decisions(all: &[(usize, f64, bool)]) -> Vec<Decision> {
        all.iter()
            .map(|(text, confidence, right)| Decision {
                text: *text,
                confidence: *confidence,
                right: *right,
            })
            .collect()
    }

    #[test]
    fn the_gap_is_taken_bin_by_bin() {
        // 0.5 and 0.52 share a bin (7/15 to 8/15): |1.02 − 1| = 0.02. 0.9: |0.9 − 1| = 0.1. 0.1: 0.1. Mean over four: 0.055.
        let four = decisions(&[(0, 0.5, true), (1, 0.52, false), (2, 0.9, true), (3, 0.1, false)]);
        assert!((calibration_error(&four).unwrap() - 0.055).abs() < 1e-12);
        // One and a confidence just below it are in one bin, and two lower than 1/15 as well.
        let edges = decisions(&[(0, 1.0, false), (1, 0.94, true), (2, 0.0, true), (3, 0.06, false)]);
        assert!((calibration_error(&edges).unwrap() - (0.94 + 0.94) / 4.0).abs() < 1e-12);
        // The edge between two bins belongs to the upper: 0.2 apart from 0.19.
        let apart = decisions(&[(0, 0.2, true), (1, 0.19, false)]);
        assert!((calibration_error(&apart).unwrap() - (0.8 + 0.19) / 2.0).abs() < 1e-12);
        // Fifteen bins, not ten: 0.61 and 0.69 lie apart. The last one begins at 14/15: 1 and 0.92 lie apart.
        let tenths = decisions(&[(0, 0.61, true), (1, 0.69, false)]);
        assert!((calibration_error(&tenths).unwrap() - (0.39 + 0.69) / 2.0).abs() < 1e-12);
        let top = decisions(&[(0, 1.0, false), (1, 0.92, true)]);
        assert!((calibration_error(&top).unwrap() - (1.0 + 0.08) / 2.0).abs() < 1e-12);
        assert_eq!(calibration_error(&[]), None);
    }

    #[test]
    fn a_threshold_takes_its_own_confidence_and_counts_texts_once() {
        let all = decisions(&[(0, 0.9, true), (0, 0.8, false), (1, 0.7, true), (2, 0.1, false)]);
        assert_eq!(at_threshold(&all, 4, 0.8), (Some(0.25), Some(0.5)));
        assert_eq!(at_threshold(&all, 4, 0.7), (Some(0.5), Some(2.0 / 3.0)));
        assert_eq!(at_threshold(&all, 4, 0.95), (Some(0.0), None));
        assert_eq!(at_threshold(&[], 0, 0.5), (None, None));
    }

    #[test]
    fn the_largest_coverage_at_the_wanted_precision() {
        // Precision from the top: 1, 1/2, 2/3, 3/4, 3/5. The dip at the second does not end the search.
        let all = decisions(&[
            (0, 0.95, true),
            (1, 0.9, false),
            (2, 0.8, true),
            (3, 0.7, true),
            (4, 0.2, false),
        ]);
        let at = |wanted| at_precision(all.clone(), 5, wanted);
        assert_eq!(
            at(0.75),
            Some(AtPrecision {
                threshold: 0.7,
                coverage: 0.8,
                precision: 0.75
            })
        );
        assert_eq!(
            at(0.76),
            Some(AtPrecision {
                threshold: 0.95,
                coverage: 0.2,
                precision: 1.0
            })
        );
        assert_eq!(
            at(0.0),
            Some(AtPrecision {
                threshold: 0.2,
                coverage: 1.0,
                precision: 0.6
            })
        );
        assert_eq!(at(1.01), None);
        assert_eq!(at(f64::NAN), None);
        assert_eq!(at_precision(Vec::new(), 0, 0.0), None);
    }

    #[test]
    fn equals_are_taken_together() {
        // By itself, the first would be right every time; with its twin, half the time.
        let all = decisions(&[(0, 0.8, true), (1, 0.8, false), (2, 0.5, true)]);
        assert_eq!(at_precision(all.clone(), 3, 0.9), None);
        let half = at_precision(all[..2].to_vec(), 2, 0.5);
        assert_eq!(
            half,
            Some(AtPrecision {
                threshold: 0.8,
                coverage: 1.0,
                precision: 0.5
            })
        );
    }

    #[test]
    fn thresholds_are_short_but_part_what_they_must() {
        assert_eq!(between(Some(0.5), 0.87654), 0.87);
        assert_eq!(between(Some(0.871), 0.87654), 0.876);
        assert_eq!(between(None, 0.87654), 0.87);
        // 0.9 as `f32` lies below 0.9: 0.9 itself would let nothing through.
        assert_eq!(between(Some(0.8), f64::from(0.9f32)), 0.89);
        let (lower, upper) = (f64::from(0.9f32.next_down()), f64::from(0.9f32));
        let parting = between(Some(lower), upper);
        assert!(lower < parting && parting <= upper, "{parting}");
        assert_eq!(between(Some(0.5f64.next_down()), 0.5), 0.5);
        assert_eq!(between(Some(0.3), 0.3f64.next_up()), 0.3f64.next_up());
    }
}
