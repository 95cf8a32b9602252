//! Labels as places among the vectors of an encoder.

use std::collections::BTreeMap;

use otai_encoder::Encoder;
use otai_plugin::Failure;
use otai_plugin::model::Label;

use super::hint::LabelInWords;
use crate::scores;

/// The labels of one field, each with a vector of length 1.
#[derive(Debug)]
pub(super) struct Places {
    names: Vec<String>,
    vectors: Vec<Vec<f32>>,
}

impl Places {
    /// Embeds what is said of the labels of `field`.
    ///
    /// # Errors
    /// A label of which the encoder makes no vector.
    pub(super) fn new(
        field: &str,
        labels: &BTreeMap<String, LabelInWords>,
        encoder: &Encoder,
    ) -> Result<Self, Failure> {
        let mut vectors = Vec::with_capacity(labels.len());
        for (name, words) in labels {
            let sentences = words.sentences(name);
            let sentences: Vec<&str> = sentences.iter().map(String::as_str).collect();
            let mut embedded = encoder.embed(&sentences).into_values();
            vectors.push(mean(&mut embedded, encoder.dim()).ok_or_else(|| {
                Failure::refused(format!(
                    "the encoder makes no vector of what is said of label `{name}` of `{field}`: say it in other words"
                ))
            })?);
        }
        Ok(Self {
            names: labels.keys().cloned().collect(),
            vectors,
        })
    }

    /// The cosine of the vector, which has length 1, with each label.
    pub(super) fn similarities(&self, vector: &[f32]) -> Vec<f32> {
        self.vectors.iter().map(|label| dot(label, vector)).collect()
    }

    /// The labels of a field that holds one.
    pub(super) fn one(&self, similar: &[f32], temperature: f32) -> Option<Vec<Label>> {
        let scores: Vec<f32> = similar.iter().map(|cosine| cosine / temperature).collect();
        scores::one(&self.names, &scores)
    }

    /// The labels of a field that holds any number of them; one as similar as `even` is as probable as not.
    pub(super) fn many(&self, similar: &[f32], even: f32, temperature: f32) -> Option<Vec<Label>> {
        let scores: Vec<f32> = similar.iter().map(|cosine| (cosine - even) / temperature).collect();
        scores::many(&self.names, &scores)
    }

    /// How similar two different labels are in the mean; `None` with one label.
    pub(super) fn alike(&self) -> Option<f32> {
        let pairs = |at: usize| {
            self.vectors[..at]
                .iter()
                .map(move |other| dot(other, &self.vectors[at]))
        };
        let all: Vec<f32> = (0..self.vectors.len()).flat_map(pairs).collect();
        (!all.is_empty()).then(|| all.iter().sum::<f32>() / all.len() as f32)
    }
}

/// Scales each of the vectors, which have `dim` numbers, to length 1; `None` for one that has no direction.
pub(super) fn units(vectors: &mut [f32], dim: usize) -> impl Iterator<Item = Option<&[f32]>> {
    vectors.chunks_exact_mut(dim).map(unit)
}

fn unit(vector: &mut [f32]) -> Option<&[f32]> {
    let length = dot(vector, vector).sqrt();
    if !length.is_finite() || length < 1e-12 {
        return None;
    }
    vector.iter_mut().for_each(|x| *x /= length);
    Some(vector)
}

/// The direction of the mean of the unit vectors.
fn mean(vectors: &mut [f32], dim: usize) -> Option<Vec<f32>> {
    let mut sum = vec![0.0; dim];
    for vector in units(vectors, dim) {
        sum.iter_mut().zip(vector?).for_each(|(s, x)| *s += x);
    }
    unit(&mut sum)?;
    Some(sum)
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> Places {
        Places {
            names: vec!["Billing".into(), "Network".into()],
            vectors: vec![
                mean(&mut [1.0, 0.0, 1.6, 1.2], 2).unwrap(),
                mean(&mut [0.0, 3.0], 2).unwrap(),
            ],
        }
    }

    #[test]
    fn confidence_is_the_softmax_of_similarities() {
        let similar = places().similarities(&[0.6, 0.8]);
        // Billing lies at (1.8, 0.6)/sqrt(3.6), whatever the lengths of its sentences' vectors.
        let cosine = (0.6 * 1.8 + 0.8 * 0.6) / 3.6_f32.sqrt();
        assert!(
            (similar[0] - cosine).abs() < 1e-6 && (similar[1] - 0.8).abs() < 1e-6,
            "{similar:?}"
        );
        let labels = places().one(&similar, 0.1).unwrap();
        let expected = 1.0 / (1.0 + ((0.8 - cosine) / 0.1).exp());
        assert_eq!(labels[0].name, "Billing");
        assert!((labels[0].confidence - expected).abs() < 1e-5, "{labels:?}");
        assert!(
            places().one(&similar, 0.001).unwrap()[0].confidence > 0.999,
            "colder is surer"
        );
    }

    #[test]
    fn a_tag_is_given_by_its_own_similarity() {
        let labels = places().many(&[0.4, 0.1], 0.35, 0.05).unwrap();
        assert_eq!(labels.len(), 1);
        assert!(
            (labels[0].confidence - 1.0 / (1.0 + (-1f32).exp())).abs() < 1e-5,
            "{labels:?}"
        );
        assert_eq!(places().many(&[0.4, 0.39], 0.35, 0.05).unwrap().len(), 2);
    }

    #[test]
    fn a_vector_without_direction_is_none() {
        assert_eq!(mean(&mut [0.0, 0.0], 2), None);
        assert_eq!(mean(&mut [1.0, 0.0, -1.0, 0.0], 2), None);
        assert_eq!(mean(&mut [f32::NAN, 0.0], 2), None);
        assert!((places().alike().unwrap() - 0.6 / 3.6_f32.sqrt()).abs() < 1e-6);
    }
}
