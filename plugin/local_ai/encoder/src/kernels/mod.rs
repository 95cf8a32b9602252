//! The arithmetic: matrix products over packed panels and the element-wise steps between them.
//!
//! Everything outside this room calls safe functions that check their slices. A [`Level`] names the instructions to use; it can
//! only be made for instructions that this processor has, which is what makes calling the variants sound.
//!
//! The fp32 product is our own register tile rather than the crate `gemm` (0.19): over the shapes of MiniLM and BERT-base with 85 to
//! 256 rows, one thread, AVX2, `gemm` reached 56 to 77 GFLOP/s and this tile 74 to 85 on the same machine in the same run (1.05 to
//! 1.34 times as much), because its weights lie packed from the start. With AVX-512 it reached 94 to 99 of the 118 GFLOP/s of a Zen 4,
//! with AVX2 84 to 95 in the same run, though that processor does no more operations a second with the wider registers.

#![expect(unsafe_code, reason = "vector instructions, chosen at run time")]

use std::ops::Range;

mod bytes;
mod bytes_tile;
mod floats;
mod floats_tile;
mod math;

#[cfg(test)]
mod tests;

pub(crate) use bytes::{ByteMatrix, Quantised};
pub(crate) use floats::{FloatMatrix, Lane, Strips, View, product};
pub(crate) use math::{gate, layer_norm, softmax};

/// Outputs in one panel.
pub(crate) const WIDTH: usize = 16;
/// The most rows in one register tile.
const HEIGHT: usize = 12;

/// Which instructions to use. Made only for what this processor has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Level(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Plain Rust, for every processor.
    Portable,
    /// AVX2 and FMA.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// AVX2 and FMA, bytes with AVX-VNNI.
    #[cfg(target_arch = "x86_64")]
    AvxVnni,
    /// AVX-512, bytes with its VNNI. Without VNNI AVX2 is used: processors that old slow down for wide instructions.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Level {
    /// Everything this processor can do, the best last.
    pub(crate) fn available() -> Vec<Self> {
        #[allow(unused_mut, reason = "only x86-64 has more")]
        let mut levels = vec![Self(Kind::Portable)];
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            levels.push(Self(Kind::Avx2));
            if is_x86_feature_detected!("avxvnni") {
                levels.push(Self(Kind::AvxVnni));
            }
            if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vnni") {
                levels.push(Self(Kind::Avx512));
            }
        }
        levels
    }

    /// The best that this processor can do.
    pub(crate) fn best() -> Self {
        Self::available().pop().unwrap_or(Self(Kind::Portable))
    }

    /// Whether AVX2 and FMA may be used.
    #[cfg(target_arch = "x86_64")]
    fn avx2(self) -> bool {
        self.0 != Kind::Portable
    }
}

/// `count` rows of numbers, each starting `stride` after the one before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows<'a> {
    pub(crate) data: &'a [f32],
    pub(crate) stride: usize,
    pub(crate) count: usize,
}

impl<'a> Rows<'a> {
    pub(crate) fn new(data: &'a [f32], stride: usize, count: usize) -> Self {
        Self { data, stride, count }
    }

    /// Some of the rows.
    pub(crate) fn part(self, rows: Range<usize>) -> Self {
        Self::new(&self.data[rows.start * self.stride..], self.stride, rows.len())
    }
}

/// Rows to write to.
#[derive(Debug)]
pub(crate) struct RowsMut<'a> {
    pub(crate) data: &'a mut [f32],
    pub(crate) stride: usize,
}

impl<'a> RowsMut<'a> {
    pub(crate) fn new(data: &'a mut [f32], stride: usize) -> Self {
        Self { data, stride }
    }
}

/// Inputs as the tiles read them: memory that is used again from product to product.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    pub(crate) floats: Strips,
    pub(crate) bytes: Quantised,
}

/// What becomes of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    /// It replaces what was there.
    Set,
    /// It is added to what was there: the residual.
    Add,
    /// It goes through the activation.
    Activate(Activation),
}

impl Then {
    fn activation(self) -> Option<Activation> {
        match self {
            Self::Set | Self::Add => None,
            Self::Activate(activation) => Some(activation),
        }
    }
}

/// The activation between the two products of a feed-forward step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Activation {
    /// x Φ(x), exact.
    Gelu,
    /// The approximation of GELU with a hyperbolic tangent, `gelu_new`.
    GeluTanh,
    /// max(x, 0).
    Relu,
}

/// Splits `rows` into as few strips as possible, of nearly equal height: 7 rows are 4 + 3, not 6 + 1,
/// because a tile of one row takes nearly as long as one of six.
#[inline(always)]
fn strip(rows: usize, strips: usize, at: usize) -> (usize, usize) {
    (at * rows / strips, (at + 1) * rows / strips)
}

/// Brings what a tile gave for one row to `out`, which is a panel wide or, at the right edge, less. Functions of their own: a closure
/// might not be compiled into its caller, and would then lack the caller's instructions.
#[inline(always)]
fn finish<const FMA: bool>(line: [f32; WIDTH], add: bool, activation: Option<Activation>, out: &mut [f32]) {
    // As a rule of a fixed length, because a copy of any length is a call.
    if let Some(out) = out.first_chunk_mut() {
        *out = finished::<FMA>(line, add, activation, out);
    } else {
        let mut old = [0.0; WIDTH];
        old[..out.len()].copy_from_slice(out);
        out.copy_from_slice(&finished::<FMA>(line, add, activation, &old)[..out.len()]);
    }
}

#[inline(always)]
fn finished<const FMA: bool>(
    mut line: [f32; WIDTH],
    add: bool,
    activation: Option<Activation>,
    old: &[f32; WIDTH],
) -> [f32; WIDTH] {
    if add {
        line.iter_mut().zip(old).for_each(|(l, c)| *l += c);
    }
    if let Some(activation) = activation {
        math::activate::<FMA>(activation, &mut line);
    }
    line
}
