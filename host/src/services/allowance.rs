//! How many requests we may send. The server is the authority: its answers set the rate, and its 429 stops everybody.
//!
//! A bucket of tokens that refills with our share of the account's allowance; a request takes its cost and, if the bucket is
//! empty, waits for its turn in order of arrival. The bucket holds a quarter of a minute, so an idle account may be used at
//! once and a busy one is used evenly.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use otai_interface::model::Limits;
use tokio::time::Instant;

/// Without any word from plugin or server. Freshdesk's smallest plan grants 50 to the whole account.
const ASSUMED_PER_MINUTE: f64 = 40.0;
/// Minutes' worth of tokens that the bucket holds.
const BURST: f64 = 0.25;
/// Below this part of the account's total others need the rest.
const NEARLY_EMPTY: f64 = 0.1;
/// How long to leave the rest to others; windows last a minute, so this asks a few times in each.
const PAUSE: Duration = Duration::from_secs(10);
/// A `Retry-After` that is missing or absurd.
const DEFAULT_RETRY: Duration = Duration::from_secs(60);
const LONGEST_RETRY: Duration = Duration::from_secs(3600);

/// The allowance of one account.
#[derive(Debug)]
pub struct Allowance {
    limits: Limits,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    per_minute: f64,
    tokens: f64,
    counted: Instant,
    closed_until: Option<Instant>,
}

impl Allowance {
    pub(crate) fn new(limits: Limits) -> Self {
        let assumed = limits
            .assumed_per_minute
            .filter(|n| *n > 0.0)
            .unwrap_or(ASSUMED_PER_MINUTE);
        let per_minute = limits.requests_per_minute.unwrap_or(assumed).max(1.0);
        let state = State {
            per_minute,
            tokens: capacity(per_minute),
            counted: Instant::now(),
            closed_until: None,
        };
        Self {
            limits,
            state: Mutex::new(state),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Requests a minute that we may send now.
    #[must_use]
    pub fn per_minute(&self) -> f64 {
        self.state().per_minute
    }

    /// Waits for the right to send a request of that cost.
    ///
    /// # Errors
    /// The time to wait, if that lies beyond the deadline; nothing is taken then.
    pub async fn acquire(&self, cost: f64, deadline: Instant) -> Result<(), Duration> {
        let ready = {
            let mut state = self.state();
            let now = Instant::now();
            state.refill(now);
            let ready = state.ready(cost, now);
            if ready > deadline {
                return Err(ready - now);
            }
            state.tokens -= cost;
            ready
        };
        tokio::time::sleep_until(ready).await;
        // The server may have closed the door while we waited.
        loop {
            let closed = self.state().closed_until;
            match closed {
                Some(until) if until > deadline => {
                    self.state().tokens += cost;
                    return Err(until.saturating_duration_since(Instant::now()));
                }
                Some(until) if until > Instant::now() => tokio::time::sleep_until(until).await,
                _ => return Ok(()),
            }
        }
    }

    /// Learns from an answer: `header` finds a response header by its lower-case name.
    pub fn observe<'a>(&self, status: u16, announced_cost: f64, header: impl Fn(&str) -> Option<&'a str>) {
        let number = |name: &Option<String>| {
            name.as_deref()
                .and_then(&header)
                .and_then(|v| v.trim().parse::<f64>().ok())
                .filter(|n| n.is_finite() && *n >= 0.0)
        };
        let now = Instant::now();
        let mut state = self.state();
        state.refill(now);
        if let Some(used) = number(&self.limits.used_header) {
            state.tokens += announced_cost - used;
        }
        if let Some(total) = number(&self.limits.total_header).filter(|total| *total > 0.0) {
            let ours = total * self.limits.share.unwrap_or(1.0);
            let rate = self
                .limits
                .requests_per_minute
                .map_or(ours, |cap| cap.min(ours))
                .max(1.0);
            if (rate - state.per_minute).abs() > f64::EPSILON {
                state.tokens += capacity(rate) - capacity(state.per_minute);
                state.per_minute = rate;
            }
            if number(&self.limits.remaining_header).is_some_and(|left| left < total * NEARLY_EMPTY) && status != 429 {
                state.close(now + PAUSE.min(Duration::from_secs_f64(60.0 / rate * 10.0)));
            }
        }
        if status == 429 {
            state.close(now + retry_after(header("retry-after")));
        }
    }
}

impl State {
    fn refill(&mut self, now: Instant) {
        let elapsed = now.saturating_duration_since(self.counted).as_secs_f64();
        self.tokens = (self.tokens + elapsed * self.per_minute / 60.0).min(capacity(self.per_minute));
        self.counted = now;
    }

    fn ready(&self, cost: f64, now: Instant) -> Instant {
        let missing = (cost.min(capacity(self.per_minute)) - self.tokens).max(0.0);
        let filled = now + Duration::from_secs_f64((missing * 60.0 / self.per_minute).min(86_400.0));
        self.closed_until.map_or(filled, |closed| closed.max(filled))
    }

    fn close(&mut self, until: Instant) {
        self.closed_until = Some(self.closed_until.map_or(until, |closed| closed.max(until)));
    }
}

fn capacity(per_minute: f64) -> f64 {
    (per_minute * BURST).max(5.0)
}

/// Seconds (also with a fraction) or an HTTP date.
fn retry_after(value: Option<&str>) -> Duration {
    let Some(value) = value.map(str::trim) else {
        return DEFAULT_RETRY;
    };
    if let Ok(seconds) = value.parse::<f64>() {
        return match seconds.is_finite() && seconds >= 0.0 {
            true => Duration::from_secs_f64(seconds.min(LONGEST_RETRY.as_secs_f64())),
            false => DEFAULT_RETRY,
        };
    }
    httpdate::parse_http_date(value)
        .ok()
        .and_then(|date| date.duration_since(std::time::SystemTime::now()).ok())
        .map_or(DEFAULT_RETRY, |wait| wait.min(LONGEST_RETRY))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits {
            share: Some(0.5),
            total_header: Some("x-total".into()),
            remaining_header: Some("x-left".into()),
            used_header: Some("x-used".into()),
            ..Limits::default()
        }
    }

    fn far() -> Instant {
        Instant::now() + Duration::from_secs(3600)
    }

    #[tokio::test(start_paused = true)]
    async fn sends_no_more_than_the_share_and_in_order() {
        let allowance = Allowance::new(limits());
        allowance.observe(200, 1.0, |name| (name == "x-total").then_some("120.0"));
        assert!((allowance.per_minute() - 60.0).abs() < 1e-9);
        let start = Instant::now();
        for _ in 0..75 {
            allowance.acquire(1.0, far()).await.unwrap();
        }
        // 15 from the full bucket, then one a second.
        let seconds = start.elapsed().as_secs_f64();
        assert!((59.0..=61.0).contains(&seconds), "{seconds}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_429_stops_everybody_until_the_named_time() {
        let allowance = Allowance::new(limits());
        allowance.observe(429, 1.0, |name| (name == "retry-after").then_some("34"));
        let start = Instant::now();
        assert_eq!(
            allowance.acquire(1.0, start + Duration::from_secs(30)).await,
            Err(Duration::from_secs(34))
        );
        allowance.acquire(1.0, far()).await.unwrap();
        assert!(start.elapsed() >= Duration::from_secs(34));
    }

    #[test]
    fn reads_every_form_of_retry_after() {
        assert_eq!(retry_after(Some("2.5")), Duration::from_millis(2500));
        assert_eq!(retry_after(None), DEFAULT_RETRY);
        assert_eq!(retry_after(Some("-3")), DEFAULT_RETRY);
        assert_eq!(retry_after(Some("soon")), DEFAULT_RETRY);
        assert_eq!(retry_after(Some("99999999999")), LONGEST_RETRY);
        let date = httpdate::fmt_http_date(std::time::SystemTime::now() + Duration::from_secs(100));
        assert!((95..=100).contains(&retry_after(Some(&date)).as_secs()));
    }

    #[tokio::test(start_paused = true)]
    async fn leaves_the_last_tenth_to_others_and_pays_the_real_cost() {
        let allowance = Allowance::new(limits());
        let start = Instant::now();
        allowance.observe(200, 1.0, |name| match name {
            "x-total" => Some("100"),
            "x-left" => Some("9.0"),
            _ => None,
        });
        allowance.acquire(1.0, far()).await.unwrap();
        assert!(start.elapsed() >= Duration::from_secs(9), "{:?}", start.elapsed());

        allowance.observe(200, 1.0, |_| None);
        let before = allowance.state().tokens;
        allowance.observe(200, 1.0, |name| (name == "x-used").then_some("7"));
        assert!((allowance.state().tokens - (before - 6.0)).abs() < 0.01);
    }

    #[tokio::test(start_paused = true)]
    async fn a_configured_cap_is_never_exceeded() {
        let allowance = Allowance::new(Limits {
            requests_per_minute: Some(10.0),
            ..limits()
        });
        assert!((allowance.per_minute() - 10.0).abs() < 1e-9);
        allowance.observe(200, 1.0, |name| (name == "x-total").then_some("100000"));
        assert!((allowance.per_minute() - 10.0).abs() < 1e-9);
    }

    #[tokio::test(start_paused = true)]
    async fn never_sends_more_than_the_server_allows_whatever_it_says() {
        use rand::{RngExt as _, SeedableRng as _};
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(1);
        let totals = ["", "0", "-1", "NaN", "12.0", "50", "700.0", "1e300", "abc"];
        let allowance = Allowance::new(limits());
        for _ in 0..20_000 {
            let total = totals[random.random_range(0..totals.len())];
            let retry = totals[random.random_range(0..totals.len())];
            let status = if random.random_range(0..10) == 0 { 429 } else { 200 };
            allowance.observe(status, 1.0, |name| match name {
                "x-total" => Some(total),
                "retry-after" => Some(retry),
                _ => None,
            });
            let state = allowance.state();
            assert!(state.per_minute.is_finite() && state.per_minute >= 1.0 && state.tokens.is_finite());
        }
    }
}
