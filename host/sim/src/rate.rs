//! Counting calls against the account's limit.
//!
//! A fixed window: it begins with the first call after the last one ended. Every call counts, also those that fail;
//! one that takes the last credit still succeeds, and refused ones cost nothing more.

use std::time::Duration;

use crate::options::{Rate, SubLimits};

/// Shown as the total when nothing is ever refused.
const UNLIMITED: Rate = Rate {
    total: 1_000_000.0,
    window: Duration::from_secs(60),
};

/// Kinds of call with a limit of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    TicketCreate,
    TicketUpdate,
    TicketList,
    ContactList,
}

/// What the headers of an answer say, and whether the call may be made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Admission {
    pub(crate) total: f64,
    pub(crate) remaining: f64,
    pub(crate) cost: f64,
    /// Seconds to wait, when refused.
    pub(crate) refused: Option<u64>,
}

#[derive(Debug)]
pub(crate) struct Meter {
    rate: Option<Rate>,
    subs: SubLimits,
    ends_ms: i64,
    used: f64,
    sub_used: [f64; 4],
}

impl Meter {
    pub(crate) fn new(rate: Option<Rate>, subs: SubLimits) -> Self {
        Self {
            rate,
            subs,
            ends_ms: i64::MIN,
            used: 0.0,
            sub_used: [0.0; 4],
        }
    }

    pub(crate) fn admit(&mut self, now_ms: i64, cost: f64, kind: Option<Kind>) -> Admission {
        let rate = self.rate.unwrap_or(UNLIMITED);
        if now_ms >= self.ends_ms {
            self.ends_ms = now_ms.saturating_add((rate.window.as_millis() as i64).max(1));
            self.used = 0.0;
            self.sub_used = [0.0; 4];
        }
        let sub_full = kind.is_some_and(|k| {
            self.sub_limit(k)
                .is_some_and(|limit| self.sub_used[k as usize] >= limit)
        });
        let full = self.rate.is_some() && self.used >= rate.total;
        if full || sub_full {
            let wait = ((self.ends_ms - now_ms) as u64).div_ceil(1000).max(1);
            let remaining = (rate.total - self.used).max(0.0);
            return Admission {
                total: rate.total,
                remaining,
                cost,
                refused: Some(wait),
            };
        }
        self.used += cost;
        if let Some(kind) = kind {
            self.sub_used[kind as usize] += cost;
        }
        Admission {
            total: rate.total,
            remaining: (rate.total - self.used).max(0.0),
            cost,
            refused: None,
        }
    }

    pub(crate) fn rate(&self) -> Option<Rate> {
        self.rate
    }

    fn sub_limit(&self, kind: Kind) -> Option<f64> {
        match kind {
            Kind::TicketCreate => self.subs.ticket_create,
            Kind::TicketUpdate => self.subs.ticket_update,
            Kind::TicketList => self.subs.ticket_list,
            Kind::ContactList => self.subs.contact_list,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meter(total: f64) -> Meter {
        let rate = Rate {
            total,
            window: Duration::from_secs(6),
        };
        Meter::new(
            Some(rate),
            SubLimits {
                ticket_list: Some(2.0),
                ..SubLimits::default()
            },
        )
    }

    #[test]
    fn the_last_credit_succeeds_and_the_next_call_waits_for_the_window() {
        let mut meter = meter(3.0);
        assert_eq!(meter.admit(0, 1.0, None).remaining, 2.0);
        let last = meter.admit(100, 7.0, None);
        assert_eq!((last.remaining, last.refused), (0.0, None));
        assert_eq!(meter.admit(1_500, 1.0, None).refused, Some(5));
        assert_eq!(meter.admit(5_999, 1.0, None).refused, Some(1));
        assert_eq!(meter.admit(6_000, 1.0, None).refused, None);
    }

    #[test]
    fn a_sub_limit_refuses_while_the_account_has_credits() {
        let mut meter = meter(100.0);
        assert_eq!(meter.admit(0, 3.0, Some(Kind::TicketList)).refused, None);
        let refused = meter.admit(0, 1.0, Some(Kind::TicketList));
        assert!(refused.refused.is_some() && refused.remaining == 97.0);
        assert_eq!(meter.admit(0, 1.0, Some(Kind::TicketUpdate)).refused, None);
    }

    #[test]
    fn without_a_rate_nothing_is_refused() {
        let mut meter = Meter::new(None, SubLimits::default());
        assert!((0..5).all(|_| meter.admit(0, 900_000.0, None).refused.is_none()));
        assert_eq!(meter.admit(0, 1.0, None).total, 1_000_000.0);
    }
}
