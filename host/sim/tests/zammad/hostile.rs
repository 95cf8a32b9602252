//! Whatever is sent, an answer comes and the simulator lives on.

use serde_json::{Value, json};

use crate::client::{call, get, sim, switch};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_value_in_no_place_brings_it_down() {
    let sim = sim(5).await;
    let values = [
        json!(null),
        json!(-1),
        json!(1.5),
        json!(u64::MAX),
        json!(""),
        json!("ü'\"%&<"),
        json!([]),
        json!([null, {}]),
        json!({"body": {}}),
        json!(true),
    ];
    let keys = [
        "group",
        "group_id",
        "priority",
        "state_id",
        "owner",
        "customer_id",
        "title",
        "type",
        "seats",
        "topics",
        "category",
        "pending_time",
        "article",
        "ticket_id",
        "o_id",
        "object",
        "item",
        "condition",
        "query",
        "sort_by",
        "order_by",
        "page",
        "per_page",
        "expand",
        "body",
        "internal",
        "sender_id",
        "attachments",
    ];
    let calls = [
        ("PUT", "/tickets/5"),
        ("POST", "/tickets"),
        ("POST", "/tickets/search"),
        ("POST", "/ticket_articles"),
        ("POST", "/tags/add"),
        ("DELETE", "/tags/remove"),
    ];
    for (method, path) in calls {
        for key in keys {
            for value in &values {
                let mut body = json!({"title": "t", "group": "Users", "customer_id": 2, "object": "Ticket", "o_id": 5, "ticket_id": 5,
                    "body": "b"});
                body[key] = value.clone();
                let got = call(&sim, method, path, Some(body));
                assert!(
                    got.status < 500 || got.json()["error"].is_string(),
                    "{method} {path} {key} {value}"
                );
            }
        }
    }
    for operator in [
        "is",
        "is not",
        "contains",
        "contains one",
        "within last (relative)",
        "after (absolute)",
        "today",
        "",
    ] {
        for value in &values {
            let body = json!({"condition": {"ticket.created_at": {"operator": operator, "value": value, "range": "year"},
                "ticket.tags": {"operator": operator, "value": value}}});
            let got = call(&sim, "POST", "/tickets/search", Some(body));
            assert!([200, 422, 500].contains(&got.status), "{operator} {value}");
        }
    }
    assert_eq!(get(&sim, "/tickets/5")["id"], 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_path_and_no_query_brings_it_down() {
    let sim = sim(5).await;
    switch(&sim, json!({"elasticsearch": true}));
    for id in ["0", "-1", "99999999999999999999", "x", "%00", "5%2F", "1.5"] {
        for path in [
            "/tickets/",
            "/ticket_articles/",
            "/ticket_articles/by_ticket/",
            "/groups/",
            "/users/",
            "/ticket_states/",
        ] {
            let got = call(&sim, "GET", &format!("{path}{id}"), None);
            assert_eq!(got.status, 404, "{path}{id}");
        }
    }
    for query in [
        "%22",
        "(",
        "a%20AND",
        "x:%5B1%20TO",
        "created_at:%3Enow-99999999999999d",
        "title:%C3%BC",
        "!",
        "-",
        "NOT",
        "id:%3E",
    ] {
        let got = call(&sim, "GET", &format!("/tickets/search?query={query}&per_page=5"), None);
        assert!(got.status == 200 && got.json().is_array(), "{query}");
    }
    let nested = (0..40).fold(
        json!({}),
        |inner: Value, _| json!({"operator": "AND", "conditions": [inner]}),
    );
    assert_eq!(
        call(&sim, "POST", "/tickets/search", Some(json!({"condition": nested}))).status,
        200
    );
    let deep = "(".repeat(5_000);
    let got = call(&sim, "GET", &format!("/tickets/search?query={deep}"), None);
    assert_eq!(got.status, 200);
}
