//! Element-wise steps, written so that the compiler turns them into vector instructions: the same body is compiled once with AVX2
//! and FMA and once for whatever the target always has.

use super::{Activation, Level};

/// Whether the target always multiplies and adds in one instruction. Without one, `mul_add` would call a slow function.
pub(super) const FUSED: bool = cfg!(any(target_feature = "fma", target_arch = "aarch64"));

/// Numbers that are summed side by side.
const SIDE: usize = 16;

/// `a · b + c`
#[inline(always)]
pub(super) fn fma<const FMA: bool>(a: f32, b: f32, c: f32) -> f32 {
    if FMA { a.mul_add(b, c) } else { a * b + c }
}

/// Defines a function that runs the body of the same name in `body` with the instructions of a level.
macro_rules! by_level {
    ($(#[$doc:meta])* $name:ident($($arg:ident: $kind:ty),*)) => {
        $(#[$doc])*
        pub(crate) fn $name(level: Level, $($arg: $kind),*) {
            #[cfg(target_arch = "x86_64")]
            if level.avx2() {
                #[target_feature(enable = "avx2,fma")]
                fn fast($($arg: $kind),*) {
                    body::$name::<true>($($arg),*);
                }
                // SAFETY: the level was made after asking the processor for AVX2 and FMA.
                return unsafe { fast($($arg),*) };
            }
            let _ = level;
            body::$name::<FUSED>($($arg),*);
        }
    };
}

#[cfg(test)]
by_level! {
    /// GELU of every number; the error is below 1e-6.
    gelu(x: &mut [f32])
}
by_level! {
    /// LayerNorm of every row of `gain.len()` numbers.
    layer_norm(x: &mut [f32], gain: &[f32], offset: &[f32], epsilon: f32)
}
by_level! {
    /// Softmax of `row · scale`.
    softmax(row: &mut [f32], scale: f32)
}

by_level! {
    /// In each row, the activation of the first half of its numbers times the second half, in place of the first.
    gate(rows: &mut [f32], half: usize, activation: Activation)
}

/// Applies the activation to every number.
#[inline(always)]
pub(super) fn activate<const FMA: bool>(activation: Activation, x: &mut [f32]) {
    match activation {
        Activation::Gelu => body::gelu::<FMA>(x),
        Activation::GeluTanh => x.iter_mut().for_each(|x| {
            // x · (1 + tanh u) / 2 = x / (1 + e^(−2u)), u = √(2/π) (x + 0.044715 x³)
            let u = -1.595_769 * fma::<FMA>(0.044_715 * *x * *x, *x, *x);
            *x /= 1.0 + exp::<FMA>(u);
        }),
        Activation::Relu => x.iter_mut().for_each(|x| *x = x.max(0.0)),
    }
}

/// e^x to about 2 units in the last place; smallest and greatest finite numbers beyond the range.
///
/// The polynomial is that of Cephes `expf`: <https://www.netlib.org/cephes/>.
#[inline(always)]
fn exp<const FMA: bool>(x: f32) -> f32 {
    // Adding 1.5 · 2²³ rounds to a whole number, which then stands in the low bits.
    const ROUND: f32 = 12_582_912.0;
    let x = x.clamp(-87.3, 88.0);
    let shifted = fma::<FMA>(x, std::f32::consts::LOG2_E, ROUND);
    let n = shifted - ROUND;
    let r = fma::<FMA>(n, -0.693_359_4, x);
    let r = fma::<FMA>(n, 2.121_944_4e-4, r);
    let mut p = 1.987_569_1e-4;
    for c in [1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5] {
        p = fma::<FMA>(p, r, c);
    }
    let p = fma::<FMA>(p * r, r, r) + 1.0;
    p * f32::from_bits(shifted.to_bits().wrapping_add(127) << 23)
}

/// The error function, to 2e-7: the rational approximation of Eigen, <https://eigen.tuxfamily.org>, MathFunctionsImpl.h.
#[inline(always)]
fn erf<const FMA: bool>(x: f32) -> f32 {
    let t = x.clamp(-4.0, 4.0);
    let s = t * t;
    let mut p = -2.726_142_3e-10;
    for c in [
        2.770_681_4e-8,
        -2.101_024e-6,
        -5.692_506_4e-5,
        -7.349_906_3e-4,
        -2.954_6e-3,
        -1.609_603_4e-2,
    ] {
        p = fma::<FMA>(p, s, c);
    }
    let mut q = -1.456_607_2e-5;
    for c in [-2.133_740_6e-4, -1.682_827e-3, -7.373_329_2e-3, -1.426_473_9e-2] {
        q = fma::<FMA>(q, s, c);
    }
    // Beyond 4 the function is ±1 in f32, and must be exactly that: GELU multiplies what is left by x.
    let inside = t * p / q;
    if s >= 16.0 { t * 0.25 } else { inside }
}

mod body {
    use super::{Activation, SIDE, activate, erf, exp, fma};

    #[inline(always)]
    pub(super) fn gelu<const FMA: bool>(x: &mut [f32]) {
        x.iter_mut().for_each(|x| {
            let half = 0.5 * *x;
            *x = fma::<FMA>(half, erf::<FMA>(*x * std::f32::consts::FRAC_1_SQRT_2), half);
        });
    }

    #[inline(always)]
    pub(super) fn gate<const FMA: bool>(rows: &mut [f32], half: usize, activation: Activation) {
        for row in rows.chunks_exact_mut(2 * half) {
            let (low, high) = row.split_at_mut(half);
            activate::<FMA>(activation, low);
            low.iter_mut().zip(high).for_each(|(low, high)| *low *= *high);
        }
    }

    #[inline(always)]
    pub(super) fn layer_norm<const FMA: bool>(x: &mut [f32], gain: &[f32], offset: &[f32], epsilon: f32) {
        let width = gain.len();
        let share = 1.0 / width as f32;
        for row in x.chunks_exact_mut(width) {
            let mean = sum(row, |x| x) * share;
            let variance = sum(row, |x| (x - mean) * (x - mean)) * share;
            let slope = 1.0 / (variance + epsilon).sqrt();
            for ((x, g), o) in row.iter_mut().zip(gain).zip(offset) {
                *x = fma::<FMA>((*x - mean) * slope, *g, *o);
            }
        }
    }

    #[inline(always)]
    pub(super) fn softmax<const FMA: bool>(row: &mut [f32], scale: f32) {
        let mut tops = [f32::NEG_INFINITY; SIDE];
        let (whole, rest) = row.as_chunks::<SIDE>();
        for chunk in whole {
            tops.iter_mut()
                .zip(chunk)
                .for_each(|(top, x)| *top = if *x > *top { *x } else { *top });
        }
        let top = rest.iter().chain(&tops).copied().fold(f32::NEG_INFINITY, f32::max);
        row.iter_mut().for_each(|x| *x = exp::<FMA>((*x - top) * scale));
        let share = 1.0 / sum(row, |x| x);
        row.iter_mut().for_each(|x| *x *= share);
    }

    /// Sum in a fixed order that vector instructions can follow.
    #[inline(always)]
    fn sum(row: &[f32], f: impl Fn(f32) -> f32) -> f32 {
        let mut sums = [0.0f32; SIDE];
        let (whole, rest) = row.as_chunks::<SIDE>();
        for chunk in whole {
            sums.iter_mut().zip(chunk).for_each(|(sum, x)| *sum += f(*x));
        }
        sums.iter_mut().zip(rest).for_each(|(sum, x)| *sum += f(*x));
        sums.iter().sum()
    }
}
