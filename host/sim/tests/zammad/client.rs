//! Calls of the API with the token.

use std::time::Duration;

use otai_sim::{DeskKind, Options, Running, start};
use serde_json::{Value, json};

pub(crate) use crate::common::{Got, raw};
use crate::common::{below, request, rows};

pub(crate) const KEY: &str = "test-token";
pub(crate) const TOKEN: &str = "Authorization: Token token=test-token\r\n";

/// One call with these header lines; each ends with a line break.
pub(crate) fn call_as(sim: &Running, headers: &str, method: &str, path: &str, body: Option<&Value>) -> Got {
    let sent = request(sim.addr(), method, &below("/api/v1", path), headers, body);
    raw(sim.addr(), &sent, Duration::from_secs(10)).unwrap()
}

pub(crate) fn call(sim: &Running, method: &str, path: &str, body: Option<Value>) -> Got {
    call_as(
        sim,
        &format!("{TOKEN}Accept: application/json\r\n"),
        method,
        path,
        body.as_ref(),
    )
}

pub(crate) fn get(sim: &Running, path: &str) -> Value {
    let got = call(sim, "GET", path, None);
    assert_eq!(got.status, 200, "{path}: {:?}", String::from_utf8_lossy(&got.body));
    got.json()
}

pub(crate) fn put(sim: &Running, path: &str, body: Value) -> Got {
    call(sim, "PUT", path, Some(body))
}

pub(crate) fn post(sim: &Running, path: &str, body: Value) -> Got {
    call(sim, "POST", path, Some(body))
}

/// The error's text of an answer.
pub(crate) fn error(got: &Got) -> (u16, String) {
    (got.status, got.json()["error"].as_str().unwrap().to_owned())
}

/// Changes the switches.
pub(crate) fn switch(sim: &Running, switches: Value) {
    let (status, answer) = sim.control("POST", "/account", Some(switches));
    assert_eq!(status, 200, "{answer}");
}

/// A simulator with so many rows, the first four fifths of them history.
pub(crate) async fn sim_with(count: usize, change: impl FnOnce(&mut Options)) -> Running {
    let mut options = Options {
        desk: DeskKind::Zammad,
        api_key: KEY.into(),
        tickets: rows(count),
        index_lag: Duration::from_millis(300),
        ..Options::default()
    };
    change(&mut options);
    start(options).await.unwrap()
}

pub(crate) async fn sim(count: usize) -> Running {
    sim_with(count, |_| {}).await
}

/// Ids of a list of tickets.
pub(crate) fn ids(list: &Value) -> Vec<u64> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|t| t["id"].as_u64().unwrap())
        .collect()
}

/// A condition of one attribute.
pub(crate) fn condition(key: &str, operator: &str, value: Value) -> Value {
    json!({ "condition": { key: { "operator": operator, "value": value } } })
}
