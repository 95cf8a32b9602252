//! How ModernBERT tells where a token stands: queries and keys are turned by angles that grow with the position.
//!
//! Su et al., "RoFormer: Enhanced Transformer with Rotary Position Embedding" (arXiv 2104.09864). As in transformers, number `i` of a
//! head is turned together with the number half a head further on, and angles are fp32.

/// The angles of every position.
#[derive(Debug)]
pub(crate) struct Rotation {
    /// Numbers of a head that are turned with one in its other half.
    half: usize,
    /// Cosine and sine, `half` of them per position.
    turns: Vec<(f32, f32)>,
}

impl Rotation {
    /// For `positions` positions and heads of `width` numbers; `theta` is the base of the wavelengths.
    pub(crate) fn new(theta: f64, width: usize, positions: usize) -> Self {
        let half = width / 2;
        let pace = |i: usize| (1.0 / theta.powf(2.0 * i as f64 / width as f64)) as f32;
        let turn = |position: usize, i: usize| {
            let (sine, cosine) = f64::from(position as f32 * pace(i)).sin_cos();
            (cosine as f32, sine as f32)
        };
        let turns = (0..positions).flat_map(|position| (0..half).map(move |i| turn(position, i)));
        Self {
            half,
            turns: turns.collect(),
        }
    }

    /// Turns the heads in `numbers`, which belong to the token at `position`.
    pub(crate) fn turn(&self, numbers: &mut [f32], position: usize) {
        let turns = &self.turns[position * self.half..(position + 1) * self.half];
        for head in numbers.chunks_exact_mut(2 * self.half) {
            let (low, high) = head.split_at_mut(self.half);
            for ((low, high), (cosine, sine)) in low.iter_mut().zip(high).zip(turns) {
                (*low, *high) = (*low * cosine - *high * sine, *high * cosine + *low * sine);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_position_is_not_turned_and_a_quarter_turn_swaps() {
        let mut numbers = [1.0, 2.0, 3.0, 4.0];
        Rotation::new(10_000.0, 4, 8).turn(&mut numbers, 0);
        assert_eq!(numbers, [1.0, 2.0, 3.0, 4.0]);
        let quarter = Rotation {
            half: 1,
            turns: vec![(1.0, 0.0), (0.0, 1.0)],
        };
        quarter.turn(&mut numbers, 1);
        assert_eq!(numbers, [-2.0, 1.0, -4.0, 3.0]);
    }

    #[test]
    fn angles_grow_with_the_position_and_shrink_along_a_head() {
        let rotation = Rotation::new(100.0, 4, 3);
        let angle = |position: usize, i: usize| rotation.turns[position * 2 + i].1.asin();
        assert!((angle(1, 0) - 1.0).abs() < 1e-6 && (angle(1, 1) - 0.1).abs() < 1e-6);
        assert!((angle(2, 1) - 0.2).abs() < 1e-6);
    }
}
