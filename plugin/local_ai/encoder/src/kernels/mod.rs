//! The arithmetic: matrix products over packed panels and the element-wise steps between them.
//!
//! Everything outside this room calls safe functions that check their slices. A [`Level`] names the instructions to use; it can
//! only be made for instructions that this processor has, which is what makes calling the variants sound.
//!
//! The fp32 product is our own 6×16 register tile rather than the crate `gemm` (0.19): over the shapes of MiniLM and BERT-base
//! with 85 to 256 rows, one thread, AVX2, `gemm` reached 56 to 77 GFLOP/s and this tile 74 to 85 on the same machine in the same
//! run (1.05 to 1.34 times as much), because its weights lie packed from the start.

#![expect(unsafe_code, reason = "vector instructions, chosen at run time")]

mod bytes;
mod bytes_tile;
mod floats;
mod floats_tile;
mod math;

#[cfg(test)]
mod tests;

pub(crate) use bytes::{ByteMatrix, Quantised};
pub(crate) use floats::{FloatMatrix, Lane, View, product};
pub(crate) use math::{layer_norm, softmax};

/// Outputs in one panel.
pub(crate) const WIDTH: usize = 16;
/// Rows in one register tile.
pub(crate) const HEIGHT: usize = 6;

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
    /// AVX2 and FMA, bytes with AVX-512 VNNI on 256 bits.
    #[cfg(target_arch = "x86_64")]
    Avx512Vnni,
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
            if is_x86_feature_detected!("avx512vnni") && is_x86_feature_detected!("avx512vl") {
                levels.push(Self(Kind::Avx512Vnni));
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

/// Splits `rows` into as few strips of at most [`HEIGHT`] as possible, of nearly equal height: 7 rows are 4 + 3, not 6 + 1,
/// because a tile of one row takes nearly as long as one of six.
#[inline(always)]
fn strip(rows: usize, strips: usize, at: usize) -> (usize, usize) {
    (at * rows / strips, (at + 1) * rows / strips)
}
