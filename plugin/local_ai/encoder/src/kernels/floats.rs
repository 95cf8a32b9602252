//! fp32 products over panels: `C[m, n] = A[m, k] · W[n, k]ᵀ + bias`.

use std::ops::Range;

use super::floats_tile::{Portable, Tile};
use super::{HEIGHT, Level, Rows, RowsMut, Then, WIDTH, finish, strip};

/// How much of `k` one pass covers, so that a panel and twelve rows stay in the first-level cache: 256 × 64 and 256 × 48 bytes.
const DEPTH: usize = 256;

/// The weights of 16 outputs for one input, on one cache line.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Lane(pub(crate) [f32; WIDTH]);

impl Lane {
    /// All zero.
    pub(crate) const ZERO: Self = Self([0.0; WIDTH]);
}

/// A weight matrix in panels: 16 outputs after another, in each one lane per input. Outputs are filled up with zeros.
#[derive(Debug)]
pub(crate) struct FloatMatrix {
    inputs: usize,
    outputs: usize,
    lanes: Vec<Lane>,
    /// Filled up to whole panels.
    bias: Vec<f32>,
}

/// A borrowed matrix in panels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    /// `outputs / 16`, rounded up, times `inputs` lanes.
    pub(crate) lanes: &'a [Lane],
    /// One per output, filled up to whole panels.
    pub(crate) bias: Option<&'a [f32]>,
}

/// Rows in the order in which tiles read them: strip by strip, in each the first input of every row, then the second ...
///
/// So a tile reads one line of memory after another. Read where they are, the rows of a strip often lie a multiple of 4 KB apart,
/// and put each other out of the cache.
#[derive(Debug, Default)]
pub(crate) struct Strips(Vec<f32>);

impl Strips {
    /// Takes some inputs of every row.
    #[inline(always)]
    fn fill(&mut self, a: Rows<'_>, inputs: Range<usize>, strips: usize) {
        let depth = inputs.len();
        self.0.resize(a.count * depth, 0.0);
        for at in 0..strips {
            let (first, end) = strip(a.count, strips, at);
            let out = &mut self.0[first * depth..end * depth];
            for (r, row) in (first..end).enumerate() {
                let row = &a.data[row * a.stride..][inputs.clone()];
                let out = out[r..].iter_mut().step_by(end - first);
                out.zip(row).for_each(|(out, x)| *out = *x);
            }
        }
    }
}

impl FloatMatrix {
    /// Packs `weight`, row-major with one row of `inputs` numbers per output, and one `bias` per output.
    pub(crate) fn pack(weight: &[f32], inputs: usize, bias: &[f32]) -> Self {
        let outputs = bias.len();
        assert_eq!(weight.len(), inputs * outputs);
        let mut lanes = vec![Lane::ZERO; outputs.div_ceil(WIDTH) * inputs];
        for (panel, rows) in lanes.chunks_exact_mut(inputs).zip(weight.chunks(inputs * WIDTH)) {
            for (j, row) in rows.chunks_exact(inputs).enumerate() {
                panel.iter_mut().zip(row).for_each(|(lane, w)| lane.0[j] = *w);
            }
        }
        let mut bias = bias.to_vec();
        bias.resize(outputs.next_multiple_of(WIDTH), 0.0);
        Self {
            inputs,
            outputs,
            lanes,
            bias,
        }
    }

    /// Some of its panels of 16 outputs, without bias.
    pub(crate) fn panels(&self, panels: Range<usize>) -> View<'_> {
        View {
            inputs: self.inputs,
            outputs: panels.len() * WIDTH,
            lanes: &self.lanes[panels.start * self.inputs..panels.end * self.inputs],
            bias: None,
        }
    }

    /// The matrix to multiply with.
    pub(crate) fn view(&self) -> View<'_> {
        View {
            inputs: self.inputs,
            outputs: self.outputs,
            lanes: &self.lanes,
            bias: Some(&self.bias),
        }
    }
}

/// Multiplies the rows `a` (of `w.inputs` numbers) with `w` into the rows `c` (of `w.outputs` numbers).
///
/// Each row is computed by the same steps in the same order wherever it stands, so a result does not depend on its neighbours.
///
/// # Panics
/// If a slice is too short for its rows.
pub(crate) fn product(level: Level, a: Rows<'_>, w: View<'_>, c: RowsMut<'_>, then: Then, scratch: &mut Strips) {
    #[cfg(target_arch = "x86_64")]
    {
        use super::Kind;
        use super::floats_tile::{Avx2, Avx512};
        #[target_feature(enable = "avx2,fma")]
        fn avx2(a: Rows<'_>, w: View<'_>, c: RowsMut<'_>, then: Then, scratch: &mut Strips) {
            drive::<Avx2, true>(a, w, c, then, scratch);
        }
        #[target_feature(enable = "avx2,fma,avx512f")]
        fn avx512(a: Rows<'_>, w: View<'_>, c: RowsMut<'_>, then: Then, scratch: &mut Strips) {
            drive::<Avx512, true>(a, w, c, then, scratch);
        }
        // SAFETY: the level was made after asking the processor for these instructions.
        unsafe {
            match level.0 {
                Kind::Portable => {}
                Kind::Avx2 | Kind::AvxVnni => return avx2(a, w, c, then, scratch),
                Kind::Avx512 => return avx512(a, w, c, then, scratch),
            }
        }
    }
    drive::<Portable, { super::math::FUSED }>(a, w, c, then, scratch);
}

#[inline(always)]
fn drive<T: Tile, const FMA: bool>(a: Rows<'_>, w: View<'_>, c: RowsMut<'_>, then: Then, scratch: &mut Strips) {
    let (k, panels) = (w.inputs, w.outputs.div_ceil(WIDTH));
    assert!(w.lanes.len() >= panels * k && w.bias.is_none_or(|bias| bias.len() >= panels * WIDTH));
    let strips = a.count.div_ceil(T::HEIGHT);
    let blocks = k.div_ceil(DEPTH);
    let mut sums = [[0.0f32; WIDTH]; HEIGHT];
    for block in 0..blocks {
        let (from, to) = (block * k / blocks, (block + 1) * k / blocks);
        let add = block > 0 || then == Then::Add;
        let activation = then.activation().filter(|_| block + 1 == blocks);
        scratch.fill(a, from..to, strips);
        for panel in 0..panels {
            let lanes = &w.lanes[panel * k + from..panel * k + to];
            let left = panel * WIDTH;
            let columns = WIDTH.min(w.outputs - left);
            let bias = w
                .bias
                .filter(|_| block == 0)
                .and_then(|bias| bias[left..].first_chunk());
            let bias: &[f32; WIDTH] = bias.unwrap_or(&[0.0; WIDTH]);
            for at in 0..strips {
                let (first, end) = strip(a.count, strips, at);
                let inputs = &scratch.0[first * (to - from)..end * (to - from)];
                let next = w
                    .lanes
                    .get((panel + 1) * k + from + at * (to - from) / strips..)
                    .unwrap_or_default();
                match end - first {
                    12 => tile::<T, 12>(inputs, lanes, next, &mut sums),
                    11 => tile::<T, 11>(inputs, lanes, next, &mut sums),
                    10 => tile::<T, 10>(inputs, lanes, next, &mut sums),
                    9 => tile::<T, 9>(inputs, lanes, next, &mut sums),
                    8 => tile::<T, 8>(inputs, lanes, next, &mut sums),
                    7 => tile::<T, 7>(inputs, lanes, next, &mut sums),
                    6 => tile::<T, 6>(inputs, lanes, next, &mut sums),
                    5 => tile::<T, 5>(inputs, lanes, next, &mut sums),
                    4 => tile::<T, 4>(inputs, lanes, next, &mut sums),
                    3 => tile::<T, 3>(inputs, lanes, next, &mut sums),
                    2 => tile::<T, 2>(inputs, lanes, next, &mut sums),
                    _ => tile::<T, 1>(inputs, lanes, next, &mut sums),
                }
                for (sum, r) in sums.iter().zip(first..end) {
                    let mut line = *bias;
                    line.iter_mut().zip(sum).for_each(|(l, s)| *l += s);
                    let out = &mut c.data[r * c.stride + left..r * c.stride + left + columns];
                    finish::<FMA>(line, add, activation, out);
                }
            }
        }
    }
}

#[inline(always)]
fn tile<T: Tile, const R: usize>(inputs: &[f32], lanes: &[Lane], next: &[Lane], sums: &mut [[f32; WIDTH]; HEIGHT]) {
    // Never more than the tile is high; said so that no code is made for what cannot be.
    if R <= T::HEIGHT
        && let Some(sums) = sums.first_chunk_mut::<R>()
    {
        T::run(inputs.as_chunks().0, lanes, next, sums);
    }
}
