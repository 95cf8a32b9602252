//! How many tickets a classifier gets at a time. It works under their leases, and what is left of a lease must do for the writes.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// A batch should not take longer than this, which is half of what a lease has to spare.
const TIME: Duration = Duration::from_secs(15);
/// Tickets in the first batch, before it is known how long one takes.
const FIRST: usize = 16;

/// What was seen of the last batches.
#[derive(Debug, Default)]
pub(super) struct Pace(Mutex<Option<Duration>>);

impl Pace {
    /// How many tickets the next batch may have; at least one.
    pub(super) fn batch(&self) -> usize {
        match *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            None => FIRST,
            Some(one) if one.is_zero() => usize::MAX,
            Some(one) => ((TIME.as_secs_f64() / one.as_secs_f64()) as usize).max(1),
        }
    }

    /// A batch of `tickets` took so long. One slow batch is remembered for a while: the next may be as slow.
    pub(super) fn took(&self, tickets: usize, time: Duration) {
        let Ok(tickets) = u32::try_from(tickets) else {
            return;
        };
        let Some(one) = time.checked_div(tickets) else {
            return;
        };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *known = Some(known.map_or(one, |before| one.max(before / 2)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_batch_is_as_large_as_the_time_allows() {
        let pace = Pace::default();
        assert_eq!(pace.batch(), FIRST);
        pace.took(10, SECOND);
        assert_eq!(pace.batch(), 150);
        pace.took(1, 40 * SECOND);
        assert_eq!(pace.batch(), 1);
    }

    #[test]
    fn a_slow_batch_is_forgotten_bit_by_bit_and_an_empty_one_says_nothing() {
        let pace = Pace::default();
        pace.took(0, SECOND);
        assert_eq!(pace.batch(), FIRST);
        pace.took(1, 8 * SECOND);
        for wanted in [3, 7, 15] {
            pace.took(100, Duration::ZERO);
            assert_eq!(pace.batch(), wanted);
        }
        let fast = Pace::default();
        fast.took(100, Duration::ZERO);
        assert_eq!(fast.batch(), usize::MAX);
    }
}
