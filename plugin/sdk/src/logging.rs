//! Forwards the plugin's `tracing` events to the host. Each cdylib has its own copy of tracing, so each needs its own.

use std::{cell::RefCell, fmt::Write as _, sync::Once};

use otai_interface::model::LogRecord;
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

use crate::Host;

thread_local! {
    /// Two instances of one library share its statics, so each poll says on whose behalf it runs.
    static CURRENT: RefCell<Option<Host>> = const { RefCell::new(None) };
}

/// While it lives, log lines of this thread belong to one instance.
pub(crate) struct Entered(Option<Host>);

pub(crate) fn enter(host: &Host) -> Entered {
    Entered(CURRENT.with(|c| c.borrow_mut().replace(host.clone())))
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.with(|c| *c.borrow_mut() = self.0.take());
    }
}

/// Only for a plugin that was opened as a library: linked into a test or into the host itself it would forward to itself.
pub(crate) fn install_forwarder() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // An author's own subscriber wins.
        let _ = tracing::subscriber::set_global_default(Forwarder);
    });
}

struct Forwarder;

fn number(level: &Level) -> u32 {
    match *level {
        Level::ERROR => 1,
        Level::WARN => 2,
        Level::INFO => 3,
        Level::DEBUG => 4,
        Level::TRACE => 5,
    }
}

fn current() -> Option<Host> {
    CURRENT.with(|c| c.try_borrow().ok().and_then(|c| c.clone()))
}

impl Subscriber for Forwarder {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> tracing::subscriber::Interest {
        // The host's filter may differ between instances, so nothing may be cached.
        tracing::subscriber::Interest::sometimes()
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event()
            && current().is_some_and(|host| host.0.log_enabled(number(metadata.level()), metadata.target()))
    }

    fn event(&self, event: &Event<'_>) {
        let Some(host) = current() else { return };
        let mut record = LogRecord {
            level: number(event.metadata().level()),
            target: event.metadata().target().to_owned(),
            ..LogRecord::default()
        };
        event.record(&mut Fields(&mut record));
        host.0.log(&record);
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

struct Fields<'a>(&'a mut LogRecord);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let into = if field.name() == "message" {
            &mut self.0.message
        } else {
            &mut self.0.fields
        };
        if field.name() == "message" {
            let _ = write!(into, "{value:?}");
        } else {
            let space = if into.is_empty() { "" } else { " " };
            let _ = write!(into, "{space}{}={value:?}", field.name());
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }
}
