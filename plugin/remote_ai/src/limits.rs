//! Numbers, times and keys of the params, checked before anything is sent.

use std::time::Duration;

use jiff::SignedDuration;
use otai_plugin::{
    Address, Failure, Secret,
    model::{Limits, Network},
};

/// An engine of one's own has no allowance to share, so this only keeps a mistake from becoming a flood: a hundred a second.
const PER_MINUTE: f64 = 6000.0;
/// Longest wait for an answer that can be configured.
const LONGEST: i64 = 600;

/// A whole number within a range, or its default.
pub(crate) fn count(param: &str, value: Option<usize>, default: usize, most: usize) -> Result<usize, Failure> {
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
pub(crate) fn number(param: &str, value: f64, least: f64, most: f64) -> Result<f64, Failure> {
    match (least..=most).contains(&value) {
        true => Ok(value),
        false => Err(Failure::rejected_field(
            param,
            format!("must be a number from {least} to {most}"),
        )),
    }
}

/// How long an answer may take.
pub(crate) fn timeout(text: Option<&str>, default: Duration) -> Result<Duration, Failure> {
    let Some(text) = text else { return Ok(default) };
    let parsed = text.trim().parse::<SignedDuration>().ok().map(|d| d.as_secs());
    match parsed.filter(|seconds| (1..=LONGEST).contains(seconds)) {
        Some(seconds) => Ok(Duration::from_secs(seconds.unsigned_abs())),
        None => Err(Failure::rejected_field(
            "timeout",
            "must be a time with its unit from 1s to 10m, for example 60s",
        )),
    }
}

/// A key that can stand in a header; an empty one is none, so that `${KEY:-}` may switch it off.
pub(crate) fn key(key: Option<&Secret>) -> Result<Option<Secret>, Failure> {
    let text = key.map(|key| key.expose().trim()).unwrap_or_default();
    if !text.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Failure::rejected_field(
            "api_key",
            "holds a blank or another character that no key has: copy it again",
        ));
    }
    Ok((!text.is_empty()).then(|| Secret::from(text)))
}

/// The network of one engine.
pub(crate) fn network(address: &Address, requests_per_minute: Option<f64>) -> Network {
    Network {
        origins: vec![address.origin.clone()],
        plain_http: address.plain_http,
        limits: Limits {
            requests_per_minute,
            assumed_per_minute: Some(PER_MINUTE),
            ..Limits::default()
        },
        ..Network::default()
    }
}

/// `requests_per_minute`, if it is one.
pub(crate) fn per_minute(value: Option<f64>) -> Result<Option<f64>, Failure> {
    value.map(|n| number("requests_per_minute", n, 1.0, 1e6)).transpose()
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
        assert_eq!(timeout(Some("2m"), default).unwrap(), Duration::from_secs(120));
        for text in ["0s", "11m", "5", "-1s", "soon"] {
            assert!(timeout(Some(text), default).is_err(), "{text}");
        }
        assert!(per_minute(Some(0.0)).is_err() && per_minute(Some(f64::INFINITY)).is_err());
    }

    #[test]
    fn an_empty_key_is_no_key_and_a_broken_one_is_not_repeated() {
        assert!(key(Some(&Secret::from(" "))).unwrap().is_none());
        assert_eq!(key(Some(&Secret::from(" k1\n"))).unwrap().unwrap().expose(), "k1");
        let failure = key(Some(&Secret::from("canary key"))).unwrap_err();
        assert!(!failure.to_string().contains("canary"), "{failure}");
    }
}
