//! otai over OTOBO/Znuny, each case against a simulated Znuny and, with `OTAI_REAL_ZNUNY=1`, against a real one: same inputs,
//! same outcome.
//!
//! `OTAI_REAL_ZNUNY=1 cargo test -p otai-tests real_znuny` brings the real one up by itself.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use otai_tests::{INBOX, Znuny, on_both};
use serde_json::{Value, json};

on_both! {
    tickets_are_triaged => simulated_znuny_is_triaged, real_znuny_is_triaged;
    a_wrong_password => simulated_znuny_refuses_a_wrong_password, real_znuny_refuses_a_wrong_password;
    missing_rights => simulated_znuny_misses_a_right, real_znuny_misses_a_right;
    names_that_it_does_not_take => simulated_znuny_refuses_names, real_znuny_refuses_names;
    a_session_that_ends => simulated_znuny_ends_a_session, real_znuny_ends_a_session;
    a_wrong_service_or_route => simulated_znuny_has_no_such_service, real_znuny_has_no_such_service;
    other_routes => simulated_znuny_with_other_routes, real_znuny_with_other_routes;
    a_human_wins => simulated_znuny_keeps_what_a_human_chose, real_znuny_keeps_what_a_human_chose;
}

const NOTE: &str = "    note: \"AI: {{ queue.label }}\"\n";

fn field(ticket: &Value, name: &str) -> Value {
    let fields = ticket["DynamicField"].as_array().into_iter().flatten();
    fields
        .filter(|f| f["Name"] == name)
        .map(|f| f["Value"].clone())
        .next()
        .unwrap_or_default()
}

fn parked(znuny: &Znuny, place: &otai_tests::Place) -> Vec<String> {
    let told = znuny.start(place, &["tickets", "--json"]).wait(Duration::from_secs(60));
    let told = told.says(0, &[]).json();
    let rows = told[0]["parked"].as_array().cloned().unwrap_or_default();
    rows.iter()
        .map(|row| row["why"].as_str().unwrap_or_default().to_owned())
        .collect()
}

fn tickets_are_triaged(znuny: &Znuny) {
    let html = "<html><body><p>My <b>printer</b> &amp; I need help soon</p></body></html>";
    let ids = [
        znuny.create(
            "Grüße 😀",
            "Schöne Grüße 😀, my invoice is wrong, immediately!",
            "text/plain; charset=utf-8",
        ),
        znuny.create("In HTML", html, "text/html; charset=utf-8"),
        znuny.say("the vpn is down"),
        znuny.say("nothing that anybody understands"),
    ];
    let place = znuny.place(json!({}), NOTE);
    let summary = znuny.run_once(&place);
    assert_eq!(summary["written"], 3, "{summary}");
    let want = [
        ("Billing", "5 very high", json!("billing")),
        ("IT-Support", "4 high", json!("hr")),
        ("IT-Support::Network", "3 normal", json!("network")),
        (INBOX, "3 normal", Value::Null),
    ];
    for (id, (queue, priority, topic)) in ids.iter().zip(want) {
        let ticket = znuny.ticket(*id);
        assert_eq!(
            (&ticket["Queue"], &ticket["Priority"]),
            (&json!(queue), &json!(priority)),
            "{ticket}"
        );
        assert_eq!(field(&ticket, "OtaiTopic"), topic, "{ticket}");
        let notes: Vec<&Value> = ticket["Article"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|a| a["SenderType"] == "system")
            .collect();
        assert_eq!(notes.len(), usize::from(queue != INBOX), "{ticket}");
        assert!(
            notes
                .iter()
                .all(|n| number(&n["IsVisibleForCustomer"]) == 0 && n["To"] == ""),
            "{notes:?}"
        );
    }
    let seen = znuny.seen_by_the_customer(&ids);
    assert_eq!(seen.len(), ids.len(), "only what he wrote himself: {seen:?}");
    assert!(seen.iter().any(|text| text.contains("Schöne Grüße 😀")), "{seen:?}");
    // One update for values and note of each of the three; one more proves the right to write.
    assert_eq!(znuny.counter.count("ticket-update"), 4);
    znuny.counter.forget();
    assert_eq!(znuny.run_once(&place)["written"], 0, "nothing is done twice");
    assert_eq!(znuny.counter.count("ticket-update"), 1);
}

fn number(value: &Value) -> u64 {
    value
        .as_u64()
        .or_else(|| value.as_str()?.parse().ok())
        .unwrap_or(u64::MAX)
}

fn a_wrong_password(znuny: &Znuny) {
    for urls in [json!({}), json!({ "SessionCreate": "session-create" })] {
        znuny.counter.forget();
        let place = znuny.place(json!({ "password": "canary-wrong", "operation_urls": urls }), "");
        let ended = znuny.start(&place, &["check"]).wait(Duration::from_secs(60));
        assert_ne!(ended.code, Some(0), "{ended}");
        let told = format!("{}{}", ended.stdout, ended.stderr);
        assert!(told.contains("does not accept the login `open_ticket_ai`"), "{ended}");
        assert!(!told.contains("canary-wrong"), "{ended}");
        assert_eq!(znuny.counter.total(), 1, "each further try might lock the agent");
    }
    // Also where otai goes on: a minute of work costs one failed login.
    let place = znuny.place(
        json!({ "password": "canary-wrong", "operation_urls": {} }),
        "    every: 1s\n",
    );
    znuny.counter.forget();
    let running = znuny.start(&place, &["run"]);
    sleep(Duration::from_secs(5));
    drop(running);
    assert_eq!(znuny.counter.total(), 1);
}

fn missing_rights(znuny: &Znuny) {
    let id = znuny.say("my invoice");
    for user in ["otai_readonly", "otai_narrow"] {
        let place = znuny.place(json!({ "username": user }), NOTE);
        let check = znuny.start(&place, &["check"]).wait(Duration::from_secs(60));
        let told = format!("{}{}", check.stdout, check.stderr);
        assert!(told.contains("give it `rw` on the queue's group"), "{check}");
        let summary = znuny.run(&place, 1);
        assert_eq!(
            (&summary["written"], &summary["parked"]),
            (&json!(0), &json!(1)),
            "{summary}"
        );
        let why = parked(znuny, &place);
        assert!(
            why[0].contains(&format!("`{user}` may read the queue \"{INBOX}\"")),
            "{why:?}"
        );
    }
    let place = znuny.place(json!({ "username": "otai_nogroup" }), "");
    let check = znuny.start(&place, &["check"]).wait(Duration::from_secs(60));
    assert!(
        format!("{check}").contains("sees no ticket in the configured `queues`"),
        "{check}"
    );
    let ticket = znuny.ticket(id);
    assert_eq!(
        (&ticket["Queue"], &ticket["Priority"]),
        (&json!(INBOX), &json!("3 normal"))
    );
    assert_eq!(znuny.history(&[id])[&id].get("Move"), None);
}

fn names_that_it_does_not_take(znuny: &Znuny) {
    let (nowhere, vault) = (
        [znuny.say("to the moon"), znuny.say("moon again")],
        znuny.say("into the vault, soon"),
    );
    let place = znuny.place(json!({}), "");
    let summary = znuny.run(&place, 1);
    assert_eq!(
        (&summary["written"], &summary["parked"]),
        (&json!(0), &json!(3)),
        "{summary}"
    );
    let why = parked(znuny, &place);
    assert_eq!(
        why.iter().filter(|w| w.contains("no valid queue \"Nowhere\"")).count(),
        2,
        "{why:?}"
    );
    assert_eq!(
        why.iter()
            .filter(|w| w.contains("does not move tickets to the queue \"Restricted\""))
            .count(),
        1,
        "{why:?}"
    );
    let sent = znuny.counter.bodies("ticket-update");
    let tried = |queue: &str| sent.iter().filter(|body| body["Ticket"]["Queue"] == queue).count();
    assert!(
        tried("Nowhere") <= 2,
        "two at a time may be on the way, no more: {}",
        tried("Nowhere")
    );
    assert_eq!(tried("Restricted"), 2, "a fault is tried once more");
    for id in [nowhere[0], nowhere[1], vault] {
        let ticket = znuny.ticket(id);
        assert_eq!(
            (&ticket["Queue"], &ticket["Priority"]),
            (&json!(INBOX), &json!("3 normal")),
            "nothing by halves"
        );
    }
}

fn a_session_that_ends(znuny: &Znuny) {
    let place = znuny.place(json!({}), "    every: 1s\n");
    let first = znuny.say("my invoice");
    let mut running = znuny.start(&place, &["run"]);
    until(znuny, first, "Billing");
    let sessions = |znuny: &Znuny| znuny.counter.count("session-create");
    assert_eq!(sessions(znuny), 1, "one session for everything");
    let used = znuny.counter.bodies("ticket-search");
    let session = used
        .iter()
        .filter_map(|body| body["SessionID"].as_str())
        .next_back()
        .expect("a session")
        .to_owned();
    assert!(
        used.iter().all(|body| body.get("Password").is_none()),
        "a session and a password never go together"
    );
    znuny.end_session(&session);
    let second = znuny.say("the vpn is down");
    until(znuny, second, "IT-Support::Network");
    assert!(running.is_running(), "{}", running.stderr());
    assert_eq!(sessions(znuny), 2, "renewed once");
}

#[track_caller]
fn until(znuny: &Znuny, id: u64, queue: &str) {
    let end = Instant::now() + Duration::from_secs(60);
    while znuny.ticket(id)["Queue"] != queue {
        assert!(
            Instant::now() < end,
            "ticket {id} did not get to {queue}: {}",
            znuny.ticket(id)
        );
        sleep(Duration::from_millis(200));
    }
}

fn a_wrong_service_or_route(znuny: &Znuny) {
    for (params, words) in [
        (
            json!({ "webservice_name": "NoSuchService" }),
            "there is no web service `NoSuchService`",
        ),
        (
            json!({ "operation_urls": { "TicketSearch": "no-such-route" } }),
            "has no route POST /no-such-route for TicketSearch",
        ),
        (
            json!({ "base_url": format!("http://{}/nowhere/nph-genericinterface.pl", znuny.counter.address()) }),
            "there is no GenericInterface at",
        ),
    ] {
        let place = znuny.place(params, "");
        let ended = znuny.start(&place, &["check"]).wait(Duration::from_secs(60));
        assert_ne!(ended.code, Some(0), "{ended}");
        assert!(format!("{ended}").contains(words), "`{words}`: {ended}");
        ended.is_for_people();
    }
}

/// The template that Znuny ships as an example: ids in the path, `GET` and `PATCH`, updates answered without the ticket.
fn other_routes(znuny: &Znuny) {
    let id = znuny.say("my invoice, immediately");
    let place = znuny.place(
        json!({
            "webservice_name": "GenericTicketConnectorREST",
            "operation_urls": {
                "TicketSearch": "Ticket/Search", "TicketGet": "Ticket/:TicketID", "TicketUpdate": "/Ticket/:TicketID",
                "SessionCreate": "Session",
            },
            "operation_methods": { "TicketGet": "GET", "TicketUpdate": "PATCH" },
        }),
        NOTE,
    );
    assert_eq!(znuny.run_once(&place)["written"], 1);
    let ticket = znuny.ticket(id);
    assert_eq!(
        (&ticket["Queue"], &ticket["Priority"]),
        (&json!("Billing"), &json!("5 very high")),
        "{ticket}"
    );
    assert_eq!(znuny.seen_by_the_customer(&[id]).len(), 1);
}

fn a_human_wins(znuny: &Znuny) {
    let id = znuny.say("my invoice, immediately");
    let closed = znuny.say("the vpn");
    znuny.call(
        "ticket-update",
        json!({ "TicketID": id, "Ticket": { "Priority": "2 low" } }),
    );
    znuny.call(
        "ticket-update",
        json!({ "TicketID": closed, "Ticket": { "State": "closed successful" } }),
    );
    let place = znuny.place(json!({}), "");
    assert_eq!(znuny.run_once(&place)["written"], 1);
    let ticket = znuny.ticket(id);
    assert_eq!(
        (&ticket["Queue"], &ticket["Priority"]),
        (&json!("Billing"), &json!("2 low")),
        "{ticket}"
    );
    assert_eq!(znuny.ticket(closed)["Queue"], INBOX, "what is closed is left alone");
}
