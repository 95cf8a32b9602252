use std::{
    collections::VecDeque,
    fmt::{Debug, Write as _},
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::future::BoxFuture;
use otai_interface::model::LogRecord;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tracing::{Event, Metadata, Subscriber, field, span};

use crate::{Failure, Host, Request, Response, bridge, host::Backend};

/// A host for tests: answers requests from a script, in order, and remembers what was asked and logged.
///
/// ```
/// # use otai_plugin::{Request, ScriptedHost, serde_json::json};
/// # otai_plugin::block_on(async {
/// let script = ScriptedHost::new().answer("POST", "/tickets", 201, r#"{"id": 1}"#);
/// let request = Request::post("https://desk.example/tickets").json(&json!({"subject": "VPN"})).unwrap();
/// let response = script.host().http(request).await.unwrap();
/// assert_eq!(response.status, 201);
/// assert_eq!(script.calls()[0].url, "https://desk.example/tickets");
/// assert_eq!(script.body(0), json!({"subject": "VPN"}));
/// # });
/// ```
///
/// A service on this host is made by [`service`](Self::service).
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

    /// A service on this host, made by its `new` from what a config's `params` hold: `script.service(MyService::new, json!({…}))`.
    ///
    /// # Errors
    /// As an admin gets them: for params that are not the service's, or that it refuses.
    pub fn service<P: DeserializeOwned, S>(
        &self,
        new: impl FnOnce(P, Host) -> Result<S, Failure>,
        params: Value,
    ) -> Result<S, Failure> {
        new(bridge::params(params.to_string().as_bytes())?, self.host())
    }

    /// All requests so far.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.script().calls.clone()
    }

    /// The JSON that the plugin sent with a request, counted from 0.
    ///
    /// # Panics
    /// If there were not so many requests, or this one carried no JSON.
    #[must_use]
    #[track_caller]
    pub fn body(&self, call: usize) -> Value {
        let calls = self.calls();
        let Some(sent) = calls.get(call) else {
            panic!("there were {} requests: none is number {call}", calls.len());
        };
        serde_json::from_str(&sent.body).unwrap_or_else(|error| {
            panic!(
                "request {call}, {} {}, has no JSON body: {error}",
                sent.method, sent.url
            )
        })
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

/// A JSON object in which these members are set: the params or the ticket that most tests use, as one test needs it. A member that
/// is there is replaced whole.
///
/// ```
/// # use otai_plugin::{merged, serde_json::json};
/// let all = merged(json!({"url": "https://desk.example", "token": "t"}), json!({"token": "", "queues": [1]}));
/// assert_eq!(all, json!({"url": "https://desk.example", "token": "", "queues": [1]}));
/// ```
///
/// # Panics
/// If either is no object.
#[must_use]
#[track_caller]
pub fn merged(object: Value, set: Value) -> Value {
    match (object, set) {
        (Value::Object(mut all), Value::Object(set)) => {
            all.extend(set);
            all.into()
        }
        (object, set) => panic!("two objects are needed, not {object} and {set}"),
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
    use serde_json::json;

    use super::*;

    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Params {
        url: String,
    }

    fn new(params: Params, host: Host) -> Result<(String, Host), Failure> {
        match params.url.as_str() {
            "" => Err(Failure::rejected_field("url", "is empty")),
            _ => Ok((params.url, host)),
        }
    }

    #[test]
    fn a_service_is_made_from_the_params_of_a_config() {
        let script = ScriptedHost::new().answer("GET", "/x", 200, "{}");
        let (url, host) = script.service(new, json!({"url": "https://desk.example/x"})).unwrap();
        crate::block_on(host.http(Request::get(url))).unwrap();
        assert_eq!(script.left(), 0, "its host is this one");
        let refused = |params| script.service(new, params).map(drop).unwrap_err();
        assert_eq!(refused(json!({"url": ""})), Failure::rejected_field("url", "is empty"));
        assert!(refused(json!({})).to_string().contains("missing field `url`"));
        assert!(refused(json!({"url": "x", "ulr": "x"})).to_string().contains("`ulr`"));
    }

    #[test]
    #[should_panic(expected = "request 0, GET https://desk.example, has no JSON body")]
    fn a_request_without_json_is_told() {
        let script = ScriptedHost::new().answer("GET", "", 200, "{}");
        crate::block_on(script.host().http(Request::get("https://desk.example"))).unwrap();
        let _ = script.body(0);
    }

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
