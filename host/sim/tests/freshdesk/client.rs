//! Calls of the API with the key.

use std::io;
use std::time::Duration;

use otai_sim::{Options, Row, Running, start};
use serde_json::Value;

pub(crate) use crate::common::{Got, raw};

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
    let path = if path.starts_with("/_sim") {
        path.to_owned()
    } else {
        format!("/api/v2{path}")
    };
    let body = body.map(Value::to_string).unwrap_or_default();
    let kind = if body.is_empty() {
        ""
    } else {
        "Content-Type: application/json\r\n"
    };
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: {BASIC}\r\nUser-Agent: tests\r\nConnection: close\r\n{kind}Content-Length: {}\r\n\r\n",
        sim.addr(),
        body.len()
    );
    raw(sim.addr(), format!("{head}{body}").as_bytes(), timeout)
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

/// A simulator with so many rows, the first of them history.
pub(crate) async fn sim_with(rows: usize, change: impl FnOnce(&mut Options)) -> Running {
    let tickets = (0..rows)
        .map(|i| Row {
            subject: format!("Subject {i}"),
            body: format!("Body {i}\nwith <two> lines & more"),
            kind: ["Incident", "Request"][i % 2].into(),
            queue: ["Hardware", "Billing", "VPN"][i % 3].into(),
            priority: ["low", "Medium", "high", "Critical"][i % 4].into(),
            language: "en".into(),
            tags: vec![["alpha", "beta"][i % 2].into()],
        })
        .collect();
    let mut options = Options {
        api_key: KEY.into(),
        tickets,
        index_lag: Duration::from_millis(200),
        sla_delay: Duration::from_millis(300),
        ..Options::default()
    };
    change(&mut options);
    start(options).await.unwrap()
}

pub(crate) async fn sim(rows: usize) -> Running {
    sim_with(rows, |_| {}).await
}

pub(crate) fn sleep(ms: u64) {
    std::thread::sleep(Duration::from_millis(ms));
}
