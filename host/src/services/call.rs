//! What the network knows of the call on whose behalf it sends: how long the lease lasts, and whether a write went out.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;

tokio::task_local! {
    static CALL: Arc<CallScope>;
}

/// A write is sent only if this much of the lease is left: longer than [`super::http::WRITE_TIMEOUT`] plus what a slow server
/// may take to apply a request after we gave up on it.
pub(crate) const LEAST_LEASE: Duration = Duration::from_secs(30);

/// The circumstances of one plugin call.
#[derive(Debug)]
pub struct CallScope {
    /// No request may be waiting after this.
    pub deadline: Instant,
    /// End of the lease under which a write is allowed; `None`: writes are not bound to a ticket.
    pub lease: Option<Instant>,
    /// Writes that went out and that nobody has refused.
    written: AtomicU32,
}

/// Whether the other side may have received a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// Certainly not.
    No,
    /// Bytes of it left this machine.
    Maybe,
}

impl CallScope {
    /// A call that must end in time.
    #[must_use]
    pub fn within(time: Duration) -> Arc<Self> {
        Arc::new(Self {
            deadline: Instant::now() + time,
            lease: None,
            written: AtomicU32::new(0),
        })
    }

    /// A call that writes to a ticket that we hold until then.
    #[must_use]
    pub fn under_lease(time: Duration, lease: Instant) -> Arc<Self> {
        Arc::new(Self {
            deadline: (Instant::now() + time).min(lease),
            lease: Some(lease),
            written: AtomicU32::new(0),
        })
    }

    /// Runs a future in this scope.
    pub async fn run<F: Future>(self: Arc<Self>, future: F) -> F::Output {
        CALL.scope(self, future).await
    }

    /// Whether a write went out.
    #[must_use]
    pub fn sent(&self) -> Sent {
        if self.written.load(Ordering::Acquire) > 0 {
            Sent::Maybe
        } else {
            Sent::No
        }
    }

    pub(super) fn write_goes_out(&self) {
        self.written.fetch_add(1, Ordering::AcqRel);
    }

    /// The server did not do the last one. What it did before stays done: a refused tag says nothing of the values.
    pub(super) fn write_was_refused(&self) {
        self.written.fetch_sub(1, Ordering::AcqRel);
    }

    pub(super) fn current() -> Option<Arc<Self>> {
        CALL.try_with(Arc::clone).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_takes_back_its_own_write_and_no_earlier_one() {
        let scope = CallScope::within(Duration::from_secs(1));
        scope.write_goes_out();
        scope.write_was_refused();
        assert_eq!(scope.sent(), Sent::No, "nothing was done");
        scope.write_goes_out();
        scope.write_goes_out();
        scope.write_was_refused();
        assert_eq!(scope.sent(), Sent::Maybe, "the first of the two was done");
    }
}
