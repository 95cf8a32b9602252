//! What the host does for plugins: the network, once for all of them, and the log.
//!
//! Rate limits, timeouts, TLS, size caps and the list of allowed origins exist here and nowhere else.

mod allowance;
mod border;
mod call;
mod client;
mod http;
mod log;
mod trouble;
mod trust;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use otai_interface::model::Limits;

pub use allowance::Allowance;
pub(crate) use border::HostObjectOf;
pub use call::{CallScope, Sent};
pub use client::HttpSetup;
pub(crate) use client::{allowed, client};
pub use http::Http;

/// The allowances of all accounts, and the count of all requests.
#[derive(Default)]
pub struct Services {
    allowances: Mutex<HashMap<String, Arc<Allowance>>>,
    requests: AtomicU64,
}

impl Services {
    /// HTTP requests sent since the start, failed ones included.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// The allowance of an account. Two services on the same origin share one, as their helpdesk counts them together.
    pub(crate) fn allowance(&self, origin: &str, limits: &Limits) -> Arc<Allowance> {
        let mut allowances = self.allowances.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(
            allowances
                .entry(origin.to_owned())
                .or_insert_with(|| Arc::new(Allowance::new(limits.clone()))),
        )
    }
}
