//! The simulator's clock and its way of writing time.
//!
//! Whole seconds since 1970 unless a name ends in `_ms`.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, civil};

pub(crate) const DAY: i64 = 86_400;

/// The wall clock, plus what a test has turned it forward by. Clones are the same clock.
#[derive(Debug, Default, Clone)]
pub(crate) struct Clock {
    ahead_ms: Arc<AtomicI64>,
}

impl Clock {
    pub(crate) fn millis(&self) -> i64 {
        let real = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |d| d.as_millis() as i64);
        real.saturating_add(self.ahead_ms.load(Ordering::Relaxed))
    }

    pub(crate) fn seconds(&self) -> i64 {
        self.millis().div_euclid(1000)
    }

    /// Backwards is refused: `updated_at` must never run back.
    pub(crate) fn advance(&self, seconds: f64) {
        if seconds.is_finite() && seconds > 0.0 {
            self.ahead_ms
                .fetch_add((seconds.min(1e10) * 1000.0) as i64, Ordering::Relaxed);
        }
    }
}

/// `2026-08-19T23:49:02Z`.
pub(crate) fn show(seconds: i64) -> String {
    let stamp = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    format!("{:.0}", stamp)
}

/// Reads a point in time in any of the ways helpdesks accept: a date, hours and minutes, seconds, fractions, each with
/// `Z`, `±hh:mm`, `±hhmm`, `±hh` or nothing, which means UTC.
pub(crate) fn read(text: &str) -> Option<i64> {
    let text = text.trim();
    if !text.is_ascii() || text.len() < 10 || text.len() > 40 {
        return None;
    }
    let (date, rest) = text.split_at(10);
    let date = read_date(date)?;
    let (clock, offset) = split_offset(rest)?;
    let clock = match clock {
        "" => civil::Time::midnight(),
        t => t.strip_prefix(['T', 't', ' '])?.parse().ok()?,
    };
    let offset = Offset::from_seconds(offset).ok()?;
    let zoned = DateTime::from_parts(date, clock)
        .to_zoned(TimeZone::fixed(offset))
        .ok()?;
    Some(zoned.timestamp().as_second())
}

/// Reads `YYYY-MM-DD` and nothing else.
pub(crate) fn read_date(text: &str) -> Option<civil::Date> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(i, b)| match i {
            4 | 7 => b == b'-',
            _ => b.is_ascii_digit(),
        });
    if shape { text.parse().ok() } else { None }
}

/// The first second of a day in UTC.
pub(crate) fn day_start(date: civil::Date) -> Option<i64> {
    Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second())
}

fn split_offset(rest: &str) -> Option<(&str, i32)> {
    if let Some(clock) = rest.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let Some(at) = rest.rfind(['+', '-']) else {
        return Some((rest, 0));
    };
    let (clock, offset) = rest.split_at(at);
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    let digits: String = offset[1..].chars().filter(|c| *c != ':').collect();
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = match digits.len() {
        2 => (digits.parse::<i32>().ok()?, 0),
        4 => (digits[..2].parse::<i32>().ok()?, digits[2..].parse::<i32>().ok()?),
        _ => return None,
    };
    (hours < 24 && minutes < 60).then_some((clock, sign * (hours * 3600 + minutes * 60)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_documented_shapes_name_the_same_second() {
        let want = read("2026-09-01T09:12:00Z").unwrap();
        for text in [
            "2026-09-01T09:12",
            "2026-09-01T09:12:00",
            "2026-09-01T09:12:00.000Z",
            "2026-09-01T11:12:00+02:00",
            "2026-09-01T11:12:00+0200",
            "2026-09-01T11:12+02",
            "2026-09-01T04:12:00-05:00",
        ] {
            assert_eq!(read(text), Some(want), "{text}");
        }
        assert_eq!(read("2026-09-01").map(show).as_deref(), Some("2026-09-01T00:00:00Z"));
        assert_eq!(show(want), "2026-09-01T09:12:00Z");
    }

    #[test]
    fn nonsense_is_no_time() {
        for text in [
            "yesterday",
            "2026-13-01",
            "2026-02-30",
            "",
            "2026-09-01T",
            "2026-09-01T25:00",
            "2026-09-01+2",
            "ü026-09-01T",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn the_clock_only_goes_forward() {
        let clock = Clock::default();
        let before = clock.seconds();
        clock.advance(-5000.0);
        clock.advance(f64::NAN);
        assert!(clock.seconds() >= before);
        clock.advance(3600.0);
        assert!(clock.seconds() >= before + 3600);
    }
}
