//! int8 products: 7-bit weights per output, 8-bit inputs per row, summed exactly and scaled back to fp32.
//!
//! AVX2 multiplies unsigned by signed bytes, adds neighbours and cuts the sum off at 16 bits (`vpmaddubsw`). To lose nothing, and to
//! add two such sums before widening them (a third less multiplications), the four weights that meet in one 16-bit sum must keep
//! within ±128 on either side: 255 · 128 = 32,640. Weights of ±64 mostly do by themselves; where they do not, they are rounded
//! towards zero when packing ([`limit`]), which adds a tenth to the rounding error of the weights of MiniLM. So every variant
//! computes the same whole numbers.

use super::bytes_tile::{ByteTile, Portable};
use super::{HEIGHT, Level, Rows, RowsMut, Then, WIDTH, finish, strip};

/// Inputs are taken in steps of this many.
pub(super) const STEP: usize = 8;
/// The greatest weight.
const TOP: f32 = 64.0;
/// The most that the weights of one 16-bit sum may add up to on either side of zero.
const ROOM: i32 = 128;

/// The weights of 16 outputs for 8 inputs: inputs 0 to 3 of every output, then inputs 4 to 7 of every output.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct ByteLane(pub(super) [[[i8; 4]; WIDTH]; 2]);

/// A weight matrix of bytes in panels.
#[derive(Debug)]
pub(crate) struct ByteMatrix {
    inputs: usize,
    outputs: usize,
    /// Inputs filled up with zeros to whole steps, outputs to whole panels.
    lanes: Vec<ByteLane>,
    /// By panel, as the two that follow.
    bias: Vec<[f32; WIDTH]>,
    scale: Vec<[f32; WIDTH]>,
    /// Sum of the weights of each output, to take the offset of the inputs out again.
    sums: Vec<[i32; WIDTH]>,
}

/// Rows of bytes `q` that stand for `(q − zero) · scale`. Kept and filled again from product to product.
#[derive(Debug, Default)]
pub(crate) struct Quantised {
    pub(super) bytes: Vec<u8>,
    pub(super) rows: Vec<(f32, i32)>,
}

impl ByteMatrix {
    /// Packs `weight`, row-major with one row of `inputs` numbers per output, and one `bias` per output.
    pub(crate) fn pack(weight: &[f32], inputs: usize, bias: &[f32]) -> Self {
        let outputs = bias.len();
        assert_eq!(weight.len(), inputs * outputs);
        let (steps, panels) = (inputs.div_ceil(STEP), outputs.div_ceil(WIDTH));
        let mut packed = Self {
            inputs,
            outputs,
            lanes: vec![ByteLane([[[0; 4]; WIDTH]; 2]); panels * steps],
            bias: vec![[0.0; WIDTH]; panels],
            scale: vec![[0.0; WIDTH]; panels],
            sums: vec![[0; WIDTH]; panels],
        };
        for (output, row) in weight.chunks_exact(inputs).enumerate() {
            let (panel, j) = (output / WIDTH, output % WIDTH);
            let top = row.iter().fold(0.0f32, |top, w| top.max(w.abs()));
            let inverse = if top > 0.0 { TOP / top } else { 0.0 };
            packed.bias[panel][j] = bias[output];
            packed.scale[panel][j] = top / TOP;
            for (lane, weights) in packed.lanes[panel * steps..].iter_mut().zip(row.chunks(STEP)) {
                let mut eight = [0i8; STEP];
                let mut exact = [0.0; STEP];
                exact.iter_mut().zip(weights).for_each(|(x, w)| *x = w * inverse);
                eight.iter_mut().zip(exact).for_each(|(q, x)| *q = x.round() as i8);
                limit(&mut eight, &exact);
                packed.sums[panel][j] += eight.iter().map(|q| i32::from(*q)).sum::<i32>();
                let (low, high) = eight.split_at(4);
                lane.0[0][j].copy_from_slice(low);
                lane.0[1][j].copy_from_slice(high);
            }
        }
        packed
    }

    /// Multiplies the rows `a` into the rows `c`; see [`super::product`].
    ///
    /// # Panics
    /// If a slice is too short for its rows.
    pub(crate) fn product(&self, level: Level, a: Rows<'_>, c: RowsMut<'_>, then: Then, scratch: &mut Quantised) {
        scratch.fill(level, a, self.inputs);
        #[cfg(target_arch = "x86_64")]
        {
            use super::Kind;
            use super::bytes_tile::{Avx2, Avx512Vnni, AvxVnni};
            #[target_feature(enable = "avx2,fma")]
            fn avx2(w: &ByteMatrix, a: &Quantised, c: RowsMut<'_>, then: Then) {
                w.drive::<Avx2, true>(a, c, then);
            }
            #[target_feature(enable = "avx2,fma,avxvnni")]
            fn avx_vnni(w: &ByteMatrix, a: &Quantised, c: RowsMut<'_>, then: Then) {
                w.drive::<AvxVnni, true>(a, c, then);
            }
            #[target_feature(enable = "avx2,fma,avx512f,avx512vnni")]
            fn avx512_vnni(w: &ByteMatrix, a: &Quantised, c: RowsMut<'_>, then: Then) {
                w.drive::<Avx512Vnni, true>(a, c, then);
            }
            // SAFETY: the level was made after asking the processor for these instructions.
            unsafe {
                match level.0 {
                    Kind::Portable => {}
                    Kind::Avx2 => return avx2(self, scratch, c, then),
                    Kind::AvxVnni => return avx_vnni(self, scratch, c, then),
                    Kind::Avx512 => return avx512_vnni(self, scratch, c, then),
                }
            }
        }
        self.drive::<Portable, { super::math::FUSED }>(scratch, c, then);
    }

    /// The weight as it was packed, and what one step of it is worth.
    #[cfg(test)]
    pub(super) fn weight(&self, output: usize, input: usize) -> (i8, f32) {
        let lane = &self.lanes[output / WIDTH * self.inputs.div_ceil(STEP) + input / STEP];
        let weight = lane.0[input % STEP / 4][output % WIDTH][input % 4];
        (weight, self.scale[output / WIDTH][output % WIDTH])
    }

    #[inline(always)]
    fn drive<T: ByteTile, const FMA: bool>(&self, a: &Quantised, c: RowsMut<'_>, then: Then) {
        let steps = self.inputs.div_ceil(STEP);
        let width = steps * STEP;
        let strips = a.rows.len().div_ceil(T::HEIGHT);
        let mut sums = [[0i32; WIDTH]; HEIGHT];
        for panel in 0..self.outputs.div_ceil(WIDTH) {
            let lanes = &self.lanes[panel * steps..(panel + 1) * steps];
            let left = panel * WIDTH;
            let columns = WIDTH.min(self.outputs - left);
            let (bias, scale, weights) = (&self.bias[panel], &self.scale[panel], &self.sums[panel]);
            for at in 0..strips {
                let (first, end) = strip(a.rows.len(), strips, at);
                let row = |r: usize| &a.bytes[(first + r) * width..(first + r + 1) * width];
                let next = self
                    .lanes
                    .get((panel + 1) * steps + at * steps / strips..)
                    .unwrap_or_default();
                match end - first {
                    6 => tile::<T, 6>(row, lanes, next, &mut sums),
                    5 => tile::<T, 5>(row, lanes, next, &mut sums),
                    4 => tile::<T, 4>(row, lanes, next, &mut sums),
                    3 => tile::<T, 3>(row, lanes, next, &mut sums),
                    2 => tile::<T, 2>(row, lanes, next, &mut sums),
                    _ => tile::<T, 1>(row, lanes, next, &mut sums),
                }
                for (sum, r) in sums.iter().zip(first..end) {
                    let (slope, zero) = a.rows[r];
                    let mut line = *bias;
                    let of_output = sum.iter().zip(weights).zip(scale);
                    for (line, ((sum, weights), scale)) in line.iter_mut().zip(of_output) {
                        *line += (sum - zero * weights) as f32 * (slope * scale);
                    }
                    let out = &mut c.data[r * c.stride + left..r * c.stride + left + columns];
                    finish::<FMA>(line, then == Then::Add, then.activation(), out);
                }
            }
        }
    }
}

/// Brings weights nearer to zero until what meets in one 16-bit sum has room there: of eight inputs, two neighbours and the two that
/// lie four further on. Each step takes the weight that lies furthest outside its `exact` value, which costs least.
fn limit(eight: &mut [i8; STEP], exact: &[f32; STEP]) {
    for pair in [0, 2] {
        let places = [pair, pair + 1, pair + 4, pair + 5];
        for sign in [1i8, -1] {
            let side = |at: &usize, eight: &[i8; STEP]| i32::from(sign) * i32::from(eight[*at]);
            let room = |eight: &[i8; STEP]| ROOM - places.iter().map(|at| side(at, eight).max(0)).sum::<i32>();
            while room(eight) < 0 {
                let excess = |at: &usize| f32::from(sign) * (f32::from(eight[*at]) - exact[*at]);
                let nearest = places.into_iter().filter(|at| side(at, eight) > 0);
                let Some(at) = nearest.max_by(|a, b| excess(a).total_cmp(&excess(b))) else {
                    break;
                };
                eight[at] -= sign;
            }
        }
    }
}

#[inline(always)]
fn tile<'a, T: ByteTile, const R: usize>(
    row: impl Fn(usize) -> &'a [u8],
    lanes: &[ByteLane],
    next: &[ByteLane],
    sums: &mut [[i32; WIDTH]; HEIGHT],
) {
    let rows: [&[u8]; R] = std::array::from_fn(row);
    if let Some(sums) = sums.first_chunk_mut::<R>() {
        T::run(&rows, lanes, next, sums);
    }
}

impl Quantised {
    /// Takes the rows `a` of `inputs` numbers, each with a scale of its own.
    fn fill(&mut self, level: Level, a: Rows<'_>, inputs: usize) {
        let width = inputs.next_multiple_of(STEP);
        self.rows.clear();
        self.bytes.resize(a.count * width, 0);
        for (r, bytes) in self.bytes.chunks_exact_mut(width).enumerate().take(a.count) {
            let row = &a.data[r * a.stride..r * a.stride + inputs];
            let (bytes, rest) = bytes.split_at_mut(inputs);
            rest.fill(0);
            self.rows.push(quantise(level, row, bytes));
        }
    }
}

fn quantise(level: Level, row: &[f32], bytes: &mut [u8]) -> (f32, i32) {
    #[cfg(target_arch = "x86_64")]
    if level.avx2() {
        #[target_feature(enable = "avx2,fma")]
        fn fast(row: &[f32], bytes: &mut [u8]) -> (f32, i32) {
            quantise_body(row, bytes)
        }
        // SAFETY: the level was made after asking the processor for AVX2 and FMA.
        return unsafe { fast(row, bytes) };
    }
    let _ = level;
    quantise_body(row, bytes)
}

/// Bytes from 0 to 255 over the range of the row, which always holds 0; returns the scale and the byte that stands for 0.
#[inline(always)]
fn quantise_body(row: &[f32], bytes: &mut [u8]) -> (f32, i32) {
    // Adding 1.5 · 2²³ rounds to a whole number, which then stands in the low bits.
    const ROUND: f32 = 12_582_912.0;
    let (mut least, mut most) = ([0.0f32; WIDTH], [0.0f32; WIDTH]);
    let (whole, rest) = row.as_chunks::<WIDTH>();
    for chunk in whole {
        for j in 0..WIDTH {
            least[j] = if chunk[j] < least[j] { chunk[j] } else { least[j] };
            most[j] = if chunk[j] > most[j] { chunk[j] } else { most[j] };
        }
    }
    let least = rest.iter().chain(&least).copied().fold(0.0, f32::min);
    let most = rest.iter().chain(&most).copied().fold(0.0, f32::max);
    let range = most - least;
    // 253 steps, not 255: one to spare on each side for rounding, since a byte that runs over would turn 255 into 0.
    let inverse = if range > 0.0 { 253.0 / range } else { 0.0 };
    let zero = (-least * inverse).round() + 1.0;
    let shift = ROUND + zero;
    for (byte, x) in bytes.iter_mut().zip(row) {
        *byte = (x * inverse + shift).to_bits() as u8;
    }
    (range / 253.0, zero as i32)
}

#[cfg(test)]
mod tests {
    use super::super::Activation;
    use super::*;

    #[test]
    fn weights_that_meet_in_one_sum_keep_within_the_room() {
        let mut eight = [64, 64, -64, -64, 64, 64, -64, -63];
        let exact = eight.map(f32::from);
        limit(&mut eight, &exact);
        assert_eq!(eight.map(|q| i32::from(q).abs() <= 33), [true; 8], "{eight:?}");
        let mut small = [64, 0, 64, -64, 0, 64, -64, 0];
        limit(&mut small, &[0.0; 8]);
        assert_eq!(small, [64, 0, 64, -64, 0, 64, -64, 0]);
    }

    #[test]
    fn bytes_never_run_over() {
        for row in [
            vec![0.0; 5],
            vec![-3.0, 5.0, 0.1],
            vec![1e-30, 2e-30],
            vec![-1e30, 1e30],
            vec![7.0],
            vec![-7.0],
        ] {
            let mut bytes = vec![0; row.len()];
            let (scale, zero) = quantise(Level::best(), &row, &mut bytes);
            for (byte, x) in bytes.iter().zip(&row) {
                let back = (i32::from(*byte) - zero) as f32 * scale;
                assert!((back - x).abs() <= scale, "{x} became {back}");
            }
        }
    }

    #[test]
    fn relu_and_gelu_are_applied_after_scaling() {
        let matrix = ByteMatrix::pack(&[-1.0, 1.0], 1, &[0.0, 0.0]);
        let mut out = [0.0; 2];
        let (a, c) = (Rows::new(&[2.0], 1, 1), RowsMut::new(&mut out, 2));
        matrix.product(
            Level::best(),
            a,
            c,
            Then::Activate(Activation::Relu),
            &mut Quantised::default(),
        );
        assert!(out[0] == 0.0 && (out[1] - 2.0).abs() < 0.01, "{out:?}");
    }
}
