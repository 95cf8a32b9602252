//! The control interface, the faults and the webhooks of a simulated Zammad.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{call, error, get, post, put, sim, sim_with, switch};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn decisions_and_score_speak_the_words_of_the_data_set() {
    let sim = sim(20).await;
    let truth = sim.control("GET", "/truth/17", None).1;
    let body = json!({"group": truth["queue"], "priority": truth["priority"], "type": truth["type"],
        "article": {"body": "sure", "internal": true}});
    assert_eq!(put(&sim, "/tickets/17", body).status, 200);
    post(
        &sim,
        "/tags/add",
        json!({"object": "Ticket", "o_id": 17, "item": "alpha"}),
    );
    assert_eq!(put(&sim, "/tickets/17", json!({"group": "x"})).status, 422);
    // A human's edit is no merit of the classifier.
    sim.control(
        "PATCH",
        "/tickets/18",
        Some(json!({"group": "Billing", "tags": ["beta"]})),
    );
    let decisions = sim.control("GET", "/decisions", None).1;
    assert_eq!(
        decisions[0],
        json!({"id": "17", "row": 17, "queue": "Billing", "priority": "low", "type": "Incident", "tags": ["alpha"],
            "notes": [{"text": "sure", "visible_to_customer": false}], "writes": 2})
    );
    assert_eq!(
        (&decisions[1]["queue"], &decisions[1]["writes"]),
        (&json!("Billing"), &json!(0))
    );
    assert_eq!(decisions.as_array().unwrap().len(), 4);
    let score = sim.score();
    let one = json!({"total": 4, "written": 1, "correct": 1, "accuracy": 1.0, "coverage": 0.25});
    for key in ["queue", "priority", "type", "tags"] {
        assert_eq!(score[key], one, "{key}");
    }
    let counts = sim.counts();
    assert_eq!(
        (&counts["puts"]["total"], &counts["applied_puts"]["total"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(counts["notes"]["per_ticket"]["17"], 1);
    assert_eq!(counts["routes"]["PUT /api/v1/tickets/{id}"], 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tickets_are_planted_and_edited_by_humans() {
    let sim = sim(5).await;
    let planted = json!([
        {"title": "old", "body": "b", "created_at": "2026-01-01T00:00:00.500Z", "state": "merged", "extra": {"new_key": [1]}},
        {"title": "s", "truth": {"queue": "Billing", "tags": ["alpha"]}, "priority": "3 high"},
    ]);
    let ids = post(&sim, "/_sim/tickets", planted).json()["ids"].clone();
    let old = get(&sim, &format!("/tickets/{}?expand=true", ids[0]));
    assert_eq!((&old["state"], &old["new_key"]), (&json!("merged"), &json!([1])));
    assert_eq!(old["created_at"], "2026-01-01T00:00:00.500Z");
    assert_eq!(sim.score()["tickets"]["open_rows"], 2);
    sim.control("PATCH", "/tickets/5", Some(json!({"after_ms": 150, "state": "closed"})));
    sim.control(
        "POST",
        "/tickets/5/articles",
        Some(json!({"body": "still broken", "sender": "Customer"})),
    );
    assert_eq!(get(&sim, "/tickets/5?expand=true")["state"], "new");
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(get(&sim, "/tickets/5?expand=true")["state"], "closed");
    let shown = sim.control("GET", "/tickets/5", None).1;
    assert_eq!(
        shown["revisions"][0]["changes"]["state_id"],
        json!({"from": 1, "to": 4})
    );
    assert_eq!(
        (&shown["revisions"][0]["who"], &shown["articles"][1]["sender"]),
        (&json!("human"), &json!("Customer"))
    );
    for wrong in [
        json!({"titel": "x"}),
        json!({"group": "Nowhere"}),
        json!({"truth": {"queue": "Nowhere"}}),
        json!([1]),
    ] {
        assert_eq!(sim.control("POST", "/tickets", Some(wrong.clone())).0, 400, "{wrong}");
    }
    assert_eq!(
        sim.control("POST", "/account", Some(json!({"elasticserch": true}))).0,
        400
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn faults_strike_with_zammads_errors() {
    let sim = sim(5).await;
    let fault = |fault: Value| assert_eq!(sim.control("POST", "/faults", Some(fault)).0, 200);
    fault(json!({"times": 1, "kind": "status", "status": 500}));
    let got = call(&sim, "GET", "/tickets/5", None);
    assert!(got.status == 500 && error(&got).1.starts_with("Error ID "));
    fault(json!({"times": 1, "kind": "status", "status": 403, "code": "API token access disabled!"}));
    assert_eq!(
        error(&call(&sim, "GET", "/tickets/5", None)),
        (403, "API token access disabled!".into())
    );
    fault(json!({"times": 1, "kind": "status", "status": 503}));
    let page = call(&sim, "GET", "/tickets/5", None);
    assert!(page.status == 503 && page.header("content-type").unwrap().starts_with("text/html"));
    assert!(page.header("x-request-id").is_none(), "a proxy wrote it");
    fault(json!({"times": 1, "match": {"method": "PUT"}, "kind": "human_before", "set": {"group": "Billing"}}));
    assert_eq!(
        put(&sim, "/tickets/5?expand=1", json!({"priority": "3 high"})).json()["group"],
        "Billing"
    );
    fault(json!({"times": 1, "kind": "trash_before"}));
    assert_eq!(put(&sim, "/tickets/5", json!({"priority": "3 high"})).status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proxy_may_limit() {
    let sim = sim_with(5, |o| o.rate = "2/60".parse().ok()).await;
    get(&sim, "/tickets/5");
    get(&sim, "/tickets/5");
    let got = call(&sim, "GET", "/tickets/5", None);
    let wait: u64 = got.header("retry-after").unwrap().parse().unwrap();
    assert!(got.status == 429 && (1..=60).contains(&wait));
    switch(&sim, json!({"rate": "none"}));
    get(&sim, "/tickets/5");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn webhooks_are_signed_and_repeated_under_one_delivery() {
    let sim = sim(5).await;
    let receiver = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", receiver.local_addr().unwrap());
    let hook = json!({"url": url, "token": "s3", "events": ["updated"], "retries_ms": [50]});
    assert_eq!(post(&sim, "/_sim/webhooks", hook).status, 200);
    put(
        &sim,
        "/tickets/5",
        json!({"priority": "3 high", "article": {"body": "x", "internal": true}}),
    );
    let next = |status: &str| {
        let (mut stream, _) = receiver.accept().unwrap();
        let (mut bytes, mut piece) = (Vec::new(), [0u8; 65_536]);
        let text = loop {
            let n = stream.read(&mut piece).unwrap();
            bytes.extend_from_slice(&piece[..n]);
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let Some((head, body)) = text.split_once("\r\n\r\n") else {
                continue;
            };
            let length = head
                .lines()
                .find_map(|l| l.strip_prefix("Content-Length: ")?.parse::<usize>().ok());
            if length == Some(body.len()) {
                break text;
            }
        };
        stream
            .write_all(format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\n\r\n").as_bytes())
            .unwrap();
        text
    };
    let (first, second) = (next("503"), next("200"));
    let header = |text: &str, name: &str| {
        let prefix = format!("{name}: ");
        text.lines()
            .find_map(|l| l.strip_prefix(&prefix).map(str::to_owned))
            .unwrap()
    };
    assert_eq!(
        header(&first, "X-Zammad-Delivery"),
        header(&second, "X-Zammad-Delivery")
    );
    let signature = header(&first, "X-Hub-Signature");
    assert!(signature.len() == 45 && signature.starts_with("sha1="), "{signature}");
    let body: Value = serde_json::from_str(second.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!(
        (&body["ticket"]["group"]["name"], &body["ticket"]["state"]),
        (&json!("Users"), &json!("new"))
    );
    assert_eq!(
        (&body["ticket"]["priority"]["name"], &body["article"]["internal"]),
        (&json!("3 high"), &json!(true))
    );
}
