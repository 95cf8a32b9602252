//! Zero-shot: the label whose description and examples are nearest to a text in meaning.
//!
//! A label's place is the mean of the unit vectors of its description and examples, made a unit vector again; the confidence is
//! the softmax over labels of cosine similarity / temperature. It says which label is nearest and by how much, not how often
//! that is right.

use otai_plugin::{Failure, Response, answers, model::Label};

/// Labels as places among the embeddings.
#[derive(Debug)]
pub(crate) struct Places {
    labels: Vec<(String, Vec<f64>)>,
}

/// One vector for each of `texts` texts; `None` for one that is no vector (not a number, or nothing but zeros).
///
/// Shape: text-embeddings-inference, `router/src/http/types.rs`, `EmbedResponse`: a list of lists of numbers.
pub(crate) fn read(response: &Response, texts: usize) -> Result<Vec<Option<Vec<f64>>>, Failure> {
    let rows: Vec<Vec<Option<f64>>> = answers::read("the engine", response)?;
    if rows.len() != texts {
        let n = rows.len();
        return Err(Failure::bug(format!(
            "the engine gave {n} embeddings for {texts} texts"
        )));
    }
    Ok(rows
        .into_iter()
        .map(|row| unit(row.into_iter().collect::<Option<_>>()?))
        .collect())
}

fn unit(mut vector: Vec<f64>) -> Option<Vec<f64>> {
    let norm = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
    if !norm.is_finite() || norm <= 0.0 {
        return None;
    }
    vector.iter_mut().for_each(|x| *x /= norm);
    Some(vector)
}

impl Places {
    /// From each label with the vectors of its sentences.
    pub(crate) fn new(labels: Vec<(String, Vec<Option<Vec<f64>>>)>) -> Result<Self, Failure> {
        let unusable = || Failure::retry("the engine gave no usable embedding of the labels' descriptions");
        let width = labels
            .iter()
            .find_map(|(_, v)| v.first()?.as_ref().map(Vec::len))
            .ok_or_else(unusable)?;
        let place = |(label, vectors): (String, Vec<Option<Vec<f64>>>)| {
            let mut sum = vec![0.0; width];
            for vector in vectors {
                let vector = vector.filter(|v| v.len() == width)?;
                sum.iter_mut().zip(vector).for_each(|(s, x)| *s += x);
            }
            Some((label, unit(sum)?))
        };
        let labels = labels
            .into_iter()
            .map(place)
            .collect::<Option<_>>()
            .ok_or_else(unusable)?;
        Ok(Self { labels })
    }

    /// True if vectors of the same model as the labels' have this length.
    pub(crate) fn fits(&self, vector: &[f64]) -> bool {
        self.labels
            .first()
            .is_some_and(|(_, place)| place.len() == vector.len())
    }

    /// Nearest first.
    pub(crate) fn labels(&self, vector: &[f64], temperature: f64) -> Vec<Label> {
        let cosine = |place: &[f64]| place.iter().zip(vector).map(|(a, b)| a * b).sum::<f64>();
        let mut all: Vec<(&str, f64)> = self
            .labels
            .iter()
            .map(|(label, p)| (label.as_str(), cosine(p)))
            .collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1));
        let best = all.first().map_or(0.0, |(_, cosine)| *cosine);
        let weight = |cosine: f64| ((cosine - best) / temperature).exp();
        let total: f64 = all.iter().map(|(_, cosine)| weight(*cosine)).sum();
        let label = |(label, cosine): (&str, f64)| Label::new(label, (weight(cosine) / total).clamp(0.0, 1.0) as f32);
        all.into_iter().map(label).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> Places {
        let v = |x: f64, y: f64| Some(vec![x, y]);
        Places::new(vec![
            ("Billing".into(), vec![v(1.0, 0.0), v(0.8, 0.6)]),
            ("Network".into(), vec![v(0.0, 1.0)]),
        ])
        .unwrap()
    }

    #[test]
    fn confidence_is_the_softmax_of_similarities() {
        let labels = places().labels(&[0.6, 0.8], 0.1);
        // Billing lies at (1.8, 0.6)/sqrt(3.6): cosines 0.8222 and 0.8.
        let cosine = (0.6 * 1.8 + 0.8 * 0.6) / 3.6_f64.sqrt();
        let expected = 1.0 / (1.0 + ((0.8 - cosine) / 0.1).exp());
        assert_eq!(labels[0].name, "Billing");
        assert!((f64::from(labels[0].confidence) - expected).abs() < 1e-6, "{labels:?}");
        let sum: f32 = labels.iter().map(|l| l.confidence).sum();
        assert!((sum - 1.0).abs() < 1e-6);
        assert!(
            places().labels(&[0.6, 0.8], 0.001)[0].confidence > 0.999,
            "colder is surer"
        );
    }

    #[test]
    fn vectors_of_another_length_or_of_nothing_are_noticed() {
        assert!(!places().fits(&[1.0, 0.0, 0.0]));
        let short = vec![
            ("a".to_owned(), vec![Some(vec![1.0, 0.0])]),
            ("b".to_owned(), vec![Some(vec![1.0])]),
        ];
        assert!(Places::new(short).is_err());
        assert!(Places::new(vec![("a".to_owned(), vec![None])]).is_err());
        assert_eq!(unit(vec![0.0, 0.0]), None);
        assert_eq!(unit(vec![f64::INFINITY]), None);
    }
}
