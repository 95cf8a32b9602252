//! What only the wire shows: closed connections, bytes that are no HTTP, faults, and what the journal keeps.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use otai_sim::{Flavour, Running};
use serde_json::{Value, json};

use crate::client::{Got, KEY, bytes, call, control, empty, request, seeded};

fn post(sim: &Running, path: &str, body: &str) -> Vec<u8> {
    let headers = [("Content-Type".to_owned(), "application/json".to_owned())];
    bytes(sim, &request("POST", path, &headers, body.as_bytes())).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_or_invalid_service_says_nothing_at_all() {
    let sim = empty(Flavour::Znuny6515).await;
    let path = |service: &str| format!("/znuny/nph-genericinterface.pl/Webservice/{service}/ticket-search");
    assert_eq!(post(&sim, &path("NoSuchService"), "{\"a\":1}"), b"");
    assert_ne!(post(&sim, &path("OtaiPlain"), "{\"a\":1}"), b"");
    control(&sim, "PATCH", "/services/OtaiPlain", json!({ "valid": false }));
    assert_eq!(post(&sim, &path("OtaiPlain"), "{\"a\":1}"), b"");

    let otobo = empty(Flavour::Otobo11).await;
    let path = "/otobo/nph-genericinterface.pl/Webservice/NoSuchService/ticket-search";
    let got = Got::read(&post(&otobo, path, "{\"a\":1}")).unwrap();
    assert_eq!((got.status, got.body.len(), got.header("content-type")), (500, 0, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_as_body_ends_in_a_page_without_a_status_line() {
    let sim = empty(Flavour::Znuny6515).await;
    let path = "/znuny/nph-genericinterface.pl/Webservice/OtaiPlain/ticket-search";
    let got = post(&sim, path, "[1,2]");
    assert!(
        got.starts_with(b"<!DOCTYPE HTML"),
        "{:?}",
        String::from_utf8_lossy(&got)
    );
    for (body, text) in [
        ("{", "Error while decoding request content."),
        ("0", "Error while decoding request content."),
        ("{}", "Unsupported request content structure."),
        ("\"x\"", "Unsupported request content structure."),
        ("[]", "Unsupported request content structure."),
    ] {
        let got = Got::read(&post(&sim, path, body)).unwrap();
        assert_eq!((got.status, got.text().as_str()), (500, text), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_nobody_uses_is_closed_after_five_seconds() {
    let sim = empty(Flavour::Znuny6515).await;
    let mut stream = TcpStream::connect(sim.addr()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(9))).unwrap();
    let get = b"GET /znuny/nph-genericinterface.pl/Webservice/OtaiPlain/ticket-search HTTP/1.1\r\nHost: s\r\n\r\n";
    let mut piece = [0u8; 4096];
    for _ in 0..2 {
        stream.write_all(get).unwrap();
        assert!(stream.read(&mut piece).unwrap() > 0, "it is kept alive until then");
    }
    let started = Instant::now();
    assert_eq!(stream.read(&mut piece).unwrap(), 0, "an orderly end");
    let waited = started.elapsed().as_secs_f64();
    assert!((4.0..7.0).contains(&waited), "{waited}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_knows_what_was_asked_and_no_secret() {
    let sim = seeded(Flavour::Znuny6515, 1, &[2]).await;
    let note = json!({ "Subject": "s", "Body": "b", "ContentType": "text/plain; charset=utf-8" });
    let update = json!({ "TicketID": 2, "Ticket": { "Priority": "4 high" }, "Article": note });
    assert_eq!(call(&sim, "ticket-update", update).status, 200);
    let refused = json!({ "TicketID": "2", "Ticket": { "Queue": "Nope" } });
    assert_eq!(
        call(&sim, "ticket-update", refused).code(),
        "TicketUpdate.InvalidParameter"
    );
    let path =
        format!("/znuny/nph-genericinterface.pl/Webservice/OtaiPlain/ticket-get?TicketID=2&UserLogin=x&Password={KEY}");
    bytes(&sim, &request("GET", &path, &[], b"")).unwrap();

    let journal = sim.journal(0, None);
    assert_eq!(journal[0].pattern, "/ticket-update");
    assert!(journal[0].authorized && !journal[2].authorized);
    assert_eq!(journal[2].body.as_ref().unwrap()["TicketID"], "2");
    let all = serde_json::to_string(&journal).unwrap();
    assert!(!all.contains(KEY), "{all}");
    let counts = sim.counts();
    assert_eq!(counts["puts"]["total"], 2);
    assert_eq!(
        counts["applied_puts"]["total"], 1,
        "an error object is no update, though its status is 200"
    );
    assert_eq!(counts["notes"]["total"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_strike_here_as_elsewhere() {
    let sim = seeded(Flavour::Znuny6515, 1, &[2]).await;
    let fault = |kind: Value| {
        control(&sim, "DELETE", "/faults", Value::Null);
        let mut fault = kind;
        fault["times"] = json!(1);
        control(&sim, "POST", "/faults", fault);
    };
    fault(json!({ "match": { "path_suffix": "/ticket-get" }, "kind": "status", "status": 200, "code": "AuthFail" }));
    assert_eq!(
        call(&sim, "ticket-get", json!({ "TicketID": 2 })).code(),
        "TicketGet.AuthFail"
    );
    fault(json!({ "kind": "status", "status": 500 }));
    assert_eq!(
        call(&sim, "ticket-get", json!({ "TicketID": 2 })).json()["faultcode"],
        "Server"
    );
    fault(json!({ "kind": "human_before", "set": { "Queue": "Billing" } }));
    let got = call(&sim, "ticket-get", json!({ "TicketID": 2 })).json();
    assert_eq!(got["Ticket"][0]["Queue"], "Billing");
    fault(json!({ "kind": "reset_after" }));
    let update = json!({ "UserLogin": "open_ticket_ai", "Password": KEY, "TicketID": 2, "Ticket": { "Priority": "1 very low" } });
    let path = "/znuny/nph-genericinterface.pl/Webservice/OtaiPlain/ticket-update";
    let sent = request("POST", path, &[], update.to_string().as_bytes());
    assert!(bytes(&sim, &sent).is_err(), "a reset is no orderly end");
    let shown = control(&sim, "GET", "/tickets/2", Value::Null);
    assert_eq!(shown["Priority"], "1 very low");
    fault(json!({ "kind": "trash_before" }));
    assert_eq!(
        call(&sim, "ticket-get", json!({ "TicketID": 2 })).code(),
        "TicketGet.AccessDenied"
    );
}
