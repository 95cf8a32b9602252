//! Everything that the plugin said: log lines and failures, to be searched for what must not be in it.

use std::{
    fmt::Write as _,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use otai_plugin::tracing::{Event, Metadata, Subscriber, field, span};

/// Crates below the plugin that log for themselves; the host filters them, too.
const NOT_THE_PLUGIN: [&str; 7] = ["hyper", "reqwest", "rustls", "h2", "tokio", "mio", "axum"];

#[derive(Debug, Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn lines(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn keep(&self, line: String) {
        self.lines().push(line);
    }

    pub(crate) fn all(&self) -> Vec<String> {
        self.lines().clone()
    }
}

struct Show<'a>(&'a mut String);

impl field::Visit for Show<'_> {
    fn record_debug(&mut self, field: &field::Field, value: &dyn std::fmt::Debug) {
        let _ = write!(self.0, "{}={value:?} ", field.name());
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        !NOT_THE_PLUGIN.iter().any(|name| metadata.target().starts_with(name))
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = String::new();
        event.record(&mut Show(&mut line));
        self.keep(line);
    }

    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        let mut line = String::new();
        attributes.record(&mut Show(&mut line));
        self.keep(line);
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        let mut line = String::new();
        values.record(&mut Show(&mut line));
        self.keep(line);
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}
