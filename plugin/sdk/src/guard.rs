//! No panic of a plugin leaves it: each becomes [`Failure::Bug`] with message and place, and costs one call.

use std::{
    any::Any,
    cell::RefCell,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::Once,
    task::{Context, Poll},
};

use crate::{Failure, Host, logging};

thread_local! {
    /// Where the latest panic of this thread happened; the hook knows it, the payload does not.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Keeps the place of panics. The hook is the plugin's own: each cdylib has its own copy of std.
pub(crate) fn install_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|info| {
            let place = info.location().map(ToString::to_string);
            PLACE.with(|p| *p.borrow_mut() = place);
        }));
    });
}

fn bug(call: &str, payload: Box<dyn Any + Send>) -> Failure {
    let message = payload
        .downcast_ref::<&str>()
        .map(|s| (*s).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned());
    // The payload's own Drop may panic; a few leaked bytes are cheaper than an abort.
    std::mem::forget(payload);
    let place = PLACE.with(|p| p.borrow_mut().take());
    Failure::Bug {
        message: format!("plugin panicked in {call}: {message}"),
        place,
    }
}

/// Runs a constructor or another plain call.
pub(crate) fn guarded<T>(call: &str, host: &Host, run: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    let _current = logging::enter(host);
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|payload| Err(bug(call, payload)))
}

/// Polls (and drops) a call of the plugin under guard, with log lines attributed to its instance.
pub(crate) struct Guarded<F> {
    call: &'static str,
    host: Host,
    future: Option<Pin<Box<F>>>,
}

impl<F> Guarded<F> {
    pub(crate) fn new(call: &'static str, host: Host, future: F) -> Self {
        Self {
            call,
            host,
            future: Some(Box::pin(future)),
        }
    }
}

impl<F> Guarded<F> {
    fn drop_future(&mut self) {
        let future = self.future.take();
        let _current = logging::enter(&self.host);
        // A panic while dropping would abort the host; the call is over either way.
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(future))) {
            tracing::error!("{}", bug(self.call, payload));
        }
    }
}

impl<T, F: Future<Output = Result<T, Failure>>> Future for Guarded<F> {
    type Output = Result<T, Failure>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let Some(future) = this.future.as_mut() else {
            return Poll::Ready(Err(Failure::bug(format!("{} was polled after its end", this.call))));
        };
        let polled = {
            let _current = logging::enter(&this.host);
            catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx)))
        };
        match polled {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => {
                this.drop_future();
                Poll::Ready(output)
            }
            Err(payload) => {
                let failure = bug(this.call, payload);
                this.drop_future();
                Poll::Ready(Err(failure))
            }
        }
    }
}

impl<F> Drop for Guarded<F> {
    fn drop(&mut self) {
        self.drop_future();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ScriptedHost;

    #[tokio::test]
    async fn a_panic_becomes_a_failure_with_its_message() {
        let host = ScriptedHost::new().host();
        let call = async {
            let empty: Vec<u8> = Vec::new();
            let index = empty.len() + 3;
            Ok(empty[index])
        };
        let failure = Guarded::new("find_tickets", host, call).await.unwrap_err();
        assert!(
            failure
                .to_string()
                .contains("plugin panicked in find_tickets: index out of bounds"),
            "{failure}"
        );
    }

    #[tokio::test]
    async fn a_payload_and_a_future_that_panic_when_dropped_are_survived() {
        struct Nasty;
        impl Drop for Nasty {
            fn drop(&mut self) {
                panic!("dropped");
            }
        }
        let host = ScriptedHost::new().host();
        let call = async {
            std::panic::panic_any(Nasty);
            #[allow(unreachable_code)]
            Ok(())
        };
        assert!(Guarded::new("a", host.clone(), call).await.is_err());
        let held = async {
            let _nasty = Nasty;
            std::future::pending::<()>().await;
            Ok(())
        };
        let mut guarded = Box::pin(Guarded::new("b", host, held));
        assert!(futures::poll!(&mut guarded).is_pending());
        drop(guarded);
    }
}
