//! What of a batch goes to a model: the fields that are wanted, and the texts that say anything.

use otai_plugin::model::{Classified, Classify, Prediction, Text};

use crate::text::Words;

/// Texts that a model gets at once: bounds the memory of its pass.
const AT_ONCE: usize = 256;
/// Why a text without a word is left.
const EMPTY: &str = "the text is empty";

/// Whether `field` is wanted; a batch that names no fields wants all.
pub(crate) fn wants(batch: &Classify, field: &str) -> bool {
    batch.fields.is_empty() || batch.fields.iter().any(|wanted| wanted == field)
}

/// Whether the text holds anything that could mean something: a word, a number or a sign like an emoji.
pub(crate) fn says_something(text: &str) -> bool {
    let mut words = Words::default();
    words.read(text);
    !words.spans.is_empty()
}

/// A prediction for every text: what `answer` says of those that say something (one for each of the texts that it is given), none
/// for the others.
pub(crate) fn predict(texts: &[Text], mut answer: impl FnMut(&[&str]) -> Vec<Prediction>) -> Classified {
    let mut predictions: Vec<Prediction> = texts.iter().map(|_| left(EMPTY)).collect();
    let telling: Vec<usize> = (0..texts.len()).filter(|at| says_something(&texts[*at].text)).collect();
    for places in telling.chunks(AT_ONCE) {
        let texts: Vec<&str> = places.iter().map(|at| texts[*at].text.as_str()).collect();
        for (at, prediction) in places.iter().zip(answer(&texts)) {
            predictions[*at] = prediction;
        }
    }
    Classified { predictions }
}

/// A text on which nothing is decided.
pub(crate) fn left(why: &str) -> Prediction {
    Prediction {
        leave: Some(why.to_owned()),
        ..Prediction::default()
    }
}
