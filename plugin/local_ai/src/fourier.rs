//! Random Fourier features: a linear machine over them is near one with a Gaussian kernel over the embeddings.
//!
//! Near texts of one label lie in curved regions of the embedding space; on Banking77 a kernel over MiniLM embeddings is right in
//! 94.0 % of the tests, a linear machine in 92.9 %. The features approximate the kernel `exp(−γ‖x − y‖² / 2)` (Rahimi, Recht: "Random
//! Features for Large-Scale Kernel Machines", NIPS 2007). The random directions are products of signs and Walsh–Hadamard transforms
//! (Yu et al.: "Orthogonal Random Features", NIPS 2016): orthogonal, nothing to store but the seed, and no text of the training
//! in the model as a kernel machine would need.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt as _, SeedableRng};

/// γ of the kernel. Embeddings have length 1; of 1, 2 and 4 this was the best on Banking77 and on ten texts per label.
const GAMMA: f32 = 2.0;
/// Sign and transform, so many times: three are as good as random.
const TURNS: usize = 3;
/// The seed of the signs, and so part of the format.
const SEED: u64 = 0x6f74_6169;

/// Turns embeddings into features.
#[derive(Debug, Clone)]
pub(crate) struct Fourier {
    /// A power of two, at least the embedding's length.
    padded: usize,
    frequencies: usize,
    /// For each block of `padded` frequencies the signs of all turns.
    signs: Vec<f32>,
}

impl Fourier {
    /// For embeddings of `dim` numbers, with `frequencies` frequencies and so twice as many features.
    pub(crate) fn new(dim: usize, frequencies: usize) -> Self {
        let padded = dim.next_power_of_two();
        let mut random = Xoshiro256PlusPlus::seed_from_u64(SEED);
        let all = frequencies.div_ceil(padded) * padded * TURNS;
        let signs = (0..all).map(|_| if random.random_bool(0.5) { 1.0 } else { -1.0 });
        Self {
            padded,
            frequencies,
            signs: signs.collect(),
        }
    }

    /// How many features there are.
    pub(crate) fn len(&self) -> usize {
        2 * self.frequencies
    }

    /// Appends the features of `embedding`, a vector of length `weight` in all.
    pub(crate) fn extend(&self, embedding: &[f32], weight: f32, out: &mut Vec<f32>) {
        let amplitude = weight / (self.frequencies as f32).sqrt();
        let mut turned = vec![0.0; self.padded];
        let mut left = self.frequencies;
        for signs in self.signs.chunks_exact(self.padded * TURNS) {
            turned[..embedding.len()].copy_from_slice(embedding);
            turned[embedding.len()..].fill(0.0);
            for signs in signs.chunks_exact(self.padded) {
                turned.iter_mut().zip(signs).for_each(|(x, sign)| *x *= sign);
                transform(&mut turned);
            }
            // Each transform lengthens a vector by √padded; a Gaussian direction is √padded long.
            let scale = GAMMA.sqrt() / self.padded as f32;
            for x in &turned[..left.min(self.padded)] {
                let (sin, cos) = (x * scale).sin_cos();
                out.extend([amplitude * cos, amplitude * sin]);
            }
            left = left.saturating_sub(self.padded);
        }
    }
}

/// The Walsh–Hadamard transform, not normalised.
fn transform(values: &mut [f32]) {
    let mut half = 1;
    while half < values.len() {
        for pair in values.chunks_exact_mut(2 * half) {
            let (low, high) = pair.split_at_mut(half);
            for (a, b) in low.iter_mut().zip(high) {
                (*a, *b) = (*a + *b, *a - *b);
            }
        }
        half *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_features_are_near_the_kernel() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
        let fourier = Fourier::new(100, 1024);
        let mut unit = || {
            let v: Vec<f32> = (0..100).map(|_| random.random_range(-1.0..1.0)).collect();
            let length = v.iter().map(|x| x * x).sum::<f32>().sqrt();
            v.into_iter().map(|x| x / length).collect::<Vec<f32>>()
        };
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        for _ in 0..50 {
            let (x, other) = (unit(), unit());
            // Pairs from near to far.
            let y: Vec<f32> = x.iter().zip(&other).map(|(x, o)| 0.7 * x + 0.5 * o).collect();
            let length = dot(&y, &y).sqrt();
            let y: Vec<f32> = y.iter().map(|v| v / length).collect();
            for y in [&y, &other, &x] {
                let (mut a, mut b) = (Vec::new(), Vec::new());
                fourier.extend(&x, 1.0, &mut a);
                fourier.extend(y, 1.0, &mut b);
                assert_eq!(a.len(), fourier.len());
                let exact = (-GAMMA * (1.0 - dot(&x, y))).exp();
                assert!((dot(&a, &b) - exact).abs() < 0.1, "{} instead of {exact}", dot(&a, &b));
            }
        }
    }

    #[test]
    fn frequencies_need_not_fill_a_block() {
        let fourier = Fourier::new(6, 11);
        let mut out = Vec::new();
        fourier.extend(&[1.0, 0.0, 0.0, 0.0, 0.0, 0.0], 2.0, &mut out);
        assert_eq!(out.len(), 22);
        assert!((out.iter().map(|x| x * x).sum::<f32>() - 4.0).abs() < 1e-4);
    }
}
