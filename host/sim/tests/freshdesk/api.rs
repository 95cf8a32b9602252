//! The API as a client sees it.

use std::collections::BTreeSet;

use otai_sim::{Options, StartError, start};
use serde_json::{Value, json};

use crate::client::{call, get, post, put, sim, sim_with, sleep};

fn ids(rows: &Value) -> Vec<u64> {
    rows.as_array()
        .unwrap()
        .iter()
        .map(|t| t["id"].as_u64().unwrap())
        .collect()
}

/// Follows `Link` from page to page.
fn walk(sim: &otai_sim::Running, first: &str) -> (Vec<u64>, usize) {
    let (mut path, mut seen, mut pages) = (first.to_owned(), Vec::new(), 0);
    loop {
        let got = get(sim, &path);
        assert_eq!(got.status, 200, "{path}");
        seen.extend(ids(&got.json()));
        pages += 1;
        let Some(link) = got.header("link") else {
            return (seen, pages);
        };
        let url = link
            .strip_prefix('<')
            .and_then(|l| l.strip_suffix(">; rel=\"next\""))
            .unwrap();
        path = url
            .strip_prefix(&format!("{}/api/v2", sim.base_url()))
            .unwrap()
            .to_owned();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_walk_by_link_sees_every_ticket_once_also_at_an_exact_boundary() {
    let sim = sim(40).await;
    for size in [7, 10, 40, 100] {
        let query = format!("/tickets?updated_since=2000-01-01&order_by=updated_at&order_type=asc&per_page={size}");
        let (seen, pages) = walk(&sim, &query);
        assert_eq!(seen, (1..=40).collect::<Vec<u64>>());
        assert_eq!(pages, 40usize.div_ceil(size));
    }
    let newest = walk(&sim, "/tickets?updated_since=2000-01-01&per_page=9").0;
    assert_eq!(newest, (1..=40).rev().collect::<Vec<u64>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_updated_since_only_the_last_thirty_days_are_listed() {
    let sim = sim(20).await;
    assert_eq!(ids(&get(&sim, "/tickets").json()), [20, 19, 18, 17]);
    put(&sim, "/tickets/3", json!({"priority": 4}));
    assert_eq!(
        ids(&get(&sim, "/tickets").json()).len(),
        4,
        "an old ticket that is updated is still old"
    );
    for query in ["order_by=updated_at", "order_by=status", "filter=new_and_my_open"] {
        assert_eq!(ids(&get(&sim, &format!("/tickets?{query}")).json()).len(), 4, "{query}");
    }
    let first = get(&sim, "/tickets?updated_since=2000-01-01&order_by=updated_at&per_page=1").json();
    assert_eq!(ids(&first), [3]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn open_rows_show_nothing_of_their_truth_and_history_shows_it_all() {
    let sim = sim(10).await;
    let closed = get(&sim, "/tickets/2").json();
    assert_eq!(
        (&closed["status"], &closed["type"], &closed["priority"]),
        (&json!(5), &json!("Request"), &json!(2))
    );
    assert_eq!(closed["tags"], json!(["beta"]));
    let fields = get(&sim, "/ticket_fields?type=default_group").json();
    assert_eq!(closed["group_id"], fields[0]["choices"]["Billing"]);
    let open = get(&sim, "/tickets/9").json();
    assert_eq!((&open["status"], &open["priority"]), (&json!(2), &json!(1)));
    assert!(open["group_id"].is_null() && open["type"].is_null() && open["tags"] == json!([]));
    assert_eq!(open["description_text"], "Body 8\nwith <two> lines & more");
    assert_eq!(
        open["description"],
        "<div>Body 8<br>with &lt;two&gt; lines &amp; more</div>"
    );
    let row = get(&sim, "/tickets?per_page=1").json();
    assert!(row[0].get("description").is_none() && row[0].get("truth").is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn due_dates_come_after_the_creation_and_move_updated_at() {
    let sim = sim(0).await;
    let made = post(
        &sim,
        "/tickets",
        json!({"email": "a@b.example", "subject": "s", "description": "d"}),
    );
    assert_eq!(made.status, 201);
    let made = made.json();
    assert!(made["due_by"].is_null());
    sleep(500);
    let later = get(&sim, &format!("/tickets/{}", made["id"])).json();
    assert!(later["due_by"].is_string());
    assert!(later["updated_at"].as_str() > made["updated_at"].as_str());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_may_demand_fields_and_a_role_may_forbid_them() {
    let sim = sim(5).await;
    sim.control(
        "PATCH",
        "/fields/cf_order_no",
        Some(json!({"required_for_closure": true})),
    );
    let got = put(&sim, "/tickets/5", json!({"status": 5}));
    assert_eq!(
        (got.status, got.errors()),
        (400, vec![("cf_order_no".into(), "missing_field".into())])
    );
    assert_eq!(put(&sim, "/tickets/5", json!({"status": 3})).status, 200);
    assert_eq!(
        put(
            &sim,
            "/tickets/5",
            json!({"status": 5, "custom_fields": {"cf_order_no": "A"}})
        )
        .status,
        200
    );
    sim.control("POST", "/account", Some(json!({"deny": ["field:group_id", "note"]})));
    let got = put(&sim, "/tickets/5", json!({"group_id": null, "priority": 2}));
    assert_eq!(got.errors(), [("group_id".into(), "inaccessible_field".into())]);
    assert_eq!(post(&sim, "/tickets/5/notes", json!({"body": "x"})).status, 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nested_fields_are_judged_together() {
    let sim = sim(5).await;
    let set = |fields: Value| put(&sim, "/tickets/5", json!({ "custom_fields": fields }));
    let ok = set(json!({"cf_category": "Billing", "cf_subcategory": "Invoice", "cf_item": "Duplicate"}));
    assert_eq!(ok.json()["custom_fields"]["cf_item"], "Duplicate");
    let wrong = set(json!({"cf_subcategory": "Login"}));
    assert_eq!(wrong.errors(), [("cf_subcategory".into(), "invalid_value".into())]);
    let moved = set(json!({"cf_category": "Technical"})).json();
    assert_eq!(
        (
            &moved["custom_fields"]["cf_category"],
            &moved["custom_fields"]["cf_item"]
        ),
        (&json!("Technical"), &Value::Null)
    );
    assert_eq!(
        set(json!({"cf_category": "Billing", "cf_subcategory": "Refund"})).status,
        200
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removed_group_is_refused_and_its_tickets_have_none() {
    let sim = sim(10).await;
    let group = get(&sim, "/groups").json()[0]["id"].clone();
    assert_eq!(put(&sim, "/tickets/10", json!({"group_id": group})).status, 200);
    sim.control("DELETE", &format!("/groups/{group}"), None);
    assert!(get(&sim, "/tickets/10").json()["group_id"].is_null());
    let got = put(&sim, "/tickets/10", json!({"group_id": group}));
    assert_eq!(got.errors(), [("group_id".into(), "invalid_value".into())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_account_can_be_suspended_switched_off_and_seen_in_part() {
    let sim = sim(10).await;
    let switch = |change: Value| sim.control("POST", "/account", Some(change)).0;
    switch(json!({"agent_scope": "restricted"}));
    assert_eq!(ids(&get(&sim, "/tickets?updated_since=2000-01-01").json()), [0u64; 0]);
    assert_eq!(get(&sim, "/tickets/9").status, 403);
    let me = get(&sim, "/agents/me").json();
    assert_eq!(me["ticket_scope"], 3);
    sim.control("PATCH", "/tickets/9", Some(json!({"responder_id": me["id"]})));
    assert_eq!(ids(&get(&sim, "/tickets?updated_since=2000-01-01").json()), [9]);
    switch(json!({"suspended": true}));
    assert_eq!(get(&sim, "/agents/me").json()["code"], "account_suspended");
    switch(json!({"api_enabled": false}));
    assert_eq!(get(&sim, "/agents/me").status, 404);
    assert_eq!(switch(json!({"api_enabld": true})), 400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deleted_and_spam_tickets_have_streams_of_their_own() {
    let sim = sim(10).await;
    assert_eq!(call(&sim, "DELETE", "/tickets/9", None).status, 204);
    sim.control("PATCH", "/tickets/10", Some(json!({"spam": true})));
    let list = |filter: &str| ids(&get(&sim, &format!("/tickets?updated_since=2000-01-01{filter}")).json());
    assert_eq!(list(""), [8, 7, 6, 5, 4, 3, 2, 1]);
    assert_eq!((list("&filter=deleted"), list("&filter=spam")), (vec![9], vec![10]));
    assert_eq!(put(&sim, "/tickets/10", json!({"priority": 2})).status, 405);
    assert_eq!(get(&sim, "/tickets/9").json()["deleted"], true);
    assert_eq!(call(&sim, "PUT", "/tickets/9/restore", None).status, 204);
    assert_eq!(list("").first(), Some(&9));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_search_index_lags_behind() {
    let sim = sim(10).await;
    let found = || ids(&get(&sim, "/search/tickets?query=%22priority:4%20AND%20status:2%22").json()["results"]);
    assert!(found().is_empty());
    put(&sim, "/tickets/10", json!({"priority": 4}));
    assert!(found().is_empty(), "the index must not know at once");
    sleep(400);
    assert_eq!(found(), [10]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_limit_counts_includes_and_failures() {
    let sim = sim_with(5, |o| o.rate = Some("10/60".parse().unwrap())).await;
    let listed = get(&sim, "/tickets?include=description,requester,stats");
    assert_eq!(listed.header("x-ratelimit-used-currentrequest"), Some("7"));
    assert_eq!(listed.header("x-ratelimit-remaining"), Some("3.0"));
    assert_eq!(get(&sim, "/nothing").header("x-ratelimit-remaining"), Some("2.0"));
    assert_eq!(get(&sim, "/tickets/1").status, 200);
    assert_eq!(get(&sim, "/tickets/1").header("x-ratelimit-remaining"), Some("0.0"));
    let refused = get(&sim, "/tickets/1");
    assert_eq!((refused.status, refused.body.len()), (429, 0));
    assert!((1..=60).contains(&refused.header("retry-after").unwrap().parse::<u64>().unwrap()));
    assert_eq!(get(&sim, "/_sim").status, 200, "the control interface is not limited");
    sim.control("POST", "/clock", Some(json!({"advance_seconds": 61})));
    assert_eq!(get(&sim, "/tickets/1").status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ids_repeat_for_a_seed_and_all_things_have_their_own() {
    let (a, b) = (sim(5).await, sim(5).await);
    let (a, b) = (get(&a, "/ticket_fields").json(), get(&b, "/ticket_fields").json());
    let ids = |fields: &Value| -> Vec<u64> { ids(fields) };
    assert_eq!(ids(&a), ids(&b));
    assert_eq!(ids(&a).iter().collect::<BTreeSet<_>>().len(), ids(&a).len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_taken_port_and_an_outside_address_are_told_apart() {
    let sim = sim(0).await;
    let with = |listen| {
        start(Options {
            listen,
            api_key: "k".into(),
            ..Options::default()
        })
    };
    assert!(matches!(with(sim.addr()).await, Err(StartError::Listen { .. })));
    assert!(matches!(
        with("0.0.0.0:0".parse().unwrap()).await,
        Err(StartError::NotLoopback(_))
    ));
    let addr = sim.addr();
    sim.stop().await;
    let again = with(addr).await.unwrap();
    assert_eq!(again.base_url(), format!("http://{addr}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_requester_can_be_changed_by_address() {
    let sim = sim(5).await;
    let before = get(&sim, "/tickets/5").json();
    let after = put(&sim, "/tickets/5", json!({"email": "new.person@b.example"})).json();
    assert_ne!(before["requester_id"], after["requester_id"]);
    let contact = get(&sim, &format!("/contacts/{}", after["requester_id"])).json();
    assert_eq!(contact["email"], "new.person@b.example");
    let listed = get(&sim, "/tickets?email=New.Person@b.example").json();
    assert_eq!(ids(&listed), [5]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_is_partial_atomic_and_none_if_nothing_differs() {
    let sim = sim(5).await;
    let set = json!({"tags": ["a", "b"], "custom_fields": {"cf_vip": true, "cf_seats": 3}});
    put(&sim, "/tickets/5", set);
    let after = put(
        &sim,
        "/tickets/5",
        json!({"tags": ["c"], "custom_fields": {"cf_seats": 4}}),
    )
    .json();
    assert_eq!(after["tags"], json!(["c"]), "tags are replaced");
    assert_eq!(after["custom_fields"]["cf_vip"], true, "custom fields are merged");
    let wrong = put(
        &sim,
        "/tickets/5",
        json!({"priority": 9, "status": "2", "group_id": 1, "queue": 1, "type": "x"}),
    );
    let codes: Vec<String> = wrong
        .errors()
        .into_iter()
        .map(|(field, code)| format!("{field} {code}"))
        .collect();
    let wanted = [
        "group_id invalid_value",
        "priority invalid_value",
        "queue invalid_field",
        "status datatype_mismatch",
        "type invalid_value",
    ];
    assert_eq!(codes, wanted);
    assert_eq!(
        put(&sim, "/tickets/5", json!({"priority": 3, "group_id": 1})).status,
        400
    );
    sleep(1100);
    let same = put(&sim, "/tickets/5", json!({"priority": 1, "tags": ["c"]})).json();
    assert_eq!(same["priority"], 1, "a refused update has changed nothing");
    assert_eq!(same["updated_at"], after["updated_at"]);
    let note = post(&sim, "/tickets/5/notes", json!({"body": "<b>x</b>"}));
    let place = format!("{}/api/v2/conversations/{}", sim.base_url(), note.json()["id"]);
    assert_eq!((note.status, note.header("location")), (201, Some(place.as_str())));
    assert_eq!(
        (&note.json()["private"], &note.json()["body_text"]),
        (&json!(true), &json!("x"))
    );
    assert!(
        get(&sim, "/tickets/5").json()["updated_at"].as_str() > same["updated_at"].as_str(),
        "a note moves it"
    );
}
