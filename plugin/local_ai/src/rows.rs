//! The rows of all training texts, one after another (compressed sparse rows).

use rayon::prelude::*;

use crate::space::{Row, Scratch, Space};

/// Sparse rows in one piece of memory.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    starts: Vec<usize>,
    ids: Vec<u32>,
    values: Vec<f32>,
    /// How many features there are: ids are below.
    pub(crate) width: usize,
    /// Per row the share (0 to 1) of the text that the space knows.
    pub(crate) known: Vec<f32>,
}

impl Rows {
    /// The rows of `texts` in their order.
    pub(crate) fn of(space: &Space, texts: &[&str]) -> Self {
        let mut rows = Self {
            starts: vec![0],
            width: space.len(),
            ..Self::default()
        };
        for piece in texts.chunks(512) {
            let made: Vec<(Row, f32)> = piece
                .par_iter()
                .map_init(Scratch::default, |scratch, text| {
                    let mut row = Row::new();
                    let known = space.row(text, scratch, &mut row);
                    // In the order of ids the frequent features, whose weights stay in the cache, come together.
                    row.sort_unstable_by_key(|(id, _)| *id);
                    (row, known)
                })
                .collect();
            for (row, known) in made {
                rows.push(&row, known);
            }
        }
        rows
    }

    /// Appends one row.
    pub(crate) fn push(&mut self, row: &[(u32, f32)], known: f32) {
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        self.ids.extend(row.iter().map(|(id, _)| *id));
        self.values.extend(row.iter().map(|(_, value)| *value));
        self.starts.push(self.ids.len());
        self.known.push(known);
    }

    /// Row `at` as (feature, value) pairs.
    pub(crate) fn row(&self, at: usize) -> impl Iterator<Item = (usize, f32)> + '_ {
        let range = self.starts[at]..self.starts[at + 1];
        self.ids[range.clone()]
            .iter()
            .map(|id| *id as usize)
            .zip(self.values[range].iter().copied())
    }

    /// The scalar product of row `at` with `weights` (at least `width` long).
    pub(crate) fn dot(&self, at: usize, weights: &[f32]) -> f32 {
        let range = self.starts[at]..self.starts[at + 1];
        let (ids, more_ids) = self.ids[range.clone()].as_chunks::<4>();
        let (values, more_values) = self.values[range].as_chunks::<4>();
        // Four sums: with one, every addition waits for the one before.
        let mut sums = [0.0; 4];
        for (ids, values) in ids.iter().zip(values) {
            for lane in 0..4 {
                sums[lane] += weights[ids[lane] as usize] * values[lane];
            }
        }
        let rest: f32 = more_ids
            .iter()
            .zip(more_values)
            .map(|(id, value)| weights[*id as usize] * value)
            .sum();
        (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
    }
}
