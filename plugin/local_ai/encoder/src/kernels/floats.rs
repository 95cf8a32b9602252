//! fp32 products over panels: `C[m, n] = A[m, k] · W[n, k]ᵀ + bias`.

use super::floats_tile::{Portable, Tile};
use super::math::activate;
use super::{HEIGHT, Level, Rows, RowsMut, Then, WIDTH, strip};

/// How much of `k` one pass covers, so that a panel and six rows stay in the first-level cache: 512 × 64 bytes.
const DEPTH: usize = 512;

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
pub(crate) fn product(level: Level, a: Rows<'_>, w: View<'_>, c: RowsMut<'_>, then: Then) {
    #[cfg(target_arch = "x86_64")]
    if level.avx2() {
        #[target_feature(enable = "avx2,fma")]
        fn fast(a: Rows<'_>, w: View<'_>, c: RowsMut<'_>, then: Then) {
            drive::<super::floats_tile::Avx2, true>(a, w, c, then);
        }
        // SAFETY: the level was made after asking the processor for AVX2 and FMA.
        return unsafe { fast(a, w, c, then) };
    }
    let _ = level;
    drive::<Portable, { super::math::FUSED }>(a, w, c, then);
}

#[inline(always)]
fn drive<T: Tile, const FMA: bool>(a: Rows<'_>, w: View<'_>, c: RowsMut<'_>, then: Then) {
    let (k, panels) = (w.inputs, w.outputs.div_ceil(WIDTH));
    assert!(w.lanes.len() >= panels * k && w.bias.is_none_or(|bias| bias.len() >= panels * WIDTH));
    let strips = a.count.div_ceil(HEIGHT);
    let blocks = k.div_ceil(DEPTH);
    let mut sums = [[0.0f32; WIDTH]; HEIGHT];
    for block in 0..blocks {
        let (from, to) = (block * k / blocks, (block + 1) * k / blocks);
        let last = block + 1 == blocks;
        for panel in 0..panels {
            let lanes = &w.lanes[panel * k + from..panel * k + to];
            let left = panel * WIDTH;
            let columns = WIDTH.min(w.outputs - left);
            let bias = match w.bias {
                Some(bias) if block == 0 => &bias[left..left + WIDTH],
                _ => &[0.0; WIDTH],
            };
            for at in 0..strips {
                let (first, end) = strip(a.count, strips, at);
                let row = |r: usize| &a.data[(first + r) * a.stride + from..(first + r) * a.stride + to];
                match end - first {
                    6 => tile::<T, 6>(row, lanes, &mut sums),
                    5 => tile::<T, 5>(row, lanes, &mut sums),
                    4 => tile::<T, 4>(row, lanes, &mut sums),
                    3 => tile::<T, 3>(row, lanes, &mut sums),
                    2 => tile::<T, 2>(row, lanes, &mut sums),
                    _ => tile::<T, 1>(row, lanes, &mut sums),
                }
                for (sum, r) in sums.iter_mut().zip(first..end) {
                    let out = &mut c.data[r * c.stride + left..r * c.stride + left + columns];
                    sum.iter_mut().zip(bias).for_each(|(s, b)| *s += b);
                    if block > 0 || then == Then::Add {
                        sum.iter_mut().zip(&*out).for_each(|(s, c)| *s += c);
                    }
                    if last && let Then::Activate(activation) = then {
                        activate::<FMA>(activation, sum);
                    }
                    if columns == WIDTH {
                        out.copy_from_slice(sum);
                    } else {
                        out.copy_from_slice(&sum[..columns]);
                    }
                }
            }
        }
    }
}

#[inline(always)]
fn tile<'a, T: Tile, const R: usize>(
    row: impl Fn(usize) -> &'a [f32],
    lanes: &[Lane],
    sums: &mut [[f32; WIDTH]; HEIGHT],
) {
    let rows: [&[f32]; R] = std::array::from_fn(row);
    if let Some(sums) = sums.first_chunk_mut::<R>() {
        T::run(&rows, lanes, sums);
    }
}
