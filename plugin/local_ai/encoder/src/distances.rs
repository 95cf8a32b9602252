//! What MPNet adds to the score of two tokens for the distance between them.

use crate::config::Config;
use crate::error::OpenError;
use crate::weights::Weights;

/// Rows of the model's table: half of them for keys before the query, half for keys after it.
pub(crate) const BUCKETS: usize = 32;
/// From here on distances share a row with their neighbours: 8 · 2^(k/2) for k from 1 to 7, rounded up. Nearer ones have one each.
///
/// From `relative_position_bucket` of transformers' `modeling_mpnet.py`, which computes them by logarithms.
const SHARED: [usize; 7] = [12, 16, 23, 32, 46, 64, 91];
const FIRST_SHARED: usize = 8;

/// One number per head and distance.
#[derive(Debug)]
pub(crate) struct Distances {
    /// The most tokens of a text.
    tokens: usize,
    /// For each head all distances of a key from its query, from the furthest before it to the furthest after it.
    values: Vec<f32>,
}

impl Distances {
    pub(crate) fn read(config: &Config, weights: &Weights) -> Result<Self, OpenError> {
        let table = weights.body("encoder.relative_attention_bias.weight", &[BUCKETS, config.heads])?;
        let tokens = config.max_tokens();
        // Scores are divided by this after these numbers were added.
        let scale = ((config.width / config.heads) as f32).sqrt();
        let before = (1..tokens).rev().map(bucket);
        let after = (1..tokens).map(|distance| BUCKETS / 2 + bucket(distance));
        let rows: Vec<usize> = before.chain([0]).chain(after).collect();
        let of_head = |head: usize| rows.iter().map(move |row| (head, row));
        let values = (0..config.heads).flat_map(of_head);
        Ok(Self {
            tokens,
            values: values
                .map(|(head, row)| table[row * config.heads + head] * scale)
                .collect(),
        })
    }

    /// For the token `query` and each of the first `count` tokens.
    pub(crate) fn of(&self, head: usize, query: usize, count: usize) -> &[f32] {
        let here = head * (2 * self.tokens - 1) + self.tokens - 1;
        &self.values[here - query..here - query + count]
    }
}

fn bucket(distance: usize) -> usize {
    if distance < FIRST_SHARED {
        distance
    } else {
        FIRST_SHARED + SHARED.partition_point(|from| *from <= distance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn far_distances_share_a_row() {
        let found = [0, 1, 7, 8, 11, 12, 15, 16, 22, 23, 31, 32, 45, 46, 63, 64, 90, 91, 5000].map(bucket);
        assert_eq!(
            found,
            [0, 1, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13, 14, 14, 15, 15]
        );
    }

    #[test]
    fn a_row_starts_at_the_distance_of_the_first_token() {
        let distances = Distances {
            tokens: 3,
            values: vec![-2.0, -1.0, 0.0, 1.0, 2.0, -20.0, -10.0, 0.0, 10.0, 20.0],
        };
        assert_eq!(distances.of(0, 0, 3), [0.0, 1.0, 2.0]);
        assert_eq!(distances.of(0, 2, 3), [-2.0, -1.0, 0.0]);
        assert_eq!(distances.of(1, 1, 2), [-10.0, 0.0]);
    }
}
