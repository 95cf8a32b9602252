use std::{
    collections::VecDeque,
    fmt::{Debug, Write as _},
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::future::BoxFuture;
use otai_interface::model::LogRecord;
use tracing::{Event, Metadata, Subscriber, field, span};

use crate::{Failure, Host, Request, Response, host::Backend};

/// A host for tests: answers requests from a script, in order, and remembers what was asked and logged.
///
/// ```
/// # use otai_plugin::{Request, ScriptedHost};
/// # otai_plugin::block_on(async {
/// let script = ScriptedHost::new().answer("GET", "/tickets", 200, r#"[{"id": 1}]"#);
/// let response = script.host().http(Request::get("https://desk.example/tickets?page=1")).await.unwrap();
/// assert_eq!(response.status, 200);
/// assert_eq!(script.calls()[0].url, "https://desk.example/tickets?page=1");
/// # });
/// ```
#[derive(Clone, Default)]
pub struct ScriptedHost(Arc<Mutex<Script>>);

#[derive(Default)]
struct Script {
    steps: VecDeque<Step>,
    calls: Vec<Call>,
    log: Vec<LogRecord>,
}

struct Step {
    method: String,
    url_contains: String,
    answer: Result<Response, Failure>,
}

/// A request that a plugin sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// `GET`, ...
    pub method: String,
    /// Whole URL.
    pub url: String,
    /// All headers.
    pub headers: Vec<(String, String)>,
    /// Body as text.
    pub body: String,
    /// Cost that the plugin announced.
    pub cost: f64,
    /// How long the answer may take, where the plugin said so.
    pub timeout: Option<Duration>,
}

impl ScriptedHost {
    /// An empty script: any request is an error.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn step(self, method: &str, url_contains: &str, answer: Result<Response, Failure>) -> Self {
        let step = Step {
            method: method.to_owned(),
            url_contains: url_contains.to_owned(),
            answer,
        };
        self.script().steps.push_back(step);
        self
    }

    /// The next request must have this method and contain this text in its URL; it gets this JSON.
    #[must_use]
    pub fn answer(self, method: &str, url_contains: &str, status: u16, body: &str) -> Self {
        let headers = vec![("content-type".to_owned(), "application/json; charset=utf-8".to_owned())];
        self.respond(
            method,
            url_contains,
            Response {
                status,
                headers,
                body: body.as_bytes().to_vec(),
            },
        )
    }

    /// The next request must have this method and contain this text in its URL; it gets this response.
    #[must_use]
    pub fn respond(self, method: &str, url_contains: &str, response: Response) -> Self {
        self.step(method, url_contains, Ok(response))
    }

    /// The next request must have this method and contain this text in its URL; it fails on the way.
    #[must_use]
    pub fn fail(self, method: &str, url_contains: &str, failure: Failure) -> Self {
        self.step(method, url_contains, Err(failure))
    }

    /// What the plugin gets.
    #[must_use]
    pub fn host(&self) -> Host {
        Host(Arc::new(self.clone()))
    }

    /// All requests so far.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.script().calls.clone()
    }

    /// All lines that the plugin logged through the host.
    #[must_use]
    pub fn log(&self) -> Vec<LogRecord> {
        self.script().log.clone()
    }

    /// Steps that no request has used yet.
    #[must_use]
    pub fn left(&self) -> usize {
        self.script().steps.len()
    }
}

impl Backend for ScriptedHost {
    fn http(&self, request: Request) -> BoxFuture<'static, Result<Response, Failure>> {
        let mut script = self.script();
        script.calls.push(Call {
            method: request.method.clone(),
            url: request.url.clone(),
            headers: request.headers,
            body: String::from_utf8_lossy(&request.body).into_owned(),
            cost: request.cost,
            timeout: request.timeout,
        });
        let answer = match script.steps.pop_front() {
            Some(step) if step.method == request.method && request.url.contains(&step.url_contains) => step.answer,
            Some(step) => Err(Failure::bug(format!(
                "the script expected {} …{}… and got {} {}",
                step.method, step.url_contains, request.method, request.url
            ))),
            None => Err(Failure::bug(format!(
                "the script is at its end and got {} {}",
                request.method, request.url
            ))),
        };
        Box::pin(async move { answer })
    }

    fn log_enabled(&self, _: u32, _: &str) -> bool {
        true
    }

    fn log(&self, record: &LogRecord) {
        self.script().log.push(record.clone());
    }
}

/// Runs one future to its end and gives what was logged meanwhile, all levels, beside its outcome: what must never be logged
/// can be looked for.
pub fn logged<T>(run: impl Future<Output = T>) -> (T, String) {
    let log = Log::default();
    let outcome = tracing::subscriber::with_default(log.clone(), || crate::block_on(run));
    let text = log.text().clone();
    (outcome, text)
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Log {
    fn text(&self) -> MutexGuard<'_, String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn event(&self, event: &Event<'_>) {
        struct Show<'a>(&'a mut String);
        impl field::Visit for Show<'_> {
            fn record_debug(&mut self, field: &field::Field, value: &dyn Debug) {
                let _ = writeln!(self.0, "{}={value:?}", field.name());
            }
        }
        event.record(&mut Show(&mut self.text()));
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_logged_is_seen() {
        let (outcome, log) = logged(async {
            tracing::debug!(ticket = 7, "a line");
            5
        });
        assert_eq!(outcome, 5);
        assert!(log.contains("a line") && log.contains("ticket=7"), "{log}");
    }
}
