//! How many fp32 operations this machine does in a second at best: independent multiply-adds on registers, no memory. No matrix
//! product can be faster, so throughput is told as a share of this.
//!
//! ```text
//! peak [THREADS]
//! ```
//! Prints GFLOP/s.

#![allow(unsafe_code, reason = "wider instructions than the build's, chosen at run time")]

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Enough independent chains to hide the latency of a multiply-add (4 or 5 cycles, two at a time) at any width.
const CHAINS: usize = 12;
const TURNS: usize = 100_000;

#[inline(always)]
fn turns<const LANES: usize>(seed: f32) -> f32 {
    let (factor, more) = (black_box([seed; LANES]), black_box([1.0 - seed; LANES]));
    let mut sums = [[seed; LANES]; CHAINS];
    for _ in 0..TURNS {
        for sum in &mut sums {
            for lane in 0..LANES {
                sum[lane] = sum[lane].mul_add(factor[lane], more[lane]);
            }
        }
    }
    sums.iter().flatten().sum()
}

/// The same, by name: the compiler does not find 512 bits by itself.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn sixteen(seed: f32) -> f32 {
    use std::arch::x86_64::{_mm512_fmadd_ps, _mm512_reduce_add_ps, _mm512_set1_ps};
    let (factor, more) = (_mm512_set1_ps(black_box(seed)), _mm512_set1_ps(black_box(1.0 - seed)));
    let mut sums = [_mm512_set1_ps(seed); CHAINS];
    for _ in 0..TURNS {
        for sum in &mut sums {
            *sum = _mm512_fmadd_ps(*sum, factor, more);
        }
    }
    sums.into_iter().map(|sum| _mm512_reduce_add_ps(sum)).sum()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn eight(seed: f32) -> f32 {
    turns::<8>(seed)
}

/// One run of the loop, and the operations in it.
fn run(seed: f32) -> (f32, usize) {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") {
            // SAFETY: the processor has the instructions.
            return (unsafe { sixteen(seed) }, 2 * 16 * CHAINS * TURNS);
        }
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            // SAFETY: the processor has the instructions.
            return (unsafe { eight(seed) }, 2 * 8 * CHAINS * TURNS);
        }
    }
    (turns::<4>(seed), 2 * 4 * CHAINS * TURNS)
}

/// The best of many short runs, so that what else the machine does falls out.
fn best() -> f64 {
    let begin = Instant::now();
    let mut best = 0.0_f64;
    while begin.elapsed() < Duration::from_millis(600) {
        let begin = Instant::now();
        let (sum, operations) = run(black_box(0.5));
        black_box(sum);
        best = best.max(operations as f64 / begin.elapsed().as_secs_f64() / 1e9);
    }
    best
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let threads: usize = std::env::args().nth(1).map_or(Ok(1), |threads| threads.parse())?;
    let all: f64 = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(best)).collect();
        running.into_iter().map(|thread| thread.join().unwrap_or(0.0)).sum()
    });
    println!("{all:.2}");
    Ok(())
}
