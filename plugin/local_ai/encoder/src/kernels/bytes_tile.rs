//! The innermost step of an int8 product: a few rows times one panel, summed as whole numbers in registers.
//!
//! All variants give the same sums, bit for bit.

use super::WIDTH;
use super::bytes::{ByteLane, STEP};

/// One way to compute a tile. `rows` must each hold 8 bytes per lane, which is checked.
pub(super) trait ByteTile {
    /// The most rows it keeps in registers.
    const HEIGHT: usize;
    /// `sums[r][j] = Σ rows[r][i] · weight[i][j]`; `next` are lanes that will be wanted soon.
    fn run<const R: usize>(rows: &[&[u8]; R], lanes: &[ByteLane], next: &[ByteLane], sums: &mut [[i32; WIDTH]; R]);
}

/// Plain loops for every processor.
pub(super) struct Portable;

impl ByteTile for Portable {
    const HEIGHT: usize = 6;

    #[inline(always)]
    fn run<const R: usize>(rows: &[&[u8]; R], lanes: &[ByteLane], _next: &[ByteLane], sums: &mut [[i32; WIDTH]; R]) {
        for (row, sum) in rows.iter().zip(sums) {
            let mut local = [0i32; WIDTH];
            for (lane, bytes) in lanes.iter().zip(row.chunks_exact(STEP)) {
                for (half, bytes) in lane.0.iter().zip(bytes.chunks_exact(4)) {
                    for (sum, weights) in local.iter_mut().zip(half) {
                        for i in 0..4 {
                            *sum += i32::from(bytes[i]) * i32::from(weights[i]);
                        }
                    }
                }
            }
            *sum = local;
        }
    }
}

/// Defines a variant on 256 bits. `$step` adds to two registers of sums what eight inputs and the weights of eight outputs give.
#[cfg(target_arch = "x86_64")]
macro_rules! variant {
    ($(#[$doc:meta])* $name:ident, $height:expr, $features:literal, $step:ident) => {
        $(#[$doc])*
        pub(super) struct $name;

        impl ByteTile for $name {
            const HEIGHT: usize = $height;

            #[inline(always)]
            fn run<const R: usize>(rows: &[&[u8]; R], lanes: &[ByteLane], next: &[ByteLane], sums: &mut [[i32; WIDTH]; R]) {
                #[target_feature(enable = $features)]
                #[inline]
                unsafe fn inner<const R: usize>(rows: &[&[u8]; R], lanes: &[ByteLane], next: &[ByteLane], sums: &mut [[i32; WIDTH]; R]) {
                    let mut acc = [[_mm256_setzero_si256(); 2]; R];
                    let inputs: [*const i32; R] = rows.map(|row| row.as_ptr().cast());
                    for (i, lane) in lanes.iter().enumerate() {
                        let weights: *const __m256i = lane.0.as_ptr().cast();
                        // The next panel on its way from memory while this one is used, as in the fp32 tile.
                        let ahead: *const i8 = next.as_ptr().wrapping_add(i).cast();
                        _mm_prefetch::<_MM_HINT_T1>(ahead);
                        _mm_prefetch::<_MM_HINT_T1>(ahead.wrapping_add(64));
                        // SAFETY: a lane is four vectors, aligned to 64 bytes; every row holds 8 bytes per lane.
                        unsafe {
                            let low = [_mm256_load_si256(weights), _mm256_load_si256(weights.add(2))];
                            let high = [_mm256_load_si256(weights.add(1)), _mm256_load_si256(weights.add(3))];
                            for r in 0..R {
                                let first = _mm256_set1_epi32(inputs[r].add(2 * i).read_unaligned());
                                let second = _mm256_set1_epi32(inputs[r].add(2 * i + 1).read_unaligned());
                                acc[r][0] = $step(acc[r][0], first, second, low);
                                acc[r][1] = $step(acc[r][1], first, second, high);
                            }
                        }
                    }
                    for (sum, acc) in sums.iter_mut().zip(acc) {
                        let (low, high) = sum.split_at_mut(8);
                        // SAFETY: each half is 8 numbers.
                        unsafe {
                            _mm256_storeu_si256(low.as_mut_ptr().cast(), acc[0]);
                            _mm256_storeu_si256(high.as_mut_ptr().cast(), acc[1]);
                        }
                    }
                }
                assert!(rows.iter().all(|row| row.len() == lanes.len() * STEP));
                // SAFETY: only `product` names this type, after the processor was asked; the lengths were just checked.
                unsafe { inner(rows, lanes, next, sums) }
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::{
    __m256i, _MM_HINT_T1, _mm_prefetch, _mm256_add_epi16, _mm256_add_epi32, _mm256_dpbusd_avx_epi32, _mm256_load_si256,
    _mm256_madd_epi16, _mm256_maddubs_epi16, _mm256_set1_epi16, _mm256_set1_epi32, _mm256_setzero_si256,
    _mm256_storeu_si256,
};

#[cfg(target_arch = "x86_64")]
variant! {
    /// AVX2: 8 registers of sums, 4 of weights, 2 of input.
    Avx2, 4, "avx2,fma", avx2
}

#[cfg(target_arch = "x86_64")]
variant! {
    /// AVX-VNNI: 12 registers of sums.
    AvxVnni, 6, "avx2,fma,avxvnni", avx_vnni
}

/// AVX-512 VNNI: 12 registers of sums, two for each row so that none waits for the one before, 2 of weights, 2 of input.
#[cfg(target_arch = "x86_64")]
pub(super) struct Avx512Vnni;

#[cfg(target_arch = "x86_64")]
impl ByteTile for Avx512Vnni {
    const HEIGHT: usize = 6;

    #[inline(always)]
    fn run<const R: usize>(rows: &[&[u8]; R], lanes: &[ByteLane], next: &[ByteLane], sums: &mut [[i32; WIDTH]; R]) {
        assert!(rows.iter().all(|row| row.len() == lanes.len() * STEP));
        // SAFETY: only `product` names this type, after the processor was asked; the lengths were just checked.
        unsafe { avx512_vnni(rows, lanes, next, sums) }
    }
}

/// # Safety
/// Every row must hold 8 bytes per lane.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vnni")]
#[inline]
unsafe fn avx512_vnni<const R: usize>(
    rows: &[&[u8]; R],
    lanes: &[ByteLane],
    next: &[ByteLane],
    sums: &mut [[i32; WIDTH]; R],
) {
    use std::arch::x86_64::{
        __m512i, _mm512_add_epi32, _mm512_dpbusd_epi32, _mm512_load_si512, _mm512_set1_epi32, _mm512_setzero_si512,
        _mm512_storeu_si512,
    };
    let mut acc = [[_mm512_setzero_si512(); 2]; R];
    let inputs: [*const i32; R] = rows.map(|row| row.as_ptr().cast());
    for (i, lane) in lanes.iter().enumerate() {
        let weights: *const __m512i = lane.0.as_ptr().cast();
        let ahead: *const i8 = next.as_ptr().wrapping_add(i).cast();
        _mm_prefetch::<_MM_HINT_T1>(ahead);
        _mm_prefetch::<_MM_HINT_T1>(ahead.wrapping_add(64));
        // SAFETY: a lane is two vectors, aligned to 64 bytes; every row holds 8 bytes per lane.
        unsafe {
            let (first, second) = (_mm512_load_si512(weights), _mm512_load_si512(weights.add(1)));
            for r in 0..R {
                let input = inputs[r].add(2 * i);
                let (low, high) = (input.read_unaligned(), input.add(1).read_unaligned());
                acc[r][0] = _mm512_dpbusd_epi32(acc[r][0], _mm512_set1_epi32(low), first);
                acc[r][1] = _mm512_dpbusd_epi32(acc[r][1], _mm512_set1_epi32(high), second);
            }
        }
    }
    for (sum, acc) in sums.iter_mut().zip(acc) {
        // SAFETY: a row of sums is one vector. Stored in one piece, as it will be loaded.
        unsafe { _mm512_storeu_si512(sum.as_mut_ptr().cast(), _mm512_add_epi32(acc[0], acc[1])) };
    }
}

/// Two byte products are added as 16-bit numbers before they are widened; packing has made sure that they fit.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
fn avx2(sum: __m256i, first: __m256i, second: __m256i, weights: [__m256i; 2]) -> __m256i {
    let both = _mm256_add_epi16(
        _mm256_maddubs_epi16(first, weights[0]),
        _mm256_maddubs_epi16(second, weights[1]),
    );
    _mm256_add_epi32(sum, _mm256_madd_epi16(both, _mm256_set1_epi16(1)))
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avxvnni")]
#[inline]
fn avx_vnni(sum: __m256i, first: __m256i, second: __m256i, weights: [__m256i; 2]) -> __m256i {
    _mm256_dpbusd_avx_epi32(_mm256_dpbusd_avx_epi32(sum, first, weights[0]), second, weights[1])
}
