//! Behind the interface: rows, truth and decisions, humans and administrators.

use otai_sim::{Flavour, Row};
use serde_json::{Value, json};

use crate::client::{Got, bytes, call, call_as, control, empty, open, request, seeded};

fn rows() -> Vec<Row> {
    let row = |n: usize| Row {
        subject: format!("subject {n}"),
        body: "Der Drucker tut es nicht.".into(),
        kind: ["Incident", "Request"][n % 2].into(),
        queue: ["Billing", "Technical Support"][n % 2].into(),
        priority: ["low", "medium", "high", "urgent"][n % 4].into(),
        language: "de".into(),
        tags: vec![["printer", "invoice"][n % 2].into()],
    };
    (0..10).map(row).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_become_history_and_raw_tickets() {
    let sim = open(Flavour::Znuny6515, rows()).await;
    let search = |body: Value| call(&sim, "ticket-search", body).ids();
    assert_eq!(
        search(json!({ "Queues": ["Raw"], "StateType": ["new"], "SortBy": "Age", "OrderBy": "Up" })),
        [9, 10]
    );
    assert_eq!(search(json!({ "States": ["closed successful"] })).len(), 8);
    let get = |id: u64| {
        call(
            &sim,
            "ticket-get",
            json!({ "TicketID": id, "DynamicFields": 1, "AllArticles": 1 }),
        )
        .json()["Ticket"][0]
            .clone()
    };
    let (closed, raw) = (get(4), get(9));
    let decided = |t: &Value| ["Queue", "Priority", "Type", "State"].map(|k| t[k].as_str().unwrap().to_owned());
    assert_eq!(
        decided(&closed),
        ["Technical Support", "5 very high", "Request", "closed successful"]
    );
    assert_eq!(
        closed["DynamicField"],
        json!([{ "Name": "OtaiTags", "Value": ["invoice"] }])
    );
    assert_eq!(decided(&raw), ["Raw", "3 normal", "Unclassified", "new"]);
    assert_eq!(
        (&raw["Article"][0]["SenderType"], &raw["DynamicField"]),
        (&json!("customer"), &Value::Null)
    );
    let truth = control(&sim, "GET", "/truth/9", Value::Null);
    assert_eq!(
        truth,
        json!({ "queue": "Billing", "priority": "2 low", "type": "Incident", "tags": ["printer"], "language": "de" })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_and_score_tell_what_was_made_of_the_rows() {
    let sim = open(Flavour::Znuny6515, rows()).await;
    let before = control(&sim, "GET", "/decisions", Value::Null);
    assert_eq!(
        before[0],
        json!({ "id": "9", "row": 9, "queue": null, "priority": "medium", "type": null, "tags": [], "notes": [], "writes": 0 })
    );
    let note =
        json!({ "Subject": "s", "Body": "why", "ContentType": "text/plain; charset=utf-8", "IsVisibleForCustomer": 0 });
    let update = json!({
        "TicketID": 9, "Article": note, "DynamicField": { "Name": "OtaiTags", "Value": ["printer"] },
        "Ticket": { "Queue": "Billing", "Priority": "4 high", "Type": "Incident" },
    });
    assert_eq!(call(&sim, "ticket-update", update).code(), "");
    let after = control(&sim, "GET", "/decisions", Value::Null);
    assert_eq!(
        after[0],
        json!({
            "id": "9", "row": 9, "queue": "Billing", "priority": "high", "type": "Incident", "tags": ["printer"],
            "notes": [{ "text": "why", "visible_to_customer": false }], "writes": 1,
        })
    );
    let score = sim.score();
    assert_eq!(
        score["queue"],
        json!({ "total": 2, "written": 1, "correct": 1, "accuracy": 1.0, "coverage": 0.5 })
    );
    assert_eq!(
        (&score["priority"]["correct"], &score["tags"]["correct"]),
        (&json!(0), &json!(1))
    );
    let shown = control(&sim, "GET", "/tickets/9", Value::Null);
    assert_eq!(shown["revisions"][0]["who"], "api");
    assert_eq!(
        shown["revisions"][0]["changes"]["Queue"],
        json!({ "from": "Raw", "to": "Billing" })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn humans_edit_merge_and_delete() {
    let sim = seeded(Flavour::Znuny6515, 4, &[2]).await;
    let edit = json!({ "Queue": "Billing", "State": "open", "DynamicField": { "OtaiTopic": "hr" } });
    let shown = control(&sim, "PATCH", "/tickets/2", edit);
    assert_eq!(
        (&shown["Queue"], &shown["revisions"][1]["who"]),
        (&json!("Billing"), &json!("human"))
    );
    for wrong in [
        json!({ "Qeue": "Billing" }),
        json!({ "Queue": "Nope" }),
        json!({ "DynamicField": { "OtaiTopic": "x" } }),
    ] {
        assert_eq!(
            sim.control("PATCH", "/tickets/2", Some(wrong.clone())).0,
            400,
            "{wrong}"
        );
    }
    control(
        &sim,
        "PATCH",
        "/tickets/3",
        json!({ "Priority": "1 very low", "after_ms": 60_000 }),
    );
    assert_ne!(
        control(&sim, "GET", "/tickets/3", Value::Null)["Priority"],
        "1 very low"
    );
    control(&sim, "POST", "/clock", json!({ "advance_seconds": 61 }));
    assert_eq!(
        control(&sim, "GET", "/tickets/3", Value::Null)["Priority"],
        "1 very low"
    );

    let merged = control(&sim, "POST", "/tickets/2/merge", json!({ "into": 3 }));
    assert_eq!(
        (&merged["State"], merged["Article"].as_array().unwrap().len()),
        (&json!("merged"), 1)
    );
    assert_eq!(
        control(&sim, "GET", "/tickets/3", Value::Null)["Article"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(
        call(&sim, "ticket-get", json!({ "TicketID": 2 })).json()["Ticket"][0]["StateType"],
        "merged"
    );
    assert!(
        !call(&sim, "ticket-search", json!({ "StateType": ["new", "open"] }))
            .ids()
            .contains(&2)
    );

    control(&sim, "DELETE", "/tickets/3", Value::Null);
    assert_eq!(
        call(&sim, "ticket-update", json!({ "TicketID": 3 })).code(),
        "TicketUpdate.AccessDenied"
    );
    assert_eq!(sim.control("GET", "/tickets/3", None).0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_changes_services() {
    let sim = seeded(Flavour::Znuny6515, 1, &[2]).await;
    let path = |route: &str| format!("/otrs/nph-genericinterface.pl/Webservice/OpenTicketAI{route}");
    let post = |route: &str, body: Value| {
        let mut body = body;
        body["UserLogin"] = json!("anybody");
        body["Password"] = json!("test-key");
        let sent = request("POST", &path(route), &[], body.to_string().as_bytes());
        Got::read(&bytes(&sim, &sent).unwrap()).unwrap()
    };
    assert_eq!(post("/ticket-search", json!({})).ids(), [2]);
    let change = json!({ "operations": { "ticket-search": { "route": "/find" }, "ticket-update": { "include_ticket_data": false } } });
    control(&sim, "PATCH", "/services/OpenTicketAI", change);
    assert_eq!(
        (post("/ticket-search", json!({})).status, post("/find", json!({})).ids()),
        (500, vec![2])
    );
    let answered = post(
        "/ticket-update",
        json!({ "TicketID": 2, "Ticket": { "Priority": "4 high" } }),
    )
    .json();
    assert_eq!(
        answered.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["TicketID", "TicketNumber"]
    );
    control(&sim, "PATCH", "/services/OpenTicketAI", json!({ "max_length": 20 }));
    assert_eq!(post("/find", json!({})).status, 413);
    control(
        &sim,
        "PATCH",
        "/services/OpenTicketAI",
        json!({ "max_length": 0, "user_login": "" }),
    );
    assert_eq!(
        post("/find", json!({})).code(),
        "TicketSearch.AuthFail",
        "the login is no longer rewritten"
    );
    control(
        &sim,
        "PATCH",
        "/services/OpenTicketAI",
        json!({ "operations": { "ticket-update": null } }),
    );
    assert_eq!(post("/ticket-update", json!({})).status, 500);
    let mine =
        json!({ "name": "Mine", "operations": [{ "name": "s", "type": "Ticket::TicketSearch", "route": "/s" }] });
    assert_eq!(control(&sim, "POST", "/services", mine), json!({ "id": 5 }));
    control(&sim, "DELETE", "/services/Mine", Value::Null);
    assert_eq!(sim.control("DELETE", "/services/Mine", None).0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn logins_fail_and_lock_an_agent_out() {
    let sim = empty(Flavour::Znuny6515).await;
    control(&sim, "POST", "/account", json!({ "max_login_failed": 2 }));
    control(
        &sim,
        "POST",
        "/agents",
        json!({ "login": "open_ticket_ai", "password": "changed" }),
    );
    for _ in 0..2 {
        assert_eq!(call(&sim, "ticket-search", json!({})).code(), "TicketSearch.AuthFail");
    }
    let shown = control(&sim, "GET", "/account", Value::Null);
    assert_eq!(
        shown["agents"][1],
        json!({ "login": "open_ticket_ai", "valid": false, "failed_logins": 2 })
    );
    control(
        &sim,
        "POST",
        "/agents",
        json!({ "login": "open_ticket_ai", "password": "test-key", "valid": true }),
    );
    assert_eq!(call(&sim, "ticket-search", json!({})).code(), "");
    assert_eq!(call_as(&sim, "alice.agent", "ticket-search", json!({})).code(), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_may_be_empty_and_an_article_of_the_interface_may_not() {
    let sim = empty(Flavour::Znuny6515).await;
    let made = control(
        &sim,
        "POST",
        "/tickets",
        json!({ "Title": "no text", "Queue": "Incoming", "Body": "" }),
    );
    let read = call(
        &sim,
        "ticket-get",
        json!({ "TicketID": made["ids"][0], "AllArticles": 1 }),
    );
    let article = &read.json()["Ticket"][0]["Article"][0];
    assert_eq!((&article["Body"], &article["Subject"]), (&json!(""), &json!("no text")));
    let note = json!({ "Subject": "no text", "Body": "", "ContentType": "text/plain; charset=utf-8" });
    let refused = call(
        &sim,
        "ticket-update",
        json!({ "TicketID": made["ids"][0], "Article": note }),
    );
    assert_eq!(refused.code(), "TicketUpdate.MissingParameter");
}
