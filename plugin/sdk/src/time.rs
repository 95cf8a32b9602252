//! Times as helpdesks write them.

use jiff::Timestamp;

/// RFC 3339 with any offset → RFC 3339 in UTC, as [`crate::model::Ticket`] wants it.
#[must_use]
pub fn utc(time: &str) -> Option<String> {
    time.trim().parse::<Timestamp>().ok().map(|t| t.to_string())
}

/// RFC 3339 with any offset → seconds since 1970.
#[must_use]
pub fn second(time: &str) -> Option<i64> {
    time.trim().parse::<Timestamp>().ok().map(Timestamp::as_second)
}

/// Seconds since 1970 → RFC 3339 in UTC.
#[must_use]
pub fn instant(second: i64) -> String {
    Timestamp::from_second(second)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_string()
}

/// The date of an HTTP header → seconds since 1970.
#[must_use]
pub fn http_date(text: &str) -> Option<i64> {
    jiff::fmt::rfc2822::parse(text.trim())
        .ok()
        .map(|t| t.timestamp().as_second())
}

/// Seconds since 1970 → the date of an HTTP header, as a simulated helpdesk sends it.
#[must_use]
pub fn to_http_date(second: i64) -> Option<String> {
    let at = Timestamp::from_second(second).ok()?;
    jiff::fmt::rfc2822::DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&at)
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_becomes_the_same_second() {
        assert_eq!(
            utc("2026-09-01T12:00:00+02:00").as_deref(),
            Some("2026-09-01T10:00:00Z")
        );
        assert_eq!(second("2026-09-01T10:00:00.999Z"), second("2026-09-01T12:00:00+02:00"));
        assert_eq!(
            http_date("Tue, 01 Sep 2026 10:00:00 GMT"),
            second("2026-09-01T10:00:00Z")
        );
        assert_eq!(instant(100), "1970-01-01T00:01:40Z");
        assert_eq!(to_http_date(100).as_deref(), Some("Thu, 01 Jan 1970 00:01:40 GMT"));
        assert_eq!(
            (utc("2026-09-01 10:00:00"), second("soon"), http_date("soon")),
            (None, None, None)
        );
    }
}
