//! Every fault, and that it does to the ticket what it says.

use std::time::{Duration, Instant};

use otai_sim::{Fault, Running};
use serde_json::{Value, json};

use crate::client::{get, post, put, sim, sleep, try_call};

fn switch_on(sim: &Running, fault: Value) {
    let got = post(sim, "/_sim/faults", json!([fault]));
    assert_eq!(got.status, 200, "{}", String::from_utf8_lossy(&got.body));
}

fn attempt(sim: &Running, priority: u64, timeout_ms: u64) -> std::io::Result<u16> {
    let body = json!({ "priority": priority });
    try_call(sim, "PUT", "/tickets/5", Some(&body), Duration::from_millis(timeout_ms)).map(|got| got.status)
}

fn priority(sim: &Running) -> u64 {
    sim.control("GET", "/tickets/5", None).1["priority"].as_u64().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_answer_applies_nothing_and_looks_like_freshdesks() {
    let sim = sim(5).await;
    for (fault, kind, begins) in [
        (
            json!({"kind": "status", "status": 429, "retry_after": 2}),
            "application/json",
            "",
        ),
        (json!({"kind": "status", "status": 503}), "text/html", "<html"),
        (
            json!({"kind": "status", "status": 500}),
            "application/json",
            "{\"code\":\"internal_error\"",
        ),
        (
            json!({"kind": "status", "status": 500, "html": true}),
            "text/html",
            "<html",
        ),
        (
            json!({"kind": "status", "status": 401}),
            "application/json",
            "{\"code\":\"invalid_credentials\"",
        ),
        (
            json!({"kind": "status", "status": 403, "code": "account_suspended"}),
            "application/json",
            "{\"code\":\"account_suspended\"",
        ),
        (json!({"kind": "status", "status": 404}), "text/html", ""),
        (
            json!({"kind": "status", "status": 405}),
            "application/json",
            "{\"message\"",
        ),
        (
            json!({"kind": "status", "status": 409}),
            "application/json",
            "{\"description\"",
        ),
        (
            json!({"kind": "status", "status": 422}),
            "application/json",
            "{\"description\"",
        ),
        (
            json!({"kind": "status", "status": 400, "body": {"a": 1}}),
            "application/json",
            "{\"a\":1}",
        ),
        (
            json!({"kind": "status", "status": 400, "body": "{\"a\""}),
            "application/json",
            "{\"a\"",
        ),
        (json!({"kind": "html"}), "text/html", "<html"),
    ] {
        let status = fault.get("status").and_then(Value::as_u64).unwrap_or(200);
        switch_on(&sim, fault);
        let got = put(&sim, "/tickets/5", json!({"priority": 4}));
        assert_eq!(u64::from(got.status), status);
        assert!(
            got.header("content-type").unwrap().starts_with(kind),
            "{status}: {}",
            got.head
        );
        let body = String::from_utf8(got.body.clone()).unwrap();
        assert!(
            body.starts_with(begins) && (body.is_empty() == begins.is_empty()),
            "{status}: {body}"
        );
        assert_eq!(got.header("retry-after"), (status == 429).then_some("2"));
        assert_eq!(priority(&sim), 1);
        sim.clear_faults();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reset_is_applied_or_not_as_it_says() {
    let sim = sim(5).await;
    switch_on(&sim, json!({"kind": "reset", "times": 1, "match": {"method": "PUT"}}));
    assert!(attempt(&sim, 2, 2000).is_err());
    assert_eq!(priority(&sim), 1);
    switch_on(&sim, json!({"kind": "reset_after", "times": 1}));
    assert!(attempt(&sim, 3, 2000).is_err());
    assert_eq!(priority(&sim), 3);
    assert_eq!(attempt(&sim, 2, 2000).unwrap(), 200);
    let journal = sim.journal(0, Some("PUT"));
    let told: Vec<_> = journal.iter().map(|e| (e.status, e.handled)).collect();
    assert_eq!(told, [(None, None), (None, Some(200)), (Some(200), Some(200))]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_may_come_late_when_the_client_has_gone() {
    let sim = sim(5).await;
    for (hang, value) in [(false, 2), (true, 3)] {
        switch_on(&sim, json!({"kind": "late_apply", "ms": 400, "hang": hang, "times": 1}));
        assert!(attempt(&sim, value, 100).is_err());
        assert_ne!(priority(&sim), value);
        sleep(700);
        assert_eq!(priority(&sim), value);
    }
    switch_on(&sim, json!({"kind": "delay", "ms": 400, "times": 1}));
    assert!(attempt(&sim, 4, 100).is_err(), "the client gives up");
    sleep(700);
    assert_eq!(priority(&sim), 4, "the server does not know that");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_answer_comes_after_the_write() {
    let sim = sim(5).await;
    switch_on(&sim, json!({"kind": "delay_after", "ms": 300, "times": 1}));
    let before = Instant::now();
    assert!(attempt(&sim, 4, 100).is_err());
    assert_eq!(priority(&sim), 4);
    assert!(before.elapsed() < Duration::from_millis(300));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn others_act_just_before_a_write() {
    let sim = sim(5).await;
    let set = json!({"priority": 3, "tags": ["mine"], "custom_fields": {"cf_vip": true}});
    switch_on(
        &sim,
        json!({"kind": "human_before", "set": set, "times": 1, "match": {"method": "PUT"}}),
    );
    let got = put(&sim, "/tickets/5", json!({"type": "Incident"})).json();
    assert_eq!(
        (&got["priority"], &got["tags"], &got["type"]),
        (&json!(3), &json!(["mine"]), &json!("Incident"))
    );
    assert_eq!(got["custom_fields"]["cf_vip"], true);
    let revisions = sim.control("GET", "/tickets/5", None).1["revisions"].clone();
    assert_eq!(
        (&revisions[0]["who"], &revisions[1]["who"]),
        (&json!("human"), &json!("api"))
    );
    switch_on(
        &sim,
        json!({"kind": "trash_before", "times": 1, "match": {"method": "PUT", "path_prefix": "/api/v2/tickets/5"}}),
    );
    assert_eq!(put(&sim, "/tickets/5", json!({"priority": 4})).status, 405);
    assert_eq!(sim.control("GET", "/tickets/5", None).1["deleted"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_may_be_cut_slow_or_huge() {
    let sim = sim(5).await;
    let whole = get(&sim, "/tickets/5").body.len();
    let length = |got: &crate::client::Got| got.header("content-length").unwrap().parse::<usize>().unwrap();
    switch_on(&sim, json!({"kind": "truncated", "times": 1}));
    let got = get(&sim, "/tickets/5");
    assert_eq!((got.body.len(), length(&got)), (whole / 2, whole / 2));
    assert!(got.header("content-type").unwrap().starts_with("application/json"));
    switch_on(&sim, json!({"kind": "truncated", "cut": true, "times": 1}));
    let got = get(&sim, "/tickets/5");
    assert_eq!((got.body.len(), length(&got)), (whole / 2, whole));
    switch_on(&sim, json!({"kind": "huge", "bytes": 3_000_000, "times": 1}));
    let got = get(&sim, "/tickets/5");
    assert_eq!(got.body.len(), 3_000_000);
    assert_eq!(got.json()[0].as_str().unwrap().len(), 3_000_000 - 4);
    switch_on(
        &sim,
        json!({"kind": "slowloris", "bytes_per_second": whole * 2, "times": 1}),
    );
    let before = Instant::now();
    assert_eq!(get(&sim, "/tickets/5").body.len(), whole);
    assert!(before.elapsed() > Duration::from_millis(300));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn faults_work_in_process_and_bad_ones_are_refused() {
    let sim = sim(5).await;
    let fault: Fault = serde_json::from_value(json!({"kind": "status", "status": 503, "times": 2})).unwrap();
    sim.add_faults(vec![fault]);
    let seen: Vec<u16> = (0..3).map(|_| get(&sim, "/agents/me").status).collect();
    assert_eq!(seen, [503, 503, 200]);
    assert_eq!((sim.faults()[0].seen, sim.faults()[0].struck), (3, 2));
    assert_eq!(post(&sim, "/_sim/faults", json!([{"kind": "explode"}])).status, 400);
    assert_eq!(
        post(&sim, "/_sim/faults", json!({"kind": "html"}))
            .json()
            .as_array()
            .unwrap()
            .len(),
        2
    );
}
