//! Writing: what is applied, what is refused, and that both is whole.

use serde_json::{Value, json};

use crate::client::{call, error, get, post, put, sim, switch};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_is_made_once_and_can_write() {
    let sim = sim(1).await;
    let new = json!({"firstname": "Mara", "lastname": "Lind", "email": "Mara@Customer.example"});
    let made = post(&sim, "/users", new.clone());
    assert_eq!(
        (made.status, &made.json()["email"]),
        (201, &json!("mara@customer.example"))
    );
    let again = error(&post(&sim, "/users", new));
    assert_eq!((again.0, again.1.contains("already used")), (422, true), "{again:?}");
    assert_eq!(error(&post(&sim, "/users", json!({"note": "x"}))).0, 422);
    let ticket = json!({"title": "t", "group": "Users", "customer": "mara@customer.example", "article": {"body": "b"}});
    let ticket = post(&sim, "/tickets", ticket).json();
    assert_eq!(ticket["customer_id"], made.json()["id"], "{ticket}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_is_partial_and_one_transaction() {
    let sim = sim(5).await;
    let before = get(&sim, "/tickets/5");
    let body = json!({
        "group": "Billing", "priority_id": 3, "state": "open", "type": "Request", "area": "it", "escalated": true,
        "seats": "7", "reference": "R-1", "category": "Hardware::Printer", "topics": ["vpn", "mail"],
        "article": {"subject": "s", "body": "because", "internal": true},
    });
    let after = put(&sim, "/tickets/5?expand=true", body).json();
    for (key, want) in [
        ("group", json!("Billing")),
        ("priority", json!("3 high")),
        ("state", json!("open")),
        ("type", json!("Request")),
        ("area", json!("it")),
        ("escalated", json!(true)),
        ("seats", json!(7)),
        ("reference", json!("R-1")),
        ("category", json!("Hardware::Printer")),
        ("topics", json!(["vpn", "mail"])),
        ("article_count", json!(2)),
        ("title", before["title"].clone()),
    ] {
        assert_eq!(after[key], want, "{key}");
    }
    assert!(after["updated_at"].as_str() > before["updated_at"].as_str());
    let articles = get(&sim, "/ticket_articles/by_ticket/5");
    assert_eq!(
        (&articles[1]["type"], &articles[1]["sender"]),
        (&json!("note"), &json!("Agent"))
    );
    assert_eq!(
        (&articles[1]["internal"], &articles[1]["content_type"]),
        (&json!(true), &json!("text/plain"))
    );

    // One thing is wrong: nothing is applied.
    let revision = |sim| get(sim, "/tickets/5")["updated_at"].clone();
    let at = revision(&sim);
    for (body, want) in [
        (
            json!({"title": "x", "group": "not_existing"}),
            "No lookup value found for 'group': \"not_existing\"",
        ),
        (
            json!({"title": "x", "priority": "urgent"}),
            "No lookup value found for 'priority': \"urgent\"",
        ),
        (
            json!({"title": "x", "owner_id": 99999}),
            "Invalid value for param 'owner_id': 99999",
        ),
        (
            json!({"title": "x", "article": {"subject": "no body"}}),
            "Need at least article: { body: \"some text\" }",
        ),
        (
            json!({"title": "x", "article": {"body": "b", "type": "pigeon"}}),
            "No lookup value found for 'type': \"pigeon\"",
        ),
    ] {
        let got = put(&sim, "/tickets/5", body);
        assert_eq!(error(&got), (422, want.to_owned()));
        assert_eq!(got.json()["error_human"], want);
    }
    for body in [
        json!({"title": "x", "type": "Nonsense"}),
        json!({"title": "x", "state": "pending reminder"}),
    ] {
        let got = put(&sim, "/tickets/5", body);
        assert_eq!(got.status, 422);
        assert!(error(&got).1.starts_with("Error ID ") && got.json().get("error_human").is_none());
    }
    assert_eq!(
        (get(&sim, "/tickets/5")["title"].clone(), revision(&sim)),
        (before["title"].clone(), at.clone())
    );
    // Unknown keys and values that are there already change nothing.
    assert_eq!(
        put(
            &sim,
            "/tickets/5",
            json!({"priority": "3 high", "tags": "x", "number": "1"})
        )
        .status,
        200
    );
    assert_eq!(revision(&sim), at);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn notes_are_visible_unless_said_otherwise_and_move_updated_at() {
    let sim = sim(5).await;
    let at = get(&sim, "/tickets/5")["updated_at"].clone();
    let note = post(&sim, "/ticket_articles", json!({"ticket_id": 5, "body": "hello"})).json();
    assert_eq!(
        (&note["internal"], &note["type"], &note["subject"]),
        (&json!(false), &json!("note"), &Value::Null)
    );
    assert!(get(&sim, "/tickets/5")["updated_at"].as_str() > at.as_str());
    assert_eq!(get(&sim, &format!("/ticket_articles/{}", note["id"]))["body"], "hello");
    let first = &get(&sim, "/ticket_articles/by_ticket/5")[0];
    assert_eq!(
        (&first["content_type"], &first["sender"]),
        (&json!("text/html"), &json!("Customer"))
    );
    let body = first["body"].as_str().unwrap();
    assert!(body.contains("&lt;two&gt;") && body.contains("<span class=\"js-signatureMarker\">"));
    let hidden = put(
        &sim,
        &format!("/ticket_articles/{}", note["id"]),
        json!({"internal": true}),
    )
    .json();
    assert_eq!(hidden["internal"], true);
    let decisions = sim.control("GET", "/decisions", None).1;
    assert_eq!(
        decisions[0]["notes"],
        json!([{"text": "hello", "visible_to_customer": false}])
    );
    let long = post(
        &sim,
        "/ticket_articles",
        json!({"ticket_id": 5, "body": "x".repeat(1_500_001)}),
    );
    assert_eq!(
        error(&long),
        (
            422,
            "body of article is too large, 1500001 chars - only 1500000 allowed".into()
        )
    );
    assert_eq!(
        post(&sim, "/ticket_articles", json!({"ticket_id": 99, "body": "x"})).status,
        404
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tags_have_their_own_endpoints() {
    let sim = sim(5).await;
    let at = get(&sim, "/tickets/5")["updated_at"].clone();
    let tag = |item: &str| json!({"object": "Ticket", "o_id": 5, "item": item});
    for item in ["new one", "alpha", "alpha"] {
        let got = post(&sim, "/tags/add", tag(item));
        assert_eq!((got.status, got.json()), (201, json!(true)));
    }
    let tags = || get(&sim, "/tags?object=Ticket&o_id=5")["tags"].clone();
    assert_eq!(tags(), json!(["new one", "alpha"]));
    assert!(get(&sim, "/tickets/5")["updated_at"].as_str() > at.as_str());
    let got = call(&sim, "DELETE", "/tags/remove", Some(tag("new one")));
    assert_eq!((got.status, got.json(), tags()), (200, json!(true), json!(["alpha"])));
    switch(&sim, json!({"tag_new": false}));
    assert_eq!(post(&sim, "/tags/add", tag("never seen")).status, 422);
    assert_eq!(
        post(&sim, "/tags/add", tag("beta")).status,
        201,
        "it is known from other tickets"
    );
    assert_eq!(tags(), json!(["alpha", "beta"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tickets_are_made_merged_and_deleted() {
    let sim = sim(5).await;
    let body = json!({"title": "t", "group": "Users", "customer_id": "guess:new@example.test", "tags": "a, b",
        "article": {"body": "b", "sender": "Customer", "type": "web"}});
    let made = post(&sim, "/tickets?expand=true", body);
    assert_eq!(
        (made.status, &made.json()["customer"]),
        (201, &json!("new@example.test"))
    );
    let id = made.json()["id"].clone();
    assert_eq!(
        get(&sim, &format!("/tags?object=Ticket&o_id={id}"))["tags"],
        json!(["a", "b"])
    );
    let all = get(&sim, &format!("/tickets/{id}?all=true"));
    assert_eq!((&all["ticket_id"], &all["tags"]), (&id, &json!(["a", "b"])));
    assert_eq!(all["assets"]["TicketArticle"].as_object().unwrap().len(), 1);
    let unknown = post(
        &sim,
        "/tickets",
        json!({"title": "t", "group": "Users", "customer": "x@example.test"}),
    );
    assert_eq!(
        error(&unknown),
        (422, "No lookup value found for 'customer': \"x@example.test\"".into())
    );

    let number = get(&sim, "/tickets/5")["number"].as_str().unwrap().to_owned();
    let merged = put(&sim, &format!("/ticket_merge/{id}/{number}"), json!({})).json();
    assert_eq!(merged["result"], "success");
    assert_eq!(get(&sim, &format!("/tickets/{id}?expand=true"))["state"], "merged");
    assert_eq!(get(&sim, "/ticket_articles/by_ticket/5").as_array().unwrap().len(), 2);

    assert_eq!(call(&sim, "DELETE", &format!("/tickets/{id}"), None).status, 403);
    switch(&sim, json!({"user_permissions": ["admin", "ticket.agent"]}));
    assert_eq!(call(&sim, "DELETE", &format!("/tickets/{id}"), None).status, 200);
    assert_eq!(call(&sim, "GET", &format!("/tickets/{id}"), None).status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn core_workflows_take_values_away() {
    let sim = sim(5).await;
    switch(
        &sim,
        json!({"workflows": [{"field": "priority_id", "forbid": ["3 high"]}]}),
    );
    let got = put(&sim, "/tickets/5", json!({"group": "Billing", "priority": "3 high"}));
    assert!(got.status == 422 && error(&got).1.starts_with("Error ID "));
    assert_eq!(get(&sim, "/tickets/5")["group_id"], 1);
    assert_eq!(put(&sim, "/tickets/5", json!({"priority": "1 low"})).status, 200);
    switch(&sim, json!({"user_permissions": ["admin", "ticket.agent"]}));
    let got = put(&sim, "/tickets/5", json!({"priority": "3 high"}));
    assert_eq!(
        error(&got),
        (422, "Invalid value '3 high' for field 'priority_id'!".into())
    );
}
