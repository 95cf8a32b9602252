//! What a simulator is started with.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;
use std::time::Duration;

use thiserror::Error;

use crate::rows::Row;
use crate::znuny::{Flavour, ZoneError};

/// Which helpdesk is simulated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DeskKind {
    /// Freshdesk's REST API v2.
    #[default]
    Freshdesk,
    /// Zammad's REST API v1.
    Zammad,
    /// The REST side of Znuny's and OTOBO's generic interface; see [`Options::flavour`].
    Znuny,
}

impl DeskKind {
    /// How long its web server leaves a connection open that nobody uses; `None` for as long as the client likes.
    pub(crate) fn keeps_alive(self) -> Option<Duration> {
        match self {
            Self::Freshdesk | Self::Zammad => None,
            // Apache's KeepAliveTimeout, seen on a real Znuny.
            Self::Znuny => Some(Duration::from_secs(5)),
        }
    }
}

/// How a simulated helpdesk is set up. Fill what differs and take the rest from [`Options::default`].
#[derive(Clone)]
pub struct Options {
    /// Which helpdesk it is.
    pub desk: DeskKind,
    /// Where to listen; a loopback address, port 0 for any free port.
    pub listen: SocketAddr,
    /// What the helpdesk accepts as credentials: Freshdesk's API key, Zammad's access token (and the password of its
    /// user `otai.bot@northwind.example`), the password of everybody in Znuny.
    pub api_key: String,
    /// Initial tickets; empty for an account with groups and types and no tickets.
    pub tickets: Vec<Row>,
    /// Share of `tickets`, in file order, that are closed history; the rest is open and unclassified.
    pub history: f64,
    /// Account-wide limit; `None` counts and never refuses.
    pub rate: Option<Rate>,
    /// Limits of single kinds of call, per window of `rate`. No header shows them.
    pub sub_limits: SubLimits,
    /// Determines ids, names and the dice of the faults.
    pub seed: u64,
    /// Znuny: which system and version.
    pub flavour: Flavour,
    /// Znuny: the system's time zone; UTC, minutes east of it, a name like `Europe/Berlin` or a POSIX rule.
    pub time_zone: String,
    /// How long the search index lags behind the tickets.
    pub index_lag: Duration,
    /// How long after creation the due dates are filled in and `updated_at` moves.
    pub sla_delay: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            desk: DeskKind::default(),
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            api_key: String::new(),
            tickets: Vec::new(),
            history: 0.8,
            rate: None,
            sub_limits: SubLimits::default(),
            seed: 1,
            flavour: Flavour::default(),
            time_zone: "UTC".to_owned(),
            index_lag: Duration::from_secs(1),
            sla_delay: Duration::from_secs(1),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("desk", &self.desk)
            .field("listen", &self.listen)
            .field("api_key", &"…")
            .field("tickets", &self.tickets.len())
            .field("history", &self.history)
            .field("rate", &self.rate)
            .field("sub_limits", &self.sub_limits)
            .field("seed", &self.seed)
            .field("flavour", &self.flavour)
            .field("time_zone", &self.time_zone)
            .field("index_lag", &self.index_lag)
            .field("sla_delay", &self.sla_delay)
            .finish()
    }
}

/// So many credits per window. Parsed from `N/SECONDS`, e.g. `50/60`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// Credits per window.
    pub total: f64,
    /// Length of the fixed window.
    pub window: Duration,
}

/// Limits of single kinds of call per window; `None` means only the account's limit counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct SubLimits {
    /// `POST /tickets`.
    pub ticket_create: Option<f64>,
    /// `PUT /tickets/{id}`.
    pub ticket_update: Option<f64>,
    /// `GET /tickets`, includes counted.
    pub ticket_list: Option<f64>,
    /// `GET /contacts`.
    pub contact_list: Option<f64>,
}

/// Why a rate could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RateError {
    /// There is no `/`.
    #[error("a rate is written N/SECONDS, e.g. 50/60, not {0:?}")]
    Shape(String),
    /// N is not a positive number.
    #[error("{0:?} requests: the number before the / must be a positive number")]
    Total(String),
    /// SECONDS is not a positive number of at most a year.
    #[error("{0:?} seconds: the number after the / must be a positive number of at most a year")]
    Window(String),
}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        const YEAR: f64 = 366.0 * 86_400.0;
        let (total, window) = text.split_once('/').ok_or_else(|| RateError::Shape(text.to_owned()))?;
        let (total, window) = (total.trim(), window.trim());
        let number = |t: &str| t.parse::<f64>().ok().filter(|n| n.is_finite() && *n > 0.0);
        let seconds = window.strip_suffix('s').unwrap_or(window);
        Ok(Self {
            total: number(total).ok_or_else(|| RateError::Total(total.to_owned()))?,
            window: number(seconds)
                .filter(|n| *n <= YEAR)
                .map(Duration::from_secs_f64)
                .filter(|w| !w.is_zero())
                .ok_or_else(|| RateError::Window(window.to_owned()))?,
        })
    }
}

/// Why a simulator did not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The simulator has no TLS and no real authentication, so it must not be reachable from outside.
    #[error("{0} is not a loopback address; the simulator listens on this machine only")]
    NotLoopback(SocketAddr),
    /// The port is taken or may not be used.
    #[error("cannot listen on {addr}")]
    Listen {
        /// The address asked for.
        addr: SocketAddr,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The API key is empty.
    #[error("the API key must not be empty")]
    NoApiKey,
    /// The share of history is no share.
    #[error("the share of history must lie between 0 and 1, not {0}")]
    History(f64),
    /// A rate that lets nothing through or never ends.
    #[error("the rate must be a positive number of requests per positive time")]
    Rate,
    /// The time zone is none.
    #[error(transparent)]
    Zone(#[from] ZoneError),
    /// A row has a priority the simulator cannot place.
    #[error("row {row}: {value:?} is no priority; use low, medium, high or urgent")]
    Priority {
        /// Data row, counted from 1.
        row: usize,
        /// What stands there.
        value: String,
    },
}

impl Options {
    pub(crate) fn check(&self) -> Result<(), StartError> {
        if !self.listen.ip().is_loopback() {
            return Err(StartError::NotLoopback(self.listen));
        }
        if self.api_key.is_empty() {
            return Err(StartError::NoApiKey);
        }
        if !(0.0..=1.0).contains(&self.history) {
            return Err(StartError::History(self.history));
        }
        if self
            .rate
            .is_some_and(|r| !(r.total.is_finite() && r.total > 0.0) || r.window.is_zero())
        {
            return Err(StartError::Rate);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_credits_per_seconds() {
        assert_eq!(
            "20/6".parse(),
            Ok(Rate {
                total: 20.0,
                window: Duration::from_secs(6)
            })
        );
        assert_eq!(
            " 50 / 0.5s".parse(),
            Ok(Rate {
                total: 50.0,
                window: Duration::from_millis(500)
            })
        );
    }

    #[test]
    fn a_bad_rate_says_which_half_is_wrong() {
        assert!(matches!("20".parse::<Rate>(), Err(RateError::Shape(_))));
        for total in ["x/6", "0/6", "-1/6", "inf/6", "/6", "nan/6"] {
            assert!(matches!(total.parse::<Rate>(), Err(RateError::Total(_))), "{total}");
        }
        for window in ["20/x", "20/0", "20/", "20/1e99", "20/1e-99", "20/inf"] {
            assert!(matches!(window.parse::<Rate>(), Err(RateError::Window(_))), "{window}");
        }
    }

    #[test]
    fn the_key_is_not_in_debug_output() {
        let options = Options {
            api_key: "secret-key".into(),
            ..Options::default()
        };
        assert!(!format!("{options:?}").contains("secret-key"));
    }

    #[test]
    fn only_loopback_is_listened_on() {
        let ok = Options {
            api_key: "k".into(),
            ..Options::default()
        };
        assert!(ok.check().is_ok());
        let outside = Options {
            listen: "0.0.0.0:0".parse().unwrap(),
            ..ok.clone()
        };
        assert!(matches!(outside.check(), Err(StartError::NotLoopback(_))));
        assert!(matches!(
            Options {
                history: 1.5,
                ..ok.clone()
            }
            .check(),
            Err(StartError::History(_))
        ));
        assert!(matches!(
            Options {
                history: f64::NAN,
                ..ok.clone()
            }
            .check(),
            Err(StartError::History(_))
        ));
        assert!(matches!(
            Options {
                api_key: String::new(),
                ..ok
            }
            .check(),
            Err(StartError::NoApiKey)
        ));
    }
}
