use std::{future::Future, time::Duration};

use otai_interface::Failure;
use tokio::sync::watch;

/// Longest wait between two tries where the helpdesk names none.
const LONGEST: Duration = Duration::from_secs(60);
/// Tries of a command that shall end.
pub(super) const A_FEW: u32 = 6;

/// Asks the helpdesk before there is any ticket that could be set aside: waits out what passes, up to so many tries.
///
/// # Errors
/// What does not pass, or the last failure; at once when told to stop.
pub(super) async fn patiently<T, F: Future<Output = Result<T, Failure>>>(
    what: &str,
    tries: u32,
    stop: &mut watch::Receiver<bool>,
    ask: impl Fn() -> F,
) -> Result<T, Failure> {
    let mut tried = 0;
    loop {
        tried += 1;
        let failure = match ask().await {
            Err(failure @ Failure::Retry { .. }) if tried < tries => failure,
            end => return end,
        };
        let backoff = Duration::from_secs(1 << tried.min(6)).min(LONGEST);
        let wait = match failure {
            Failure::Retry { after_ms: Some(ms), .. } => Duration::from_millis(ms),
            _ => backoff,
        };
        tracing::warn!(wait_s = wait.as_secs(), tried, "{what}: {failure}");
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = stop.wait_for(|stop| *stop) => return Err(failure),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    async fn tries(failure: Failure, tries: u32) -> (u32, Duration) {
        let (_keep, mut stop) = watch::channel(false);
        let count = Cell::new(0);
        let started = tokio::time::Instant::now();
        let end = patiently("desk", tries, &mut stop, || {
            count.set(count.get() + 1);
            let failure = failure.clone();
            async move { Err::<(), _>(failure) }
        });
        assert!(end.await.is_err());
        (count.get(), started.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn waits_out_what_passes_and_nothing_else() {
        assert_eq!(tries(Failure::refused("wrong key"), 5).await, (1, Duration::ZERO));
        assert_eq!(tries(Failure::retry("busy"), 3).await, (3, Duration::from_secs(6)));
        let named = Failure::retry_after("limit", Duration::from_secs(34));
        assert_eq!(tries(named, 2).await, (2, Duration::from_secs(34)));
    }

    #[tokio::test(start_paused = true)]
    async fn ends_when_told() {
        let (tell, mut stop) = watch::channel(false);
        tell.send(true).unwrap();
        let end = patiently("desk", u32::MAX, &mut stop, || async {
            Err::<(), _>(Failure::retry("busy"))
        });
        assert!(end.await.is_err());
    }
}
