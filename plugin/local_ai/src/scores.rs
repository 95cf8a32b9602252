//! Scores become labels with probabilities, the most probable first.

use otai_plugin::model::Label;

use crate::model::{MAX_ANSWERS, MIN_TAG_PROBABILITY};

/// The labels of a field that holds one: the softmax of `scores`, at most [`MAX_ANSWERS`]. `None` if a score is no number.
pub(crate) fn one(names: &[String], scores: &[f32]) -> Option<Vec<Label>> {
    if !all_numbers(scores) {
        return None;
    }
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let weights: Vec<f64> = scores.iter().map(|score| f64::from(score - most).exp()).collect();
    let sum: f64 = weights.iter().sum();
    let mut labels = sorted(names, weights.iter().map(|weight| weight / sum), 0.0);
    labels.truncate(MAX_ANSWERS);
    Some(labels)
}

/// The labels of a field that holds any number of them: the sigmoid of each score, if it is at least [`MIN_TAG_PROBABILITY`].
/// `None` if a score is no number.
pub(crate) fn many(names: &[String], scores: &[f32]) -> Option<Vec<Label>> {
    let sigmoid = |score: &f32| 1.0 / (1.0 + f64::from(-score).exp());
    all_numbers(scores).then(|| sorted(names, scores.iter().map(sigmoid), MIN_TAG_PROBABILITY))
}

fn all_numbers(scores: &[f32]) -> bool {
    scores.iter().all(|score| score.is_finite())
}

fn sorted(names: &[String], probabilities: impl Iterator<Item = f64>, least: f32) -> Vec<Label> {
    let all = names.iter().zip(probabilities.map(|probability| probability as f32));
    let told = all.filter(|(_, probability)| *probability >= least);
    let mut labels: Vec<Label> = told.map(|(name, probability)| Label::new(name, probability)).collect();
    labels.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|at| at.to_string()).collect()
    }

    #[test]
    fn one_label_is_a_softmax_of_the_five_best() {
        let scores: Vec<f32> = (0..7).map(|at| at as f32).collect();
        let labels = one(&names(7), &scores).unwrap();
        let best: Vec<&str> = labels.iter().map(|l| l.name.as_str()).collect();
        assert_eq!(best, ["6", "5", "4", "3", "2"]);
        let sum: f64 = (0..7).map(|at| f64::from(at).exp()).sum();
        assert!(
            (f64::from(labels[0].confidence) - 6f64.exp() / sum).abs() < 1e-6,
            "{labels:?}"
        );
        // What would overflow without a care.
        assert_eq!(one(&names(2), &[1000.0, -1000.0]).unwrap()[0].confidence, 1.0);
    }

    #[test]
    fn each_of_many_labels_stands_alone() {
        let labels = many(&names(4), &[-1.3863, 0.0, 3.0, -1.5]).unwrap();
        let told: Vec<(&str, f32)> = labels
            .iter()
            .map(|l| (l.name.as_str(), (l.confidence * 100.0).round()))
            .collect();
        assert_eq!(told, [("2", 95.0), ("1", 50.0)], "those below 0.2 are not told");
        assert!(many(&names(1), &[-100.0]).unwrap().is_empty());
    }

    #[test]
    fn what_is_no_number_gives_no_labels() {
        assert_eq!(one(&names(2), &[f32::NAN, 0.0]), None);
        assert_eq!(one(&names(2), &[f32::INFINITY, 0.0]), None);
        assert_eq!(many(&names(2), &[0.0, f32::NAN]), None);
        assert_eq!(many(&names(2), &[0.0, f32::INFINITY]), None);
    }
}
