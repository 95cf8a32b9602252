//! Parameters that every helpdesk plugin has, checked in the same words.

use jiff::SignedDuration;

use crate::{Failure, Secret};

/// A secret as people paste it: trimmed, and refused if it was never filled in. `missing` says where it is found, `forbidden`
/// which further characters none of its kind can hold.
///
/// # Errors
/// [`Failure::Rejected`] with the field; the secret itself is never repeated.
pub fn secret(field: &str, secret: &Secret, missing: &str, forbidden: &[char]) -> Result<Secret, Failure> {
    let wrong = |message: &str| Err(Failure::rejected_field(field, message));
    let text = secret.expose().trim();
    if text.is_empty() {
        return wrong(&format!("is empty: {missing}"));
    }
    if text.contains("${") {
        return wrong("still holds `${…}`: the environment variable is not set where otai runs");
    }
    if !text.bytes().all(|b| b.is_ascii_graphic()) || text.contains(forbidden) {
        return wrong("holds a blank or another character that none of its kind has: copy it again");
    }
    Ok(Secret::from(text))
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
}
