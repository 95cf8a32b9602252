//! What parameters of every helpdesk plugin have in common. Each failure names the parameter.

use std::ops::RangeInclusive;

use jiff::SignedDuration;

use crate::{Failure, Secret};

/// A secret that was filled in, without blanks around it. `hint` says where to get it.
///
/// # Errors
/// [`Failure::Rejected`] if it is empty, or still the name of an environment variable.
pub fn secret(field: &str, secret: &Secret, hint: &str) -> Result<Secret, Failure> {
    let text = secret.expose().trim();
    let wrong = |message: &str| Err(Failure::rejected_field(field, message));
    if text.is_empty() {
        return wrong(&format!("is empty: {hint}"));
    }
    if text.contains("${") {
        return wrong("still holds `${…}`: the environment variable with it is not set where otai runs");
    }
    Ok(Secret::from(text))
}

/// A number of requests a minute: above 0.
///
/// # Errors
/// [`Failure::Rejected`] if it is not.
pub fn per_minute(field: &str, number: Option<f64>) -> Result<Option<f64>, Failure> {
    match number {
        Some(n) if !n.is_finite() || n <= 0.0 => Err(Failure::rejected_field(field, "must be a number above 0")),
        number => Ok(number),
    }
}

/// Whole seconds of a time with its unit, as `90s` or `2m`.
///
/// # Errors
/// [`Failure::Rejected`] if it is none, or outside of `range`.
pub fn seconds(field: &str, text: &str, range: RangeInclusive<i64>) -> Result<i64, Failure> {
    let parsed = text.trim().parse::<SignedDuration>().ok().map(|d| d.as_secs());
    parsed.filter(|seconds| range.contains(seconds)).ok_or_else(|| {
        let message = format!(
            "must be a time with its unit from {}s to {}s, for example 90s or 2m",
            range.start(),
            range.end()
        );
        Failure::rejected_field(field, message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_a_unit_and_bounds() {
        assert_eq!(seconds("t", " 2m ", 0..=3600), Ok(120));
        for wrong in ["90", "2 weeks of rain", "2h", "-1s", ""] {
            let message = seconds("t", wrong, 0..=3600).unwrap_err().to_string();
            assert!(message.contains("from 0s to 3600s"), "{wrong}: {message}");
        }
    }

    #[test]
    fn a_rate_is_above_nothing() {
        assert_eq!(per_minute("r", Some(0.5)), Ok(Some(0.5)));
        assert_eq!(per_minute("r", None), Ok(None));
        for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(per_minute("r", Some(wrong)).is_err());
        }
    }

    #[test]
    fn a_secret_is_filled_in_and_never_repeated() {
        assert_eq!(secret("p", &" x ".into(), "ask").unwrap().expose(), "x");
        assert!(
            secret("p", &" ".into(), "ask")
                .unwrap_err()
                .to_string()
                .contains("is empty: ask")
        );
        let message = secret("p", &"${CANARY}".into(), "ask").unwrap_err().to_string();
        assert!(message.contains("environment") && !message.contains("CANARY"));
    }
}
