//! The innermost step of an fp32 product: up to six rows times one panel, summed in registers.

use super::math::{FUSED, fma};
use super::{Lane, WIDTH};

/// One way to compute a tile. `rows` must each be as long as `lanes`, which is checked.
pub(super) trait Tile {
    /// `sums[r][j] = Σ rows[r][i] · lanes[i][j]`
    fn run<const R: usize>(rows: &[&[f32]; R], lanes: &[Lane], sums: &mut [[f32; WIDTH]; R]);
}

/// Plain loops; the compiler makes vector instructions of what the target always has.
pub(super) struct Portable;

impl Tile for Portable {
    #[inline(always)]
    fn run<const R: usize>(rows: &[&[f32]; R], lanes: &[Lane], sums: &mut [[f32; WIDTH]; R]) {
        // Two rows at a time: more would not stay in the registers of a processor without AVX.
        for (rows, sums) in rows.chunks(2).zip(sums.chunks_mut(2)) {
            let mut local = [[0.0f32; WIDTH]; 2];
            let pair = [rows[0], rows[rows.len() - 1]];
            for ((lane, x), y) in lanes.iter().zip(pair[0]).zip(pair[1]) {
                for (sum, input) in local.iter_mut().zip([x, y]) {
                    for (sum, weight) in sum.iter_mut().zip(lane.0) {
                        *sum = fma::<FUSED>(*input, weight, *sum);
                    }
                }
            }
            sums.iter_mut().zip(local).for_each(|(sum, local)| *sum = local);
        }
    }
}

/// AVX2 and FMA: 12 registers of sums, 2 of weights, 1 of input.
#[cfg(target_arch = "x86_64")]
pub(super) struct Avx2;

#[cfg(target_arch = "x86_64")]
impl Tile for Avx2 {
    #[inline(always)]
    fn run<const R: usize>(rows: &[&[f32]; R], lanes: &[Lane], sums: &mut [[f32; WIDTH]; R]) {
        assert!(rows.iter().all(|row| row.len() == lanes.len()));
        // SAFETY: only `product` names this type, after the processor was asked; the lengths were just checked.
        unsafe { avx2(rows, lanes, sums) }
    }
}

/// # Safety
/// Every row must be as long as `lanes`.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
#[inline]
unsafe fn avx2<const R: usize>(rows: &[&[f32]; R], lanes: &[Lane], sums: &mut [[f32; WIDTH]; R]) {
    use std::arch::x86_64::{
        _MM_HINT_T0, _mm_prefetch, _mm256_broadcast_ss, _mm256_fmadd_ps, _mm256_load_ps, _mm256_setzero_ps,
        _mm256_storeu_ps,
    };
    let mut acc = [[_mm256_setzero_ps(); 2]; R];
    let inputs: [*const f32; R] = rows.map(<[f32]>::as_ptr);
    for (i, lane) in lanes.iter().enumerate() {
        let weights = lane.0.as_ptr();
        // SAFETY: a lane is 16 numbers, aligned to 64 bytes; `i` is below the length of every row; prefetching never faults.
        unsafe {
            _mm_prefetch::<_MM_HINT_T0>(weights.wrapping_add(16 * WIDTH).cast());
            let (low, high) = (_mm256_load_ps(weights), _mm256_load_ps(weights.add(8)));
            for r in 0..R {
                let x = _mm256_broadcast_ss(&*inputs[r].add(i));
                acc[r][0] = _mm256_fmadd_ps(x, low, acc[r][0]);
                acc[r][1] = _mm256_fmadd_ps(x, high, acc[r][1]);
            }
        }
    }
    for (sum, acc) in sums.iter_mut().zip(acc) {
        let (low, high) = sum.split_at_mut(8);
        // SAFETY: each half is 8 numbers.
        unsafe {
            _mm256_storeu_ps(low.as_mut_ptr(), acc[0]);
            _mm256_storeu_ps(high.as_mut_ptr(), acc[1]);
        }
    }
}
