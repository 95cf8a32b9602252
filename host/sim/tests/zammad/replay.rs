//! What two real clients were recorded to send, zammad_py 3.2.1 and zammadoo 0.3.0: every request must be understood.

use std::path::Path;

use serde_json::Value;

use crate::client::{KEY, call_as, sim, switch};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recorded_requests_get_the_recorded_status() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/zammad/trace.json");
    let trace: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let sim = sim(5).await;
    switch(
        &sim,
        serde_json::json!({"user_permissions": ["admin", "ticket.agent"], "token_permissions": ["admin", "ticket.agent"]}),
    );
    sim.control(
        "POST",
        "/tickets",
        Some(serde_json::json!({"customer": "-", "email": "a@example.test"})),
    );
    assert!(trace.len() > 15);
    for entry in &trace {
        let text = |key: &str| entry[key].as_str().unwrap();
        let auth = text("authorization").replace("<token>", KEY);
        let headers = format!(
            "Authorization: {auth}\r\nAccept: */*\r\nUser-Agent: {}\r\n",
            text("client")
        );
        let body = Some(&entry["body"]).filter(|b| b.is_object());
        let path = text("path").strip_prefix("/api/v1").unwrap();
        let got = call_as(&sim, &headers, text("method"), path, body);
        assert_eq!(
            u64::from(got.status),
            entry["status"].as_u64().unwrap(),
            "{} {path}: {}",
            text("method"),
            String::from_utf8_lossy(&got.body)
        );
        got.json();
    }
    let counts = sim.counts();
    assert_eq!(counts["applied_puts"]["per_ticket"]["1"], 2);
    assert_eq!(counts["notes"]["per_ticket"]["1"], 2);
}

/// Needs `pip install zammad_py==3.2.1 zammadoo==0.3.0`; `PYTHON` names the interpreter.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs zammad_py and zammadoo: PYTHON=… cargo test -p otai-sim --test zammad -- --ignored"]
async fn the_real_clients_get_what_they_expect() {
    let sim = sim(20).await;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/zammad/clients.py");
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".into());
    let mut command = std::process::Command::new(python);
    command.arg(script).arg(sim.base_url()).arg(KEY).env("NO_PROXY", "*");
    let status = tokio::task::spawn_blocking(move || command.status())
        .await
        .unwrap()
        .unwrap();
    assert!(status.success());
}
