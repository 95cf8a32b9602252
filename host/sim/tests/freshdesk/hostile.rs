//! Requests nobody should send: each gets an answer, and the simulator lives on.

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{BASIC, call, get, raw, sim, try_call};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_value_in_no_place_brings_it_down() {
    let sim = sim(5).await;
    let values = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!(u64::MAX),
        json!(""),
        json!("\u{0}ü\u{1f600}"),
        json!([]),
        json!([null, [1], {}]),
        json!({}),
        json!({"cf_category": {}, "cf_item": [1], "": 1}),
    ];
    let keys = [
        "subject",
        "description",
        "status",
        "priority",
        "source",
        "type",
        "group_id",
        "responder_id",
        "tags",
        "custom_fields",
        "due_by",
        "email",
        "requester_id",
        "parent_id",
        "attachments",
        "",
        "id",
    ];
    for key in keys {
        for value in &values {
            let body = json!({ key: value, "email": "a@b.example", "description": "d" });
            for (method, path) in [("POST", "/tickets"), ("PUT", "/tickets/5"), ("POST", "/contacts")] {
                let status = call(&sim, method, path, Some(body.clone())).status;
                assert!(
                    matches!(status, 200 | 201 | 400 | 409),
                    "{method} {path} {body} gave {status}"
                );
            }
        }
    }
    for value in values {
        for (method, path) in [
            ("PUT", "/tickets/5"),
            ("POST", "/tickets"),
            ("POST", "/tickets/5/notes"),
            ("POST", "/tickets/5/reply"),
            ("PUT", "/tickets/merge"),
            ("POST", "/tickets/bulk_update"),
            ("POST", "/tickets/bulk_delete"),
            ("POST", "/companies"),
            ("POST", "/tickets/5/time_entries"),
            ("PUT", "/tickets/5/restore"),
            ("POST", "/_sim/tickets"),
            ("POST", "/_sim/faults"),
            ("POST", "/_sim/account"),
            ("PATCH", "/_sim/tickets/5"),
            ("POST", "/_sim/clock"),
            ("POST", "/_sim/groups"),
            ("PATCH", "/_sim/fields/cf_vip"),
            ("POST", "/_sim/webhooks"),
            ("POST", "/_sim/tickets/5/conversations"),
        ] {
            let status = call(&sim, method, path, Some(value.clone())).status;
            assert!(status < 500, "{method} {path} {value} gave {status}");
            sim.clear_faults();
        }
    }
    assert_eq!(get(&sim, "/agents/me").status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_query_brings_it_down() {
    let sim = sim(5).await;
    for query in [
        "page=18446744073709551615&per_page=100",
        "page=-1",
        "page=%FF",
        "per_page=1e3",
        "updated_since=%00",
        "updated_since=9999-12-31T23:59:59-23:59",
        "updated_since=0000-01-01",
        "include=,,,",
        "include=stats,stats",
        "&&==&",
        "requester_id=99999999999999999999",
        "order_by=&order_type=",
        "query=%22%22",
        "query=%22",
        "query=%22created_at:%3E%279999-12-31%27%22",
        "query=%22priority:-%22",
        "page=0&query=%22priority:1%22",
    ] {
        for path in [
            "/tickets",
            "/tickets/5",
            "/search/tickets",
            "/search/contacts",
            "/contacts",
            "/groups",
            "/tickets/5/conversations",
            "/ticket_fields",
        ] {
            let status = get(&sim, &format!("{path}?{query}")).status;
            assert!(status < 500, "{path}?{query} gave {status}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn broken_http_is_survived() {
    let sim = sim(5).await;
    let head = |kind: &str, body: &str| {
        format!(
            "PUT /api/v2/tickets/5 HTTP/1.1\r\nHost: x\r\nAuthorization: {BASIC}\r\nConnection: close\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let wait = Duration::from_secs(5);
    for (kind, body, status) in [
        ("application/json", "{\"priority\": ", 400),
        ("application/json", "\u{feff}{}", 400),
        ("application/json; charset=utf-8", "{}", 200),
        ("text/plain", "{}", 415),
        ("multipart/form-data; boundary=x", "garbage", 400),
        ("multipart/form-data", "--", 400),
    ] {
        assert_eq!(
            raw(sim.addr(), head(kind, body).as_bytes(), wait).unwrap().status,
            status,
            "{kind} {body}"
        );
    }
    let _ = raw(
        sim.addr(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        Duration::from_millis(300),
    );
    let _ = raw(sim.addr(), b"GET / HTTP/9.9\r\n\r\n", Duration::from_millis(300));
    let _ = raw(
        sim.addr(),
        b"PUT /api/v2/tickets/5 HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{",
        Duration::from_millis(300),
    );
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(
        raw(sim.addr(), head("application/json", &deep).as_bytes(), wait)
            .unwrap()
            .status,
        400
    );
    let nothing: Option<&Value> = None;
    assert_eq!(
        try_call(&sim, "HEAD", "/tickets/5", nothing, wait).unwrap().body.len(),
        0
    );
    assert_eq!(try_call(&sim, "BREW", "/tickets/5", nothing, wait).unwrap().status, 405);
}
