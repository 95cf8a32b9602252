//! What a search finds, and all the ways in which it finds nothing.

use otai_sim::{Flavour, Running};
use serde_json::{Value, json};

use crate::client::{call, control, seeded};

async fn sim() -> Running {
    seeded(Flavour::Znuny6515, 25, &[2, 4, 10, 17, 25]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_wrong_looks_like_nothing_found() {
    let sim = sim().await;
    for wrong in [
        json!({ "Queues": ["incoming"] }),
        json!({ "QueueIDs": [999] }),
        json!({ "Priorities": ["3 normal", "nope"] }),
        json!({ "Types": ["nope"] }),
        json!({ "States": ["nope"] }),
        json!({ "StateType": "Open" }),
        json!({ "SortBy": "Nonsense" }),
        json!({ "SortBy": "DynamicField_Nope" }),
        json!({ "SortBy": "Age", "OrderBy": "Sideways" }),
        json!({ "SortBy": ["Age", "Changed"], "OrderBy": ["Up"] }),
        json!({ "Limit": -1 }),
        json!({ "Limit": "abc" }),
        json!({ "TicketCreateTimeNewerMinutes": "abc" }),
        json!({ "TicketCreateTimeNewerDate": "2020-01-01T00:00:00Z" }),
        json!({ "DynamicField_OtaiLabel": { "Nonsense": "x" } }),
        json!({ "DynamicField_OtaiReviewedAt": { "GreaterThan": "abc" } }),
    ] {
        let got = call(&sim, "ticket-search", wrong.clone());
        assert_eq!((got.status, got.json()), (200, json!({})), "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_known_widens_a_search() {
    let sim = sim().await;
    for ignored in [
        json!({ "Queue": "Incoming" }),
        json!({ "Queues": [] }),
        json!({ "DynamicField_Nope": { "Equals": "x" } }),
        json!({ "DynamicField_OtaiLabel": "x" }),
        json!({ "SearchLimit": 1 }),
    ] {
        assert_eq!(
            call(&sim, "ticket-search", ignored.clone()).ids().len(),
            20,
            "{ignored}"
        );
    }
    let partly = json!({ "StateType": ["open", "nonsense"] });
    assert_eq!(
        call(&sim, "ticket-search", partly).ids(),
        [25, 19, 13, 7],
        "one of them is known"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn results_are_filtered_sorted_and_bounded() {
    let sim = sim().await;
    let search = |body: Value| call(&sim, "ticket-search", body).ids();
    assert_eq!(
        search(json!({ "SortBy": "Age", "OrderBy": "Up", "Limit": "3" })),
        [2, 3, 4]
    );
    assert_eq!(
        search(json!({ "Priorities": "4 high", "SortBy": "TicketNumber", "OrderBy": "Up", "Limit": 2 })),
        [4, 8]
    );
    assert_eq!(
        search(json!({ "Title": "vpn*", "SortBy": "Age", "OrderBy": "Up", "Limit": 2 })),
        [2, 7]
    );
    assert_eq!(
        search(json!({ "DynamicField_OtaiLabel": { "Like": "seed-*" } })),
        [25, 17, 9]
    );
    assert_eq!(
        search(json!({ "DynamicField_OtaiLabel": { "Equals": "" }, "Queues": ["IT-Support"] })).len(),
        3
    );
    let unset = json!({ "DynamicField": { "Name": "OtaiLabel", "Empty": 1 }, "Queues": ["IT-Support"] });
    assert_eq!(search(unset), [22, 15, 8]);
    assert_eq!(
        search(json!({ "Queues": ["IT-Support"], "QueueIDs": [5], "Limit": 1 })),
        [25],
        "the ids win"
    );
    assert!(search(json!({ "TicketCreateTimeNewerMinutes": 60 })).is_empty());
    assert_eq!(search(json!({ "TicketCreateTimeOlderMinutes": 60 })).len(), 20);
    control(&sim, "PATCH", "/tickets/5", json!({ "Title": "touched" }));
    assert_eq!(search(json!({ "TicketLastChangeTimeNewerMinutes": 5 })), [5]);
    assert_eq!(search(json!({ "SortBy": "Changed", "Limit": 1 })), [5]);
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_are_local_times_of_the_system() {
    let sim = sim().await;
    control(&sim, "POST", "/account", json!({ "time_zone": "60" }));
    control(&sim, "PATCH", "/tickets/5", json!({ "Title": "touched" }));
    let shown = control(&sim, "GET", "/tickets/5", Value::Null);
    let changed = shown["Changed"].as_str().unwrap();
    let newer = |date: &str| call(&sim, "ticket-search", json!({ "TicketLastChangeTimeNewerDate": date })).ids();
    assert_eq!(newer(changed), [5]);
    // The same digits mean another moment in another zone.
    control(&sim, "POST", "/account", json!({ "time_zone": "UTC" }));
    assert!(newer(changed).is_empty());
    control(
        &sim,
        "POST",
        "/account",
        json!({ "time_zone": "CET-1CEST,M3.5.0,M10.5.0/3" }),
    );
    let (status, refused) = sim.control("POST", "/account", Some(json!({ "time_zone": "Nowhere" })));
    assert_eq!(status, 400, "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_first_five_hundred_come_unless_more_are_asked_for() {
    let sim = seeded(Flavour::Znuny6515, 0, &[]).await;
    let many: Vec<Value> = (0..510)
        .map(|n| json!({ "Title": format!("t{n}"), "Queue": "Incoming" }))
        .collect();
    control(&sim, "POST", "/tickets", json!(many));
    let search = |body: Value| call(&sim, "ticket-search", body).ids().len();
    assert_eq!(
        (
            search(json!({})),
            search(json!({ "Limit": 0 })),
            search(json!({ "Limit": 1000 }))
        ),
        (500, 500, 510)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn many_tickets_come_in_one_call_and_one_bad_id_fails_it() {
    let sim = sim().await;
    let get = |ids: Value, more: Value| {
        let mut body = more;
        body["TicketID"] = ids;
        call(&sim, "ticket-get", body)
    };
    let got = get(json!([4, "2", 3]), json!({})).json();
    let ids: Vec<u64> = got["Ticket"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| t["TicketID"].as_u64().unwrap())
        .collect();
    assert_eq!(ids, [4, 2, 3]);
    assert_eq!(
        get(json!("2, 3"), json!({})).json()["Ticket"].as_array().unwrap().len(),
        2
    );
    for (ids, code) in [
        (json!([2, 6]), "TicketGet.AccessDenied"),
        (json!("28.0"), "TicketGet.WrongStructure"),
        (json!([]), "TicketGet.WrongStructure"),
        (json!(0), "TicketGet.MissingParameter"),
    ] {
        assert_eq!(get(ids.clone(), json!({})).code(), code, "{ids}");
    }
    for body in ["first", "second"] {
        control(
            &sim,
            "POST",
            "/tickets/2/articles",
            json!({ "Body": body, "SenderType": "agent" }),
        );
    }
    let bodies = |more: Value| -> Vec<Value> {
        let got = get(json!(2), more).json()["Ticket"][0]["Article"].clone();
        got.as_array()
            .into_iter()
            .flatten()
            .map(|a| a["Body"].clone())
            .collect()
    };
    let all = json!({ "AllArticles": 1 });
    assert_eq!(bodies(all).len(), 3);
    assert_eq!(
        bodies(json!({ "AllArticles": 1, "ArticleSenderType": ["customer"] })).len(),
        1
    );
    assert_eq!(
        bodies(json!({ "AllArticles": 1, "ArticleLimit": 1, "ArticleOrder": "DESC" })),
        ["second"]
    );
    let unlimited = bodies(json!({ "AllArticles": 1, "ArticleOrder": "DESC" }));
    assert_eq!(unlimited[2], "second", "an order without a limit is not looked at");
    assert!(bodies(json!({})).is_empty());
}
