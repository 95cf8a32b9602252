//! The rows of all training texts, one after another: sparse lexical features, and behind them dense ones where an encoder helps.

use rayon::prelude::*;

use crate::meaning::Meaning;
use crate::space::{Row, Scratch, Space};

/// Rows in one piece of memory.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    starts: Vec<usize>,
    ids: Vec<u32>,
    values: Vec<f32>,
    /// How many lexical features there are: ids are below.
    pub(crate) width: usize,
    /// `dense_width` numbers per row.
    pub(crate) dense: Vec<f32>,
    pub(crate) dense_width: usize,
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

    /// Adds what the encoder says to all rows. `vectors`: those of all texts, one after another.
    ///
    /// A text is then known whatever its words are, as long as it has any: what the encoder was taught says nothing here.
    pub(crate) fn join(&mut self, meaning: &Meaning, vectors: &[f32]) {
        self.dense_width = meaning.len();
        self.dense = Vec::with_capacity(self.known.len() * self.dense_width);
        for vector in vectors.chunks_exact(meaning.dim()) {
            meaning.extend(vector, &mut self.dense);
        }
        self.known.fill(1.0);
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

    /// How many features of both kinds there are.
    pub(crate) fn features(&self) -> usize {
        self.width + self.dense_width
    }

    /// The lexical part of row `at` as (feature, value) pairs.
    fn sparse(&self, at: usize) -> impl Iterator<Item = (usize, f32)> + '_ {
        let range = self.starts[at]..self.starts[at + 1];
        self.ids[range.clone()]
            .iter()
            .map(|id| *id as usize)
            .zip(self.values[range].iter().copied())
    }

    fn dense(&self, at: usize) -> &[f32] {
        &self.dense[at * self.dense_width..(at + 1) * self.dense_width]
    }

    /// The square of the length of row `at`, lexical features times `lexical`.
    pub(crate) fn square(&self, at: usize, lexical: f32) -> f32 {
        let sparse: f32 = self.sparse(at).map(|(_, v)| v * v).sum();
        lexical * lexical * sparse + self.dense(at).iter().map(|v| v * v).sum::<f32>()
    }

    /// Adds row `at`, lexical features times `lexical`, `step` times to `weights` (at least [`Self::features`] long).
    pub(crate) fn add(&self, at: usize, lexical: f32, step: f32, weights: &mut [f32]) {
        for (id, value) in self.sparse(at) {
            weights[id] += step * lexical * value;
        }
        if self.dense_width > 0 {
            pulp::Arch::new().dispatch(Add {
                row: self.dense(at),
                step,
                weights: &mut weights[self.width..self.width + self.dense_width],
            });
        }
    }

    /// The scalar product of row `at`, lexical features times `lexical`, with `weights` (at least [`Self::features`] long).
    pub(crate) fn dot(&self, at: usize, lexical: f32, weights: &[f32]) -> f32 {
        if self.dense_width == 0 {
            return lexical * self.sparse_dot(at, weights);
        }
        let dense = pulp::Arch::new().dispatch(Dot {
            row: self.dense(at),
            weights: &weights[self.width..self.width + self.dense_width],
        });
        lexical * self.sparse_dot(at, weights) + dense
    }

    fn sparse_dot(&self, at: usize, weights: &[f32]) -> f32 {
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

/// Lanes of the sums over dense rows: four vectors of eight, so that no addition waits for the one before.
const LANES: usize = 32;

struct Dot<'a> {
    row: &'a [f32],
    weights: &'a [f32],
}

impl pulp::NullaryFnOnce for Dot<'_> {
    type Output = f32;

    // Only what is inlined is compiled for the chosen processor.
    #[inline(always)]
    fn call(self) -> f32 {
        let (row, more) = self.row.as_chunks::<LANES>();
        let (weights, more_weights) = self.weights.as_chunks::<LANES>();
        let mut sums = [0.0f32; LANES];
        for (row, weights) in row.iter().zip(weights) {
            for lane in 0..LANES {
                sums[lane] = row[lane].mul_add(weights[lane], sums[lane]);
            }
        }
        let rest: f32 = more.iter().zip(more_weights).map(|(x, w)| x * w).sum();
        sums.iter().sum::<f32>() + rest
    }
}

struct Add<'a> {
    row: &'a [f32],
    step: f32,
    weights: &'a mut [f32],
}

impl pulp::NullaryFnOnce for Add<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.weights
            .iter_mut()
            .zip(self.row)
            .for_each(|(weight, x)| *weight += self.step * x);
    }
}
