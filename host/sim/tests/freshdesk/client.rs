//! Calls of the API with the key.

use std::io;
use std::time::Duration;

use otai_sim::{Options, Running, start};
use serde_json::Value;

pub(crate) use crate::common::{Got, raw};
use crate::common::{below, request, rows};

pub(crate) const KEY: &str = "test-key";
/// `test-key:X` in base 64.
pub(crate) const BASIC: &str = "Basic dGVzdC1rZXk6WA==";

/// One call with the key.
pub(crate) fn try_call(
    sim: &Running,
    method: &str,
    path: &str,
    body: Option<&Value>,
    timeout: Duration,
) -> io::Result<Got> {
    let headers = format!("Authorization: {BASIC}\r\nUser-Agent: tests\r\n");
    let sent = request(sim.addr(), method, &below("/api/v2", path), &headers, body);
    raw(sim.addr(), &sent, timeout)
}

pub(crate) fn call(sim: &Running, method: &str, path: &str, body: Option<Value>) -> Got {
    try_call(sim, method, path, body.as_ref(), Duration::from_secs(10)).unwrap()
}

pub(crate) fn get(sim: &Running, path: &str) -> Got {
    call(sim, "GET", path, None)
}

pub(crate) fn put(sim: &Running, path: &str, body: Value) -> Got {
    call(sim, "PUT", path, Some(body))
}

pub(crate) fn post(sim: &Running, path: &str, body: Value) -> Got {
    call(sim, "POST", path, Some(body))
}

impl Got {
    /// `(field, code)` of every wrong field.
    pub(crate) fn errors(&self) -> Vec<(String, String)> {
        let text = |v: &Value| v.as_str().unwrap().to_owned();
        let errors = self.json()["errors"].clone();
        let errors = errors.as_array().unwrap().iter();
        errors.map(|e| (text(&e["field"]), text(&e["code"]))).collect()
    }
}

/// A simulator with so many rows, the first of them history.
pub(crate) async fn sim_with(count: usize, change: impl FnOnce(&mut Options)) -> Running {
    let mut options = Options {
        api_key: KEY.into(),
        tickets: rows(count),
        index_lag: Duration::from_millis(200),
        sla_delay: Duration::from_millis(300),
        ..Options::default()
    };
    change(&mut options);
    start(options).await.unwrap()
}

pub(crate) async fn sim(count: usize) -> Running {
    sim_with(count, |_| {}).await
}

pub(crate) fn sleep(ms: u64) {
    std::thread::sleep(Duration::from_millis(ms));
}
