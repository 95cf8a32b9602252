//! The store's clock: it tells wall time but never jumps while the process lives.
//!
//! A lease that is measured on a clock which somebody sets is no lease. So the wall clock is read once, and from then on the
//! monotonic clock is added to it.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

/// Tells the time in milliseconds since 1970 (UTC).
pub trait Clock: Send + Sync {
    /// Now. The store itself sees to it that a smaller answer than before counts as the one before.
    fn now_ms(&self) -> i64;
}

/// The wall clock as it was at the start, carried on by the monotonic clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    wall_ms: i64,
    start: Instant,
}

impl SystemClock {
    /// Reads the wall clock.
    #[must_use]
    pub fn new() -> Self {
        // A clock before 1970 counts as 1970: leases are differences and still hold.
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            wall_ms: millis(since_1970),
            start: Instant::now(),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        later(self.wall_ms, self.start.elapsed())
    }
}

/// `ms` plus a duration, at most the last moment that can be shown as a date (year 9999).
pub(super) fn later(ms: i64, by: Duration) -> i64 {
    ms.saturating_add(millis(by)).min(Timestamp::MAX.as_millisecond())
}

/// For people: the moment as a date. What lies outside the calendar becomes its end.
pub(super) fn timestamp(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(if ms < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
