//! Which texts go into one request.

use std::ops::Range;

/// Bytes of texts in one request: half of what the engine takes as a body (issue text-embeddings-inference#50: 2 MB).
const REQUEST_BYTES: usize = 1_000_000;

/// A text with its place in the batch.
pub(crate) type Numbered = (usize, String);

/// Neighbours that go into one request: at most `most`, and not too many bytes.
pub(crate) fn chunks(texts: &[Numbered], most: usize) -> Vec<Range<usize>> {
    let mut chunks = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (index, (_, text)) in texts.iter().enumerate() {
        if index > start && (index - start == most || bytes + text.len() > REQUEST_BYTES) {
            chunks.push(start..index);
            (start, bytes) = (index, 0);
        }
        bytes += text.len();
    }
    chunks.push(start..texts.len());
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_small_in_number_and_in_bytes() {
        let texts = |lengths: &[usize]| -> Vec<Numbered> { lengths.iter().map(|n| (0, "x".repeat(*n))).collect() };
        assert_eq!(chunks(&texts(&[1, 1, 1, 1, 1]), 2), [0..2, 2..4, 4..5]);
        assert_eq!(
            chunks(&texts(&[600_000, 600_000, 10, 2_000_000, 5]), 9),
            [0..1, 1..3, 3..4, 4..5]
        );
    }
}
