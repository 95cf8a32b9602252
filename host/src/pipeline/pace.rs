//! How many texts a classifier gets at a time, and for how long. In a pipeline it works under the tickets' leases, and what is left of a
//! lease must do for the writes; elsewhere nobody wants to wait for an answer without a sign of life.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// A batch should not take longer than this, which is half of what a lease has to spare.
const TIME: Duration = Duration::from_secs(15);
/// Tickets in the first batch, before it is known how long one takes.
const FIRST: usize = 16;

/// What was seen of the last batches.
#[derive(Debug, Default)]
pub(crate) struct Pace(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    /// For one ticket, if there was any.
    ticket: Option<Duration>,
    /// For a whole batch.
    batch: Duration,
}

impl Pace {
    /// How many tickets the next batch may have; at least one.
    pub(crate) fn batch(&self) -> usize {
        match self.seen().ticket {
            None => FIRST,
            Some(one) if one.is_zero() => usize::MAX,
            Some(one) => ((TIME.as_secs_f64() / one.as_secs_f64()) as usize).max(1),
        }
    }

    /// By how much the next lease must be longer than usual: one text alone may take longer than a whole batch should.
    pub(crate) fn more(&self) -> Duration {
        let batch = self.seen().batch;
        if batch > TIME { batch } else { Duration::ZERO }
    }

    /// A batch of `tickets` took so long. A slow one is remembered for a while: the next may be as slow.
    pub(crate) fn took(&self, tickets: usize, time: Duration) {
        let Some(one) = u32::try_from(tickets)
            .ok()
            .and_then(|tickets| time.checked_div(tickets))
        else {
            return;
        };
        let mut seen = self.seen();
        seen.ticket = Some(seen.ticket.map_or(one, |before| one.max(before / 2)));
        seen.batch = time.max(seen.batch / 2);
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
        assert_eq!(pace.more(), Duration::ZERO);
        let fast = Pace::default();
        fast.took(100, Duration::ZERO);
        assert_eq!(fast.batch(), usize::MAX);
    }

    #[test]
    fn a_lease_is_longer_after_a_batch_that_took_too_long() {
        let pace = Pace::default();
        assert_eq!(pace.more(), Duration::ZERO);
        pace.took(3, 14 * SECOND);
        assert_eq!(pace.more(), Duration::ZERO);
        pace.took(3, 40 * SECOND);
        assert_eq!(pace.more(), 40 * SECOND);
        pace.took(3, SECOND);
        assert_eq!(pace.more(), 20 * SECOND);
    }
}
