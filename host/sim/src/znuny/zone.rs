//! Local time without an offset, as the interface writes and reads all its dates.
//!
//! Everything inside is seconds since 1970; only what leaves or comes in passes through the system's time zone.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use thiserror::Error;

/// The system's time zone (`OTRSTimeZone`).
#[derive(Debug, Clone)]
pub(crate) struct Zone(TimeZone);

/// A time zone that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "{0:?} is no time zone; use UTC, minutes east of it, a name like Europe/Berlin or a rule like CET-1CEST,M3.5.0,M10.5.0/3"
)]
pub struct ZoneError(String);

impl Default for Zone {
    fn default() -> Self {
        Self(TimeZone::UTC)
    }
}

impl std::str::FromStr for Zone {
    type Err = ZoneError;

    fn from_str(text: &str) -> Result<Self, ZoneError> {
        let wrong = || ZoneError(text.to_owned());
        if text.is_empty() || text.eq_ignore_ascii_case("utc") {
            return Ok(Self::default());
        }
        if let Ok(minutes) = text.parse::<i32>() {
            let seconds = minutes.checked_mul(60).ok_or_else(wrong)?;
            return Ok(Self(TimeZone::fixed(
                Offset::from_seconds(seconds).map_err(|_| wrong())?,
            )));
        }
        TimeZone::get(text)
            .or_else(|_| TimeZone::posix(text))
            .map(Self)
            .map_err(|_| wrong())
    }
}

impl Zone {
    /// `2026-11-22 08:28:03`, local time.
    pub(super) fn show(&self, seconds: i64) -> String {
        self.civil(seconds).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// The day as it stands at the head of a ticket number: `20261122`.
    pub(super) fn day(&self, seconds: i64) -> String {
        self.civil(seconds).strftime("%Y%m%d").to_string()
    }

    fn civil(&self, seconds: i64) -> DateTime {
        let stamp = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
        self.0.to_datetime(stamp)
    }

    /// Seconds since 1970 of a local time; `None` if it is not written `YYYY-MM-DD hh:mm:ss` or does not exist.
    pub(super) fn read(&self, text: &str) -> Option<i64> {
        let (date, clock) = text.split_once(' ')?;
        let numbers = |text: &str, by: char, widths: [usize; 3]| -> Option<[i16; 3]> {
            let mut parts = text.split(by);
            let mut out = [0; 3];
            for (place, width) in out.iter_mut().zip(widths) {
                let part = parts.next()?;
                let exact = part.len() == width || (width == 2 && part.len() == 1);
                if !exact || !part.bytes().all(|b| b.is_ascii_digit()) {
                    return None;
                }
                *place = part.parse().ok()?;
            }
            parts.next().is_none().then_some(out)
        };
        let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
        let [hour, minute, second] = numbers(clock, ':', [2, 2, 2])?;
        self.at(year, month, day, [hour, minute, second])
    }

    /// Seconds since 1970 of a local date and `[hour, minute, second]`.
    pub(super) fn at(&self, year: i16, month: i16, day: i16, clock: [i16; 3]) -> Option<i64> {
        let small = |n: i16| i8::try_from(n).ok();
        let [hour, minute, second] = clock;
        let local = DateTime::new(
            year,
            small(month)?,
            small(day)?,
            small(hour)?,
            small(minute)?,
            small(second)?,
            0,
        );
        Some(self.0.to_timestamp(local.ok()?).ok()?.as_second())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_without_offset_is_local() {
        let hour_ahead: Zone = "60".parse().unwrap();
        assert_eq!(hour_ahead.show(1_795_336_083), "2026-11-22 09:28:03");
        assert_eq!(hour_ahead.read("2026-11-22 09:28:03"), Some(1_795_336_083));
        assert_eq!(Zone::default().show(1_795_336_083), "2026-11-22 08:28:03");
    }

    #[test]
    fn a_rule_knows_the_summer() {
        let berlin: Zone = "CET-1CEST,M3.5.0,M10.5.0/3".parse().unwrap();
        assert_eq!(berlin.show(1_795_336_083), "2026-11-22 09:28:03");
        assert_eq!(berlin.show(1_782_000_000), "2026-06-21 02:00:00");
        assert!("Nowhere/Land".parse::<Zone>().is_err() && "99999999".parse::<Zone>().is_err());
    }

    #[test]
    fn only_one_way_of_writing_a_date_is_read() {
        let utc = Zone::default();
        assert!(utc.read("2026-1-2 3:4:5").is_some());
        for text in [
            "2026-01-01T00:00:00Z",
            "2026-01-01",
            "2026-13-01 00:00:00",
            "26-01-01 00:00:00",
            "",
            "x y",
        ] {
            assert_eq!(utc.read(text), None, "{text}");
        }
    }
}
