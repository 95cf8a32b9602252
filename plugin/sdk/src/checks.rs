//! Numbers, times and keys of the params, checked before anything is sent. Each error is a [`Failure::Rejected`] that names the
//! parameter and what it must be.

use std::{ops::RangeInclusive, time::Duration};

use jiff::SignedDuration;

use crate::{Failure, Secret};

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

/// Requests a minute: above 0.
///
/// # Errors
/// Zero, negative or no number at all.
pub fn per_minute(param: &str, value: Option<f64>) -> Result<Option<f64>, Failure> {
    match value {
        Some(n) if !(n.is_finite() && n > 0.0) => Err(Failure::rejected_field(param, "must be a number above 0")),
        value => Ok(value),
    }
}

/// A time with its unit (`90s`, `2m`), in whole seconds, or its default.
///
/// # Errors
/// A time without unit, or outside of `allowed` (seconds); `example` is one that is right.
pub fn seconds(
    param: &str,
    text: Option<&str>,
    default: Duration,
    allowed: RangeInclusive<i64>,
    example: &str,
) -> Result<Duration, Failure> {
    let Some(text) = text else { return Ok(default) };
    let parsed = text.trim().parse::<SignedDuration>().ok().map(|d| d.as_secs());
    match parsed.filter(|seconds| allowed.contains(seconds)) {
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

/// A password without the blanks around it. `none` says what to do if there is none.
///
/// # Errors
/// Empty, or an environment variable that was not filled in.
pub fn password(param: &str, secret: &Secret, none: &str) -> Result<Secret, Failure> {
    let wrong = |message: &str| Err(Failure::rejected_field(param, message));
    let text = secret.expose().trim();
    if text.is_empty() {
        return wrong(&format!("is empty: {none}"));
    }
    if text.contains("${") {
        return wrong("still holds `${…}`: the environment variable with it is not set where otai runs");
    }
    Ok(Secret::from(text))
}

/// A key or token without the blanks around it. `none` says what to do if there is none.
///
/// # Errors
/// Those of [`password`], or a character that cannot stand in a header.
pub fn secret(param: &str, secret: &Secret, none: &str) -> Result<Secret, Failure> {
    let secret = password(param, secret, none)?;
    if !secret.expose().bytes().all(|b| b.is_ascii_graphic()) {
        let message = "holds a blank or another character that does not belong there: copy it again";
        return Err(Failure::rejected_field(param, message));
    }
    Ok(secret)
}

/// A key that may be missing; an empty one is none, so that `${KEY:-}` may switch it off.
///
/// # Errors
/// Those of [`secret`].
pub fn key(param: &str, key: Option<&Secret>) -> Result<Option<Secret>, Failure> {
    match key {
        Some(key) if !key.expose().trim().is_empty() => secret(param, key, "").map(Some),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let timeout = |text: &str| seconds("timeout", Some(text), default, 1..=600, "60s");
        assert_eq!(timeout("2m").unwrap(), Duration::from_secs(120));
        for text in ["0s", "11m", "5", "-1s", "soon"] {
            let why = timeout(text).unwrap_err().to_string();
            assert!(why.contains("1s to 600s"), "{text}: {why}");
        }
        let rate = |n| per_minute("requests_per_minute", Some(n));
        assert!(rate(0.0).is_err() && rate(f64::INFINITY).is_err() && rate(0.5).is_ok());
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
        let told = |text: &str| {
            secret("token", &Secret::from(text), "make one")
                .unwrap_err()
                .to_string()
        };
        assert!(told(" ").contains("make one") && told("${TOKEN}").contains("environment variable"));
        let password = password("password", &Secret::from("two wörds\n"), "ask").unwrap();
        assert_eq!(password.expose(), "two wörds");
    }
}
