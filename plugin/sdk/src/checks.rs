//! Parameters that plugins have in common, checked in the same words before anything is sent. Each error is a
//! [`Failure::Rejected`] that names the parameter and says what it must be.

use std::{ops::RangeInclusive, time::Duration};

use jiff::SignedDuration;

use crate::{Failure, Secret};

/// A password without the blanks around it. `missing` says where it is found.
///
/// # Errors
/// Empty, or an environment variable that was not filled in; the password itself is never repeated.
pub fn password(field: &str, secret: &Secret, missing: &str) -> Result<Secret, Failure> {
    let wrong = |message: &str| Err(Failure::rejected_field(field, message));
    let text = secret.expose().trim();
    if text.is_empty() {
        return wrong(&format!("is empty: {missing}"));
    }
    if text.contains("${") {
        return wrong("still holds `${…}`: the environment variable is not set where otai runs");
    }
    Ok(Secret::from(text))
}

/// A secret as people paste it: trimmed, and refused if it was never filled in. `missing` says where it is found, `forbidden`
/// which further characters none of its kind can hold.
///
/// # Errors
/// [`Failure::Rejected`] with the field; the secret itself is never repeated.
pub fn secret(field: &str, secret: &Secret, missing: &str, forbidden: &[char]) -> Result<Secret, Failure> {
    let secret = password(field, secret, missing)?;
    let text = secret.expose();
    if !text.bytes().all(|b| b.is_ascii_graphic()) || text.contains(forbidden) {
        let message = "holds a blank or another character that none of its kind has: copy it again";
        return Err(Failure::rejected_field(field, message));
    }
    Ok(secret)
}

/// An upper bound of requests a minute.
///
/// # Errors
/// [`Failure::Rejected`] with the field `requests_per_minute`.
pub fn per_minute(wanted: Option<f64>) -> Result<Option<f64>, Failure> {
    match wanted {
        Some(n) if !n.is_finite() || n <= 0.0 => Err(Failure::rejected_field(
            "requests_per_minute",
            "must be a number above 0",
        )),
        wanted => Ok(wanted),
    }
}

/// A key that may be missing; an empty one is none, so that `${KEY:-}` may switch it off.
///
/// # Errors
/// Those of [`secret`].
pub fn key(param: &str, key: Option<&Secret>) -> Result<Option<Secret>, Failure> {
    match key {
        Some(key) if !key.expose().trim().is_empty() => secret(param, key, "", &[]).map(Some),
        _ => Ok(None),
    }
}

/// A whole number from 1 to `most`, or its default.
///
/// # Errors
/// Outside of that.
pub fn count(param: &str, value: Option<usize>, default: usize, most: usize) -> Result<usize, Failure> {
    match value {
        None => Ok(default),
        Some(n) if (1..=most).contains(&n) => Ok(n),
        Some(_) => Err(Failure::rejected_field(
            param,
            format!("must be a whole number from 1 to {most}"),
        )),
    }
}

/// A number from `least` to `most`.
///
/// # Errors
/// Outside of that, or no number at all.
pub fn number(param: &str, value: f64, least: f64, most: f64) -> Result<f64, Failure> {
    match (least..=most).contains(&value) {
        true => Ok(value),
        false => Err(Failure::rejected_field(
            param,
            format!("must be a number from {least} to {most}"),
        )),
    }
}

/// A time with its unit (`90s`, `2m`), in whole seconds, or its default.
///
/// # Errors
/// A time without unit, or outside of `allowed` (seconds); `example` is one that is right.
pub fn duration(
    param: &str,
    text: Option<&str>,
    default: Duration,
    allowed: RangeInclusive<i64>,
    example: &str,
) -> Result<Duration, Failure> {
    let Some(text) = text else { return Ok(default) };
    match seconds(text).filter(|seconds| allowed.contains(seconds)) {
        Some(seconds) => Ok(Duration::from_secs(seconds.unsigned_abs())),
        None => Err(Failure::rejected_field(
            param,
            format!(
                "must be a time with its unit from {}s to {}s, for example {example}",
                allowed.start(),
                allowed.end()
            ),
        )),
    }
}

/// How far each walk over the changes reads back, in seconds: [`crate::Pages::overlap`].
///
/// # Errors
/// [`Failure::Rejected`] with the field `overlap`.
pub fn overlap(text: Option<&str>, otherwise: i64) -> Result<i64, Failure> {
    let Some(text) = text else { return Ok(otherwise) };
    seconds(text)
        .filter(|seconds| (0..=3600).contains(seconds))
        .ok_or_else(|| {
            Failure::rejected_field(
                "overlap",
                "must be a time with its unit from 0s to 1h, for example 90s or 2m",
            )
        })
}

/// A time with its unit, `90s`, `1m 30s` → whole seconds.
#[must_use]
pub fn seconds(text: &str) -> Option<i64> {
    text.trim().parse::<SignedDuration>().ok().map(|d| d.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused<T: std::fmt::Debug>(outcome: Result<T, Failure>, named: &str) -> String {
        match outcome.unwrap_err() {
            Failure::Rejected {
                message,
                field: Some(field),
                every_ticket: false,
            } if field == named => message,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_secret_that_was_not_filled_in_has_its_own_sentence() {
        let of = |text: &str| secret("key", &Secret::from(text), "it is on the wall", &[':']);
        assert!(refused(of(" \n"), "key").contains("is empty: it is on the wall"));
        assert!(refused(of("${KEY}"), "key").contains("environment variable"));
        for text in ["two canaries", "canary\u{7}", "cänary", "canary:x"] {
            let message = refused(of(text), "key");
            assert!(
                message.contains("copy it again") && !message.contains("canar"),
                "{message}"
            );
        }
        assert_eq!(of("4711\n").unwrap().expose(), "4711");
        let of = |text: &str| password("password", &Secret::from(text), "ask the admin");
        assert_eq!(of("two wörds\n").unwrap().expose(), "two wörds");
        assert!(refused(of("${PASSWORD}"), "password").contains("environment variable"));
    }

    #[test]
    fn numbers_and_times_have_bounds() {
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            refused(per_minute(Some(bad)), "requests_per_minute");
        }
        assert_eq!((per_minute(Some(0.5)), per_minute(None)), (Ok(Some(0.5)), Ok(None)));
        for (text, wanted) in [("90s", 90), ("2m", 120), ("0s", 0), ("1h", 3600), (" 1m 30s ", 90)] {
            assert_eq!(overlap(Some(text), 7), Ok(wanted), "{text}");
        }
        for text in ["", "90", "-5s", "61m", "soon"] {
            refused(overlap(Some(text), 7), "overlap");
        }
        assert_eq!(overlap(None, 7), Ok(7));
    }

    #[test]
    fn what_lies_outside_is_refused_with_its_name() {
        assert!(
            count("concurrency", Some(0), 4, 64)
                .unwrap_err()
                .to_string()
                .contains("1 to 64")
        );
        assert!(count("concurrency", Some(65), 4, 64).is_err() && count("concurrency", Some(64), 4, 64).is_ok());
        assert!(number("temperature", f64::NAN, 0.0, 2.0).is_err() && number("temperature", 2.0, 0.0, 2.0).is_ok());
        let default = Duration::from_secs(60);
        let timeout = |text: &str| duration("timeout", Some(text), default, 1..=600, "60s");
        assert_eq!(timeout("2m").unwrap(), Duration::from_secs(120));
        for text in ["0s", "11m", "5", "-1s", "soon"] {
            let why = timeout(text).unwrap_err().to_string();
            assert!(why.contains("1s to 600s"), "{text}: {why}");
        }
    }

    #[test]
    fn an_empty_key_is_no_key_and_a_broken_one_is_not_repeated() {
        assert!(key("api_key", Some(&Secret::from(" "))).unwrap().is_none());
        assert_eq!(
            key("api_key", Some(&Secret::from(" k1\n"))).unwrap().unwrap().expose(),
            "k1"
        );
        let failure = key("api_key", Some(&Secret::from("canary key"))).unwrap_err();
        assert!(!failure.to_string().contains("canary"), "{failure}");
    }
}
