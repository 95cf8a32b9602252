//! Who may do what, and what is left behind when it is refused midway.

use otai_sim::{Flavour, Running};
use serde_json::{Value, json};

use crate::client::{call, call_as, control, seeded};

fn update(sim: &Running, login: &str, mut change: Value) -> (u16, String) {
    change["TicketID"] = json!(2);
    let got = call_as(sim, login, "ticket-update", change);
    let error = match got.status {
        200 => got.code(),
        _ => got.json()["faultstring"].as_str().unwrap_or_default().to_owned(),
    };
    (got.status, error)
}

fn ok() -> (u16, String) {
    (200, String::new())
}

fn denied() -> (u16, String) {
    (200, "TicketUpdate.AccessDenied".to_owned())
}

fn note() -> Value {
    json!({ "Article": { "Subject": "s", "Body": "b", "ContentType": "text/plain; charset=utf-8" } })
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_of_one_queue_replace_those_of_its_group() {
    let sim = seeded(Flavour::Znuny6515, 1, &[2]).await;
    let priority = json!({ "Ticket": { "Priority": "4 high" } });
    assert_eq!(update(&sim, "open_ticket_ai", priority.clone()), ok());
    let agent = |rights: Value| {
        control(
            &sim,
            "POST",
            "/agents",
            json!({ "login": "open_ticket_ai", "queues": { "Incoming": rights } }),
        )
    };
    agent(json!(["ro", "note", "priority", "move_into"]));
    assert_eq!(update(&sim, "open_ticket_ai", priority.clone()), denied());
    assert_eq!(call(&sim, "ticket-get", json!({ "TicketID": 2 })).status, 200);
    assert_eq!(
        call(&sim, "ticket-search", json!({ "Queues": ["Incoming"] })).ids(),
        [2]
    );
    agent(json!([]));
    assert_eq!(
        call(&sim, "ticket-get", json!({ "TicketID": 2 })).code(),
        "TicketGet.AccessDenied"
    );
    assert!(
        call(&sim, "ticket-search", json!({ "Queues": ["Incoming"] }))
            .ids()
            .is_empty()
    );
    agent(json!(["rw"]));
    assert_eq!(update(&sim, "open_ticket_ai", priority), ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn older_systems_want_one_right_for_each_change() {
    for flavour in [Flavour::Znuny651, Flavour::Otobo11] {
        let sim = seeded(flavour, 1, &[2]).await;
        let agent = |rights: Value| {
            control(
                &sim,
                "POST",
                "/agents",
                json!({ "login": "bot", "password": "test-key", "groups": { "support": rights } }),
            )
        };
        let wishes = [
            ("note", note()),
            ("priority", json!({ "Ticket": { "Priority": "2 low" } })),
            ("move", json!({ "Ticket": { "Queue": "Billing" } })),
            ("close", json!({ "Ticket": { "State": "closed successful" } })),
            ("owner", json!({ "Ticket": { "Owner": "alice.agent" } })),
            ("rw", json!({ "DynamicField": { "Name": "OtaiLabel", "Value": "x" } })),
        ];
        for (right, wish) in wishes {
            agent(json!(["ro", "move_into"]));
            assert_eq!(
                update(&sim, "bot", wish.clone()),
                denied(),
                "{flavour:?} without {right}"
            );
            agent(json!(["ro", "move_into", right]));
            assert_eq!(update(&sim, "bot", wish), ok(), "{flavour:?} with {right}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_target_leaves_behind_what_came_before_it() {
    let sim = seeded(Flavour::Znuny6515, 1, &[2]).await;
    let wish = json!({ "Ticket": { "Title": "half", "Queue": "Restricted", "Priority": "5 very high" } });
    let (status, fault) = update(&sim, "open_ticket_ai", wish);
    assert_eq!(status, 500);
    assert!(fault.starts_with("Ticket queue could not be updated"), "{fault}");
    let got = call(&sim, "ticket-get", json!({ "TicketID": 2 })).json()["Ticket"][0].clone();
    assert_eq!(
        (&got["Title"], &got["Queue"], &got["Priority"]),
        (&json!("half"), &json!("Incoming"), &json!("3 normal"))
    );
    // What does not exist is refused before anything is done.
    let wish = json!({ "Ticket": { "Title": "other", "Priority": "9" } });
    assert_eq!(update(&sim, "open_ticket_ai", wish).1, "TicketUpdate.InvalidParameter");
    assert_eq!(
        call(&sim, "ticket-get", json!({ "TicketID": 2 })).json()["Ticket"][0]["Title"],
        "half"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_are_visible_unless_told_otherwise_and_may_send_mail() {
    let sim = seeded(Flavour::Znuny6515, 1, &[2]).await;
    let mut hidden = note();
    hidden["Article"]["IsVisibleForCustomer"] = json!(0);
    hidden["Article"]["From"] = json!("Bot <bot@znuny.example.test>");
    assert_eq!(update(&sim, "open_ticket_ai", note()), ok());
    assert_eq!(update(&sim, "open_ticket_ai", hidden), ok());
    let got = call(&sim, "ticket-get", json!({ "TicketID": 2, "AllArticles": 1 })).json();
    let visible: Vec<&Value> = got["Ticket"][0]["Article"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| &a["IsVisibleForCustomer"])
        .collect();
    assert_eq!(visible, [1, 1, 0]);
    let customer =
        json!({ "CustomerUserLogin": "carla.customer", "Password": "test-key", "TicketID": 2, "AllArticles": 1 });
    let got = crate::client::plain(&sim, "ticket-get", &customer).json();
    assert_eq!(got["Ticket"][0]["Article"].as_array().unwrap().len(), 2);
    let mails = control(&sim, "GET", "/mails", Value::Null);
    assert_eq!(mails[0]["AutoResponseType"], "auto follow up");
    assert_eq!(
        (&mails[0]["address"], &mails[1]["address"]),
        (&Value::Null, &json!("bot@znuny.example.test"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn dynamic_fields_take_what_their_kind_allows() {
    let sim = seeded(Flavour::Znuny6515, 1, &[2]).await;
    let set = |name: &str, value: Value| {
        update(
            &sim,
            "open_ticket_ai",
            json!({ "DynamicField": [{ "Name": name, "Value": value }] }),
        )
        .1
    };
    let shown = |name: &str| {
        let got =
            call(&sim, "ticket-get", json!({ "TicketID": 2, "DynamicFields": 1 })).json()["Ticket"][0]["DynamicField"]
                .clone();
        let all = got.as_array().cloned().unwrap_or_default();
        all.into_iter().find(|f| f["Name"] == name).map(|f| f["Value"].clone())
    };
    let wrong = "TicketUpdate.InvalidParameter";
    for (name, value, expected) in [
        ("OtaiLabel", json!("  pad  "), Some(json!("pad"))),
        ("OtaiLabel", json!(0.5), Some(json!("0.5"))),
        ("OtaiLabel", json!(""), None),
        ("OtaiSummary", json!("a\nb"), Some(json!("a\nb"))),
        ("OtaiTopic", json!("network"), Some(json!("network"))),
        ("OtaiTags", json!("urgent"), Some(json!(["urgent"]))),
        (
            "OtaiTags",
            json!(["vip", "urgent", "vip"]),
            Some(json!(["vip", "urgent", "vip"])),
        ),
        ("OtaiTags", json!([]), None),
        ("OtaiReviewed", json!(true), Some(json!(1))),
        ("OtaiReviewed", json!("0"), Some(json!(0))),
        (
            "OtaiReviewedAt",
            json!("2026-01-02 03:04:05"),
            Some(json!("2026-01-02 03:04:05")),
        ),
        ("OtaiReviewedAt", json!(""), None),
    ] {
        assert_eq!(set(name, value.clone()), "", "{name} {value}");
        assert_eq!(shown(name), expected, "{name} {value}");
    }
    for (name, value) in [
        ("OtaiTopic", json!("nope")),
        ("OtaiTopic", json!(["network"])),
        ("OtaiTags", json!(["urgent", "nope"])),
        ("OtaiReviewed", json!(2)),
        ("OtaiReviewedAt", json!("2026-01-01T00:00:00Z")),
        ("OtaiReviewedAt", json!("2026-13-01 00:00:00")),
        ("Nope", json!("x")),
    ] {
        assert_eq!(set(name, value.clone()), wrong, "{name} {value}");
    }
    assert_eq!(set("OtaiLabel", Value::Null), "TicketUpdate.MissingParameter");
    assert_eq!(set("OtaiModel", json!("m")), "TicketUpdate.MissingParameter");
    let fault = "Dynamic Field OtaiLabel could not be set, please contact the system administrator";
    for hopeless in [json!(["a"]), json!("x".repeat(3801))] {
        assert_eq!(set("OtaiLabel", json!("before")), "");
        assert_eq!(set("OtaiLabel", hopeless), fault);
        assert_eq!(shown("OtaiLabel"), None, "the old value is lost, too");
    }
    assert_eq!(set("OtaiLabel", json!("ü".repeat(3800))), "");
}
