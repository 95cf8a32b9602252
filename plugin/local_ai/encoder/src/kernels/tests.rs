//! Every variant this processor has, against plain loops.

use proptest::prelude::*;

use super::math::gelu;
use super::*;

fn numbers(seed: u64, count: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    };
    std::iter::repeat_with(next).take(count).collect()
}

fn plain(a: &[f32], w: &[f32], bias: &[f32], k: usize) -> Vec<f64> {
    let row = |x: &[f32]| -> Vec<f64> {
        let dot = |w: &[f32]| -> f64 { x.iter().zip(w).map(|(x, w)| f64::from(*x) * f64::from(*w)).sum() };
        w.chunks_exact(k)
            .zip(bias)
            .map(|(w, b)| dot(w) + f64::from(*b))
            .collect()
    };
    a.chunks_exact(k).flat_map(row).collect()
}

fn exact_gelu(x: f64) -> f64 {
    // Φ by numerical integration, so that the test does not share a formula with the code.
    let steps = 4000;
    let h = x / f64::from(steps);
    let density = |t: f64| (-0.5 * t * t).exp() / std::f64::consts::TAU.sqrt();
    let inner: f64 = (1..steps)
        .map(|i| density(f64::from(i) * h) * if i % 2 == 0 { 2.0 } else { 4.0 })
        .sum();
    x * (0.5 + h / 3.0 * (density(0.0) + inner + density(x)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn floats(m in 1usize..40, k in 1usize..1100, n in 1usize..70, seed: u64, spare in 0usize..5, then in 0usize..4) {
        let (a, w, bias) = (numbers(seed, m * k), numbers(seed ^ 1, n * k), numbers(seed ^ 2, n));
        let want = plain(&a, &w, &bias, k);
        let matrix = FloatMatrix::pack(&w, k, &bias);
        let before = numbers(seed ^ 3, m * (n + spare));
        for level in Level::available() {
            let mut c = before.clone();
            let then = [Then::Set, Then::Add, Then::Activate(Activation::Relu), Then::Activate(Activation::Gelu)][then];
            let rows = Rows::new(&a, k, m);
            product(level, rows, matrix.view(), RowsMut::new(&mut c, n + spare), then, &mut Strips::default());
            for (i, (out, old)) in c.chunks(n + spare).zip(before.chunks(n + spare)).enumerate() {
                prop_assert_eq!(&out[n..], &old[n..]);
                for j in 0..n {
                    let sum = want[i * n + j];
                    let want = match then {
                        Then::Set => sum,
                        Then::Add => sum + f64::from(old[j]),
                        Then::Activate(Activation::Relu) => sum.max(0.0),
                        Then::Activate(_) => if sum.abs() < 8.0 { exact_gelu(sum) } else { sum.max(0.0) },
                    };
                    prop_assert!((f64::from(out[j]) - want).abs() < 1e-4, "{:?}: {} instead of {}", level, out[j], want);
                }
            }
        }
    }

    #[test]
    fn rows_do_not_depend_on_their_neighbours(m in 2usize..20, k in 1usize..700, seed: u64) {
        let n = 32;
        let (a, w, bias) = (numbers(seed, m * k), numbers(seed ^ 1, n * k), numbers(seed ^ 2, n));
        let matrix = FloatMatrix::pack(&w, k, &bias);
        for level in Level::available() {
            let mut all = vec![0.0; m * n];
            let rows = Rows::new(&a, k, m);
            product(level, rows, matrix.view(), RowsMut::new(&mut all, n), Then::Set, &mut Strips::default());
            for (a, all) in a.chunks(k).zip(all.chunks(n)) {
                let mut one = vec![0.0; n];
                let rows = Rows::new(a, k, 1);
                product(level, rows, matrix.view(), RowsMut::new(&mut one, n), Then::Set, &mut Strips::default());
                prop_assert_eq!(&one[..], all);
            }
        }
    }

    #[test]
    fn bytes(m in 1usize..20, k in 1usize..900, n in 1usize..50, seed: u64, spread in 0.01f32..100.0, extreme: bool) {
        let (mut a, mut w) = (numbers(seed, m * k), numbers(seed ^ 1, n * k));
        a.iter_mut().for_each(|x| *x = if extreme { x.signum() } else { (*x + 0.3) * spread });
        w.iter_mut().for_each(|x| *x = if extreme { x.signum() } else { *x });
        let bias = numbers(seed ^ 2, n);
        let matrix = ByteMatrix::pack(&w, k, &bias);
        for level in Level::available() {
            let mut c = vec![0.0; m * n];
            let mut q = Quantised::default();
            let rows = Rows::new(&a, k, m);
            matrix.product(level, rows, RowsMut::new(&mut c, n), Then::Set, &mut q);
            let bytes = q.bytes.chunks_exact(k.next_multiple_of(8)).zip(&q.rows);
            for (c, (bytes, (slope, zero))) in c.chunks_exact(n).zip(bytes) {
                for j in 0..n {
                    let term = |i: usize| (i32::from(bytes[i]) - zero) * i32::from(matrix.weight(j, i).0);
                    let sum: i32 = (0..k).map(term).sum();
                    // The very same number: the sums are whole, and the steps after them are the same.
                    prop_assert_eq!(c[j], sum as f32 * (slope * matrix.weight(j, 0).1) + bias[j], "{:?}", level);
                }
            }
        }
    }

    #[test]
    fn softmax_sums_to_one(count in 1usize..600, seed: u64, scale in 0.01f32..60.0) {
        let row = numbers(seed, count);
        let top = row.iter().copied().fold(f32::MIN, f32::max);
        let powers: Vec<f64> = row.iter().map(|x| (f64::from(*x - top) * f64::from(scale)).exp()).collect();
        let sum: f64 = powers.iter().sum();
        for level in Level::available() {
            let mut out = row.clone();
            softmax(level, &mut out, scale);
            for (out, power) in out.iter().zip(&powers) {
                prop_assert!((f64::from(*out) - power / sum).abs() < 2e-6);
            }
        }
    }

    #[test]
    fn layer_norm_is_that_of_the_book(rows in 1usize..5, width in 1usize..200, seed: u64, shift in -50f32..50.0) {
        let x: Vec<f32> = numbers(seed, rows * width).iter().map(|x| x + shift).collect();
        let (gain, offset) = (numbers(seed ^ 1, width), numbers(seed ^ 2, width));
        for level in Level::available() {
            let mut out = x.clone();
            layer_norm(level, &mut out, &gain, &offset, 1e-5);
            for (out, x) in out.chunks(width).zip(x.chunks(width)) {
                let mean = x.iter().map(|x| f64::from(*x)).sum::<f64>() / width as f64;
                let variance = x.iter().map(|x| (f64::from(*x) - mean).powi(2)).sum::<f64>() / width as f64;
                for j in 0..width {
                    let want = (f64::from(x[j]) - mean) / (variance + 1e-5).sqrt() * f64::from(gain[j]) + f64::from(offset[j]);
                    prop_assert!((f64::from(out[j]) - want).abs() < 2e-3, "{} instead of {}", out[j], want);
                }
            }
        }
    }
}

#[test]
fn bytes_are_near_the_truth() {
    // Nearly normal, as the weights of trained models are.
    let normal = |seed: u64, count: usize| -> Vec<f32> {
        numbers(seed, count * 6)
            .chunks_exact(6)
            .map(|six| six.iter().sum())
            .collect()
    };
    let (n, m, bias) = (32, 4, [0.0; 32]);
    let (mut error, mut size) = (0.0, 0.0);
    // What rounding costs is a mean: of a single product of a few rows it is anything from 0.012 to 0.034, by chance.
    for seed in 0..64 {
        let k = 300 + 9 * seed as usize;
        let (a, w) = (normal(2 * seed, m * k), normal(2 * seed + 1, n * k));
        let want = plain(&a, &w, &bias, k);
        let mut c = vec![0.0; m * n];
        let matrix = ByteMatrix::pack(&w, k, &bias);
        let (rows, out) = (Rows::new(&a, k, m), RowsMut::new(&mut c, n));
        matrix.product(Level::best(), rows, out, Then::Set, &mut Quantised::default());
        error += c
            .iter()
            .zip(&want)
            .map(|(c, want)| (f64::from(*c) - want).powi(2))
            .sum::<f64>();
        size += want.iter().map(|want| want * want).sum::<f64>();
    }
    let share = (error / size).sqrt();
    assert!(share < 0.02, "{share}");
}

#[test]
fn gelu_is_exact_to_a_millionth() {
    for level in Level::available() {
        for i in -600..=600 {
            let x = i as f32 / 50.0;
            let mut out = [x; 3];
            gelu(level, &mut out);
            let want = if x.abs() > 9.0 {
                f64::from(x.max(0.0))
            } else {
                exact_gelu(f64::from(x))
            };
            assert!(
                (f64::from(out[1]) - want).abs() < 1e-6 * f64::from(x.abs()).max(1.0),
                "{x}: {} {want}",
                out[1]
            );
        }
        let mut far = [-1e4f32, 1e4];
        gelu(level, &mut far);
        assert_eq!(far, [0.0, 1e4]);
    }
}
