//! What the control interface knows and does.

use std::io::{Read, Write};
use std::net::TcpListener;

use serde_json::{Value, json};

use crate::client::{BASIC, KEY, call, get, post, put, raw, sim, sim_with, sleep};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_journal_has_every_request_and_never_the_key() {
    let sim = sim(5).await;
    get(&sim, "/tickets?per_page=2");
    put(&sim, "/tickets/5", json!({"priority": 2}));
    put(&sim, "/tickets/5", json!({"priority": 9}));
    let stranger = "GET /api/v2/agents/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    raw(sim.addr(), stranger.as_bytes(), std::time::Duration::from_secs(5)).unwrap();
    let journal = get(&sim, "/_sim/journal").json();
    assert_eq!(
        journal.as_array().unwrap().len(),
        4,
        "the control interface is not in it"
    );
    assert_eq!(
        (&journal[0]["query"], &journal[0]["pattern"]),
        (&json!("per_page=2"), &json!("/api/v2/tickets"))
    );
    assert_eq!(
        (&journal[1]["body"], &journal[2]["status"]),
        (&json!({"priority": 2}), &json!(400))
    );
    assert_eq!(
        (&journal[1]["authorized"], &journal[3]["authorized"]),
        (&json!(true), &json!(false))
    );
    let text = journal.to_string();
    assert!(!text.contains(KEY) && !text.contains(BASIC) && text.contains("tests"));
    let puts = get(&sim, "/_sim/journal?since=1&method=PUT").json();
    assert_eq!(
        puts.as_array()
            .unwrap()
            .iter()
            .map(|e| e["n"].as_u64().unwrap())
            .collect::<Vec<_>>(),
        [2, 3]
    );
    let counts = get(&sim, "/_sim/counts").json();
    assert_eq!(
        (&counts["puts"]["max"], &counts["applied_puts"]["per_ticket"]["5"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(counts["routes"]["PUT /api/v2/tickets/{id}"], 2);
    call(&sim, "DELETE", "/_sim/journal", None);
    assert_eq!(get(&sim, "/_sim/journal").json(), json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_score_compares_what_was_written_with_the_truth() {
    let sim = sim(20).await;
    for id in 17..=19 {
        let truth = get(&sim, &format!("/_sim/truth/{id}")).json();
        let priority = if id == 19 { json!(1) } else { truth["priority"].clone() };
        let body = json!({"group_id": truth["group_id"], "priority": priority, "tags": ["ai-done"]});
        assert_eq!(put(&sim, &format!("/tickets/{id}"), body).status, 200);
    }
    // A human's edit is no merit of the classifier.
    sim.control("PATCH", "/tickets/20", Some(json!({"type": "Incident"})));
    let score = get(&sim, "/_sim/score").json();
    assert_eq!(
        score["queue"],
        json!({"total": 4, "written": 3, "correct": 3, "accuracy": 1.0, "coverage": 0.75})
    );
    assert_eq!(
        (&score["priority"]["written"], &score["priority"]["correct"]),
        (&json!(3), &json!(2))
    );
    assert_eq!(
        (&score["tags"]["written"], &score["tags"]["correct"]),
        (&json!(3), &json!(0))
    );
    assert_eq!(
        (&score["type"]["written"], &score["tickets"]["touched"]),
        (&json!(0), &json!(3))
    );
    assert_eq!(get(&sim, "/_sim/truth/1").status, 404, "history has no secret");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn decisions_tell_what_became_of_every_open_row() {
    let sim = sim(10).await;
    let body =
        json!({"group_id": sim.control("GET", "/truth/9", None).1["group_id"], "priority": 4, "tags": ["alpha"]});
    assert_eq!(put(&sim, "/tickets/9", body).status, 200);
    assert_eq!(put(&sim, "/tickets/9", json!({"priority": 9})).status, 400);
    post(&sim, "/tickets/9/notes", json!({"body": "<p>sure</p>"}));
    sim.control(
        "POST",
        "/tickets/9/conversations",
        Some(json!({"body": "of the customer", "incoming": true})),
    );
    sim.control("POST", "/tickets", Some(json!({"subject": "planted, no row"})));
    assert_eq!(
        get(&sim, "/_sim/decisions").json(),
        json!([
            {"id": "9", "row": 9, "queue": "VPN", "priority": "urgent", "type": null, "tags": ["alpha"],
             "notes": [{"text": "sure", "visible_to_customer": false}], "writes": 2},
            {"id": "10", "row": 10, "queue": null, "priority": "low", "type": null, "tags": [], "notes": [], "writes": 0},
        ])
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tickets_of_any_kind_can_be_planted() {
    let sim = sim(5).await;
    let planted = post(
        &sim,
        "/_sim/tickets",
        json!([
            {"subject": null, "description": "<p>x</p>", "description_text": null, "status": 9000, "source": 16, "created_at": "2026-01-01T00:00:00Z"},
            {"subject": "s", "extra": {"new_key": [1], "tags": null}, "truth": {"queue": "Billing", "tags": ["alpha"]}, "spam": true},
        ]),
    );
    let ids = planted.json()["ids"].clone();
    let odd = get(&sim, &format!("/tickets/{}", ids[0])).json();
    assert!(odd["subject"].is_null() && odd["description_text"].is_null());
    assert_eq!(
        (&odd["status"], &odd["source"], &odd["created_at"]),
        (&json!(9000), &json!(16), &json!("2026-01-01T00:00:00Z"))
    );
    let new = get(&sim, &format!("/tickets/{}", ids[1])).json();
    assert_eq!(
        (&new["new_key"], &new["tags"], &new["spam"]),
        (&json!([1]), &Value::Null, &json!(true))
    );
    assert_eq!(sim.score()["tickets"]["open_rows"], 2);
    assert_eq!(post(&sim, "/_sim/tickets", json!({"sujbect": "s"})).status, 400);
    assert_eq!(
        post(&sim, "/_sim/tickets", json!({"truth": {"queue": "Nowhere"}})).status,
        400
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn humans_and_automations_change_tickets_at_their_time() {
    let sim = sim_with(5, |o| o.sla_delay = std::time::Duration::from_secs(60)).await;
    sim.control(
        "POST",
        "/account",
        Some(json!({"dispatch": {"after_ms": 150, "set": {"priority": 3}}})),
    );
    let made = post(&sim, "/tickets", json!({"email": "a@b.example", "description": "d"})).json();
    assert_eq!(made["priority"], 1);
    sim.control("PATCH", "/tickets/5", Some(json!({"after_ms": 150, "status": 4})));
    assert_eq!(get(&sim, "/tickets/5").json()["status"], 2);
    sleep(300);
    assert_eq!(get(&sim, &format!("/tickets/{}", made["id"])).json()["priority"], 3);
    assert_eq!(get(&sim, "/tickets/5").json()["status"], 4);
    let said = post(
        &sim,
        "/_sim/tickets/5/conversations",
        json!({"body": "still broken", "incoming": true}),
    );
    assert_eq!(said.json()["incoming"], true);
    assert_eq!(
        get(&sim, "/tickets/5/conversations").json().as_array().unwrap().len(),
        1
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn webhooks_are_sent_and_repeated_after_a_failure() {
    let sim = sim(5).await;
    let receiver = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", receiver.local_addr().unwrap());
    let hook = json!({"url": url, "content": "minimal", "events": ["updated"], "headers": [["X-Webhook-Secret", "s3"]], "retries_ms": [50]});
    assert_eq!(post(&sim, "/_sim/webhooks", hook).status, 200);
    put(&sim, "/tickets/5", json!({"priority": 2}));
    let answer_next = |status: &str| {
        let (mut stream, _) = receiver.accept().unwrap();
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"}") {
            let mut piece = [0u8; 1024];
            let n = stream.read(&mut piece).unwrap();
            bytes.extend_from_slice(&piece[..n]);
        }
        stream
            .write_all(format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\n\r\n").as_bytes())
            .unwrap();
        String::from_utf8(bytes).unwrap()
    };
    let first = answer_next("503");
    assert!(first.contains("X-Webhook-Secret: s3") && first.starts_with("POST /hook "));
    let second = answer_next("200");
    let body: Value = serde_json::from_str(second.rsplit("\r\n").next().unwrap()).unwrap();
    assert_eq!(body, json!({"ticket_id": 5, "event": "ticket_updated"}));
}
