//! Something read from the helpdesk and kept: once when it is first needed, again when something does not fit it.

use std::{
    fmt,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::Failure;

/// At most one reload in this time, whatever keeps not fitting.
const RELOAD_EVERY: Duration = Duration::from_secs(60);

/// Keeps a `T`, for example the form of the account. The lock is never held over an await.
pub struct Kept<T>(Mutex<Inner<T>>);

struct Inner<T> {
    value: Option<Arc<T>>,
    reloaded: Option<Instant>,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::new(Inner {
            value: None,
            reloaded: None,
        }))
    }
}

impl<T> fmt::Debug for Kept<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kept")
    }
}

impl<T> Kept<T> {
    fn inner(&self) -> MutexGuard<'_, Inner<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From memory if it is there, else as `load` reads it.
    ///
    /// # Errors
    /// Those of `load`.
    pub async fn get(&self, load: impl Future<Output = Result<T, Failure>>) -> Result<Arc<T>, Failure> {
        let kept = self.inner().value.clone();
        match kept {
            Some(value) => Ok(value),
            None => Ok(self.put(load.await?)),
        }
    }

    /// What `make` makes of the kept value; if it cannot, of the value as it is read again: a name that is not there may be newer.
    ///
    /// # Errors
    /// Those of `load` at the first reading, and those of `make`.
    pub async fn make<R, F>(
        &self,
        what: &str,
        load: impl Fn() -> F,
        make: impl Fn(&T) -> Result<R, Failure>,
    ) -> Result<(Arc<T>, R), Failure>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        let kept = self.get(load()).await?;
        let failure = match make(&kept) {
            Ok(made) => return Ok((kept, made)),
            Err(failure) => failure,
        };
        match self.renew(what, load()).await {
            Some(new) => make(&new).map(|made| (new, made)),
            None => Err(failure),
        }
    }

    /// Keeps a value that was just read.
    pub fn put(&self, value: T) -> Arc<T> {
        let value = Arc::new(value);
        self.inner().value = Some(Arc::clone(&value));
        value
    }

    /// Reads it again, unless that was done within the last minute. `None`: nothing new; why it could not be read is logged.
    /// `what` is its name in the log.
    pub async fn renew(&self, what: &str, load: impl Future<Output = Result<T, Failure>>) -> Option<Arc<T>> {
        {
            let mut inner = self.inner();
            if inner.reloaded.is_some_and(|at| at.elapsed() < RELOAD_EVERY) {
                return None;
            }
            inner.reloaded = Some(Instant::now());
        }
        tracing::info!("something does not fit the {what} read before: reading them again");
        match load.await {
            Ok(value) => Some(self.put(value)),
            Err(failure) => {
                tracing::warn!("the {what} could not be read again: {failure}");
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_once_and_again_at_most_once_a_minute() {
        crate::block_on(async {
            let kept = Kept::default();
            assert!(kept.get(async { Err(Failure::retry("down")) }).await.is_err());
            assert_eq!(*kept.get(async { Ok(1) }).await.unwrap(), 1);
            assert_eq!(*kept.get(async { Ok(2) }).await.unwrap(), 1);
            assert_eq!(kept.renew("form", async { Ok(3) }).await.as_deref(), Some(&3));
            assert_eq!(kept.renew("form", async { Ok(4) }).await, None);
            assert_eq!(*kept.get(async { Ok(5) }).await.unwrap(), 3);
        });
    }

    #[test]
    fn what_cannot_be_made_of_the_old_is_made_of_the_new() {
        crate::block_on(async {
            let kept = Kept::default();
            kept.put(1);
            let at_least = |least: i32| {
                move |have: &i32| match *have >= least {
                    true => Ok(*have),
                    false => Err(Failure::rejected("too old")),
                }
            };
            let load = || async { Ok(2) };
            assert_eq!(kept.make("form", load, at_least(1)).await.unwrap().1, 1);
            assert_eq!(kept.make("form", load, at_least(2)).await.unwrap().1, 2);
            assert_eq!(
                kept.make("form", load, at_least(3)).await,
                Err(Failure::rejected("too old"))
            );
        });
    }
}
