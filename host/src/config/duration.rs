use std::time::Duration;

/// Shown wherever a duration is wrong.
pub(super) const EXAMPLES: &str = "write a whole number and its unit, such as `30s`, `5m`, `1h30m` or `30d`";

/// Reads `500ms`, `60s`, `5m`, `1h`, `30d` and sums such as `1h30m`. The error says what is wrong; [`EXAMPLES`] is its help.
pub(super) fn parse(text: &str) -> Result<Duration, String> {
    let mut rest = text;
    let mut total = Duration::ZERO;
    // Each unit must be smaller than the one before, so that `30m1h` and `1h1h` are caught as the slips that they are.
    let mut before = u64::MAX;
    if rest.is_empty() {
        return Err("is empty".to_owned());
    }
    if rest.starts_with('-') {
        return Err("is negative".to_owned());
    }
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, tail) = rest.split_at(digits);
        if tail.starts_with(['.', ',']) {
            return Err("has a fraction".to_owned());
        }
        let letters = tail.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(letters);
        if number.is_empty() {
            return Err("is not a duration".to_owned());
        }
        let milliseconds = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            "" if tail.is_empty() => return Err("has no unit".to_owned()),
            _ => return Err("has a unit that otai does not know; it knows ms, s, m, h and d".to_owned()),
        };
        if milliseconds >= before {
            return Err("must name its units in falling order, each once".to_owned());
        }
        before = milliseconds;
        let part = number
            .parse::<u64>()
            .ok()
            .and_then(|number| number.checked_mul(milliseconds));
        let sum = part.and_then(|part| total.checked_add(Duration::from_millis(part)));
        total = sum.ok_or_else(|| "is too long".to_owned())?;
        rest = tail;
    }
    Ok(total)
}

/// The shortest text that [`parse`] reads as `duration`.
pub(super) fn shown(duration: Duration) -> String {
    let mut rest = duration.as_millis();
    let mut text = String::new();
    for (unit, size) in [
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1_000),
        ("ms", 1),
    ] {
        if rest >= size {
            text.push_str(&format!("{}{unit}", rest / size));
            rest %= size;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_durations() {
        for (text, milliseconds) in [
            ("500ms", 500),
            ("60s", 60_000),
            ("0s", 0),
            ("5m", 300_000),
            ("1h30m", 5_400_000),
            ("1d1h1m1s1ms", 90_061_001),
            ("007s", 7_000),
        ] {
            let duration = Duration::from_millis(milliseconds);
            assert_eq!(parse(text), Ok(duration), "{text}");
            assert_eq!(parse(&shown(duration)), Ok(duration), "{text}");
        }
        assert_eq!(shown(Duration::from_secs(5400)), "1h30m");
    }

    #[test]
    fn refuses_the_rest() {
        for (text, reason) in [
            ("", "empty"),
            ("60", "no unit"),
            ("1h30", "no unit"),
            ("1.5h", "fraction"),
            ("1,5h", "fraction"),
            ("-5s", "negative"),
            ("5w", "does not know"),
            ("5 s", "does not know"),
            ("5sec", "does not know"),
            ("s", "not a duration"),
            ("soon", "not a duration"),
            ("30m1h", "falling order"),
            ("1h1h", "falling order"),
            ("99999999999999999999s", "too long"),
            ("18446744073709551615d", "too long"),
            ("5ß", "does not know"),
            ("٣s", "not a duration"),
        ] {
            let error = parse(text).expect_err(text);
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}
