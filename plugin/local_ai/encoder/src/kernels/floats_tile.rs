//! The innermost step of an fp32 product: a few rows times one panel, summed in registers.

use super::math::{FUSED, fma};
use super::{Lane, WIDTH};

/// One way to compute a tile.
pub(super) trait Tile {
    /// The most rows it keeps in registers.
    const HEIGHT: usize;
    /// `sums[r][j] = Σ inputs[i][r] · lanes[i][j]`, as far as there are both; `next` are lanes that will be wanted soon.
    fn run<const R: usize>(inputs: &[[f32; R]], lanes: &[Lane], next: &[Lane], sums: &mut [[f32; WIDTH]; R]);
}

/// Plain loops; the compiler makes vector instructions of what the target always has.
pub(super) struct Portable;

impl Tile for Portable {
    const HEIGHT: usize = 6;

    #[inline(always)]
    fn run<const R: usize>(inputs: &[[f32; R]], lanes: &[Lane], _next: &[Lane], sums: &mut [[f32; WIDTH]; R]) {
        // Two rows at a time: more would not stay in the registers of a processor without AVX.
        for (pair, sums) in sums.chunks_mut(2).enumerate() {
            let mut local = [[0.0f32; WIDTH]; 2];
            for (lane, input) in lanes.iter().zip(inputs) {
                let input = [input[2 * pair], input[(2 * pair + 1).min(R - 1)]];
                for (sum, input) in local.iter_mut().zip(input) {
                    for (sum, weight) in sum.iter_mut().zip(lane.0) {
                        *sum = fma::<FUSED>(input, weight, *sum);
                    }
                }
            }
            sums.iter_mut().zip(local).for_each(|(sum, local)| *sum = local);
        }
    }
}

/// Defines a variant: `$parts` vectors of `$lanes` numbers are as wide as a panel.
#[cfg(target_arch = "x86_64")]
macro_rules! variant {
    ($(#[$doc:meta])* $name:ident, $height:literal, $features:literal, $parts:literal x $lanes:literal,
     $zero:ident, $load:ident, $broadcast:ident, $fma:ident, $store:ident) => {
        $(#[$doc])*
        pub(super) struct $name;

        impl Tile for $name {
            const HEIGHT: usize = $height;

            #[inline(always)]
            fn run<const R: usize>(inputs: &[[f32; R]], lanes: &[Lane], next: &[Lane], sums: &mut [[f32; WIDTH]; R]) {
                use std::arch::x86_64::{_MM_HINT_T0, _MM_HINT_T1, _mm_prefetch, $broadcast, $fma, $load, $store, $zero};

                /// The weights of a large model do not fit in any cache. So while a panel is used, the next one is fetched bit by
                /// bit into the second level (one line per four lanes), and the lanes just ahead into the first.
                #[target_feature(enable = $features)]
                #[inline]
                fn inner<const R: usize>(
                    inputs: &[[f32; R]],
                    lanes: &[Lane],
                    next: &[Lane],
                    sums: &mut [[f32; WIDTH]; R],
                ) {
                    let mut acc = [[$zero(); $parts]; R];
                    for (i, (lane, input)) in lanes.iter().zip(inputs).enumerate() {
                        let weights = lane.0.as_ptr();
                        _mm_prefetch::<_MM_HINT_T1>(next.as_ptr().wrapping_add(i / 4).cast());
                        _mm_prefetch::<_MM_HINT_T0>(weights.wrapping_add(16 * WIDTH).cast());
                        // SAFETY: a lane is 16 numbers, aligned to 64 bytes.
                        let weights: [_; $parts] = std::array::from_fn(|part| unsafe { $load(weights.add(part * $lanes)) });
                        for r in 0..R {
                            let x = $broadcast(input[r]);
                            for part in 0..$parts {
                                acc[r][part] = $fma(x, weights[part], acc[r][part]);
                            }
                        }
                    }
                    for (sum, acc) in sums.iter_mut().zip(acc) {
                        for (part, acc) in sum.chunks_exact_mut($lanes).zip(acc) {
                            // SAFETY: a part is as many numbers as a vector.
                            unsafe { $store(part.as_mut_ptr(), acc) };
                        }
                    }
                }
                // SAFETY: only `product` names this type, after the processor was asked.
                unsafe { inner(inputs, lanes, next, sums) }
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
variant! {
    /// AVX2 and FMA: 12 registers of sums, 2 of weights, 1 of input.
    Avx2, 6, "avx2,fma", 2 x 8, _mm256_setzero_ps, _mm256_load_ps, _mm256_set1_ps, _mm256_fmadd_ps, _mm256_storeu_ps
}

#[cfg(target_arch = "x86_64")]
variant! {
    /// AVX-512: 12 registers of sums, 1 of weights; the input comes from memory with the multiplication.
    Avx512, 12, "avx2,fma,avx512f", 1 x 16, _mm512_setzero_ps, _mm512_load_ps, _mm512_set1_ps, _mm512_fmadd_ps, _mm512_storeu_ps
}
