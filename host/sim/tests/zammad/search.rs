//! Lists, searches and the forms of their answers.

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{call, condition, error, get, ids, post, put, sim, sim_with, switch};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_are_complete_and_cut_at_their_maximum() {
    let sim = sim(450).await;
    let list = |page: u64| ids(&get(&sim, &format!("/tickets?page={page}&per_page=500")));
    assert_eq!((list(1).len(), list(5).len(), list(6).len()), (100, 50, 0));
    let walked: Vec<u64> = (1..=5).flat_map(list).collect();
    assert_eq!(walked, (1..=450).collect::<Vec<_>>(), "by id, closed ones too");
    let everything = condition("ticket.id", "is not", json!("0"));
    let search = |query: &str| post(&sim, &format!("/tickets/search?{query}"), everything.clone()).json();
    assert_eq!(ids(&search("")).len(), 50);
    assert_eq!(ids(&search("per_page=1000")).len(), 200);
    assert_eq!(
        ids(&search("limit=7&sort_by=id&order_by=asc&offset=3")),
        (1..=7).collect::<Vec<_>>(),
        "no offset"
    );
    assert_eq!(
        ids(&search("page=3&per_page=200&sort_by=id&order_by=asc")),
        (401..=450).collect::<Vec<_>>()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn conditions_find_open_tickets_exactly_and_at_once() {
    let sim = sim_with(20, |o| o.index_lag = Duration::from_secs(60)).await;
    let open = json!({"condition": {
        "ticket.group_id": {"operator": "is", "value": ["1"]},
        "ticket.state_id": {"operator": "is", "value": [1, 2]},
    }});
    let search = |body: &Value| {
        post(
            &sim,
            "/tickets/search?expand=true&sort_by=id&order_by=asc",
            body.clone(),
        )
        .json()
    };
    let found = search(&open);
    assert_eq!(ids(&found), [17, 18, 19, 20]);
    assert_eq!(
        (&found[0]["group"], &found[0]["state"], &found[0]["priority"]),
        (&json!("Users"), &json!("new"), &json!("2 normal"))
    );
    assert_eq!(found[0]["owner"], "-");
    assert!(found[0].get("tags").is_none() && found[0].get("article").is_none());
    let before = found[1]["updated_at"].as_str().unwrap().to_owned();
    assert!(
        before.len() == 24 && before.ends_with('Z') && before.as_bytes()[19] == b'.',
        "{before}"
    );
    assert_eq!(put(&sim, "/tickets/17", json!({"group": "VPN"})).status, 200);
    assert_eq!(ids(&search(&open)), [18, 19, 20], "no index lag");
    let spanless = condition("ticket.updated_at", "within last (relative)", json!("1"));
    assert_eq!(
        post(&sim, "/tickets/search", spanless).status,
        500,
        "a range is missing"
    );
    let recent = json!({"condition": {"ticket.updated_at": {"operator": "within last (relative)", "value": "1", "range": "minute"}}});
    // The last row came 30 seconds ago.
    assert_eq!(ids(&search(&recent)), [17, 20]);
    let since = |operator: &str| ids(&search(&condition("ticket.updated_at", operator, json!(before))));
    assert_eq!(
        since("after (absolute)"),
        [17, 18, 19, 20],
        "18 is of this very millisecond"
    );
    assert_eq!(since("before (absolute)").last(), Some(&18));
    assert_eq!(
        ids(&search(&condition("ticket.type", "is", json!("Incident")))).len(),
        8
    );
    let typo = post(&sim, "/tickets/search", condition("ticket.grup_id", "is", json!(1)));
    assert_eq!(typo.status, 422);
    let foreign = post(&sim, "/tickets/search", condition("group.name", "is", json!("Users")));
    assert!(foreign.status == 500 && error(&foreign).1.starts_with("Error ID "));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_query_is_one_pattern_without_an_index_and_a_language_with_one() {
    let sim = sim(20).await;
    let found = |query: &str| {
        ids(&get(
            &sim,
            &format!("/tickets/search?query={query}&expand=true&per_page=200"),
        ))
    };
    assert_eq!(found("group.name:%22Users%22"), [] as [u64; 0], "silently nothing");
    assert_eq!(found("Subject%207"), [8]);
    switch(&sim, json!({"elasticsearch": true}));
    assert_eq!(found("group.name:%22Users%22%20AND%20state.name:new").len(), 4);
    assert_eq!(found("group:Users"), [] as [u64; 0], "it is called group.name");
    assert_eq!(put(&sim, "/tickets/20", json!({"priority": "3 high"})).status, 200);
    assert_eq!(
        found("group.name:Users%20priority.name:%223%20high%22"),
        [] as [u64; 0],
        "the index lags behind"
    );
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(found("group.name:Users%20priority.name:%223%20high%22"), [20]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms_of_an_answer_depend_on_version_and_parameters() {
    let sim = sim(10).await;
    let search = |more: &str| get(&sim, &format!("/tickets/search?query=Subject&{more}"));
    let plain = search("expand=articles");
    assert!(
        plain[0]["group_id"].is_u64() && plain[0].get("group").is_none(),
        "only true and 1 expand"
    );
    assert_eq!(search("expand=1")[0]["state"], "new", "the last change first");
    assert_eq!(search("only_total_count=true"), json!({"total_count": 10}));
    let full = search("full=true&per_page=2");
    assert_eq!(
        (full["record_ids"].as_array().unwrap().len(), &full["total_count"]),
        (2, &json!(10))
    );
    assert!(full["assets"]["Ticket"].is_object() && full["assets"]["User"].is_object());
    let records = search("with_total_count=true&expand=true&per_page=3");
    assert_eq!(
        (records["records"].as_array().unwrap().len(), &records["total_count"]),
        (3, &json!(10))
    );
    switch(&sim, json!({"old_search": true}));
    let old = search("expand=false");
    assert_eq!(
        (old["tickets"].as_array().unwrap().len(), &old["tickets_count"]),
        (10, &json!(10))
    );
    assert!(old["assets"]["Ticket"]["1"]["title"].is_string());
    assert!(
        search("expand=true&with_total_count=true").is_array(),
        "totals are unknown"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_catalog_is_there() {
    let sim = sim(5).await;
    let names = |path: &str| -> Vec<String> {
        let list = get(&sim, path);
        list.as_array()
            .unwrap()
            .iter()
            .map(|g| g["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names("/groups?expand=true"), ["Users", "Billing", "Hardware", "VPN"]);
    assert_eq!(names("/ticket_priorities"), ["1 low", "2 normal", "3 high"]);
    assert_eq!(
        names("/ticket_states"),
        ["new", "open", "pending reminder", "closed", "merged", "pending close"]
    );
    assert_eq!(call(&sim, "GET", "/version", None).status, 403);
    assert_eq!(get(&sim, "/groups/2")["name"], "Billing");
    assert_eq!(get(&sim, "/users?per_page=2").as_array().unwrap().len(), 2);
}
