//! Sessions: made, used, run out and removed.

use otai_sim::{Flavour, Running};
use serde_json::{Value, json};

use crate::client::{KEY, call, control, empty, plain};

fn log_in(sim: &Running) -> String {
    let got = call(sim, "session-create", json!({}));
    got.json()["SessionID"].as_str().unwrap().to_owned()
}

fn search(sim: &Running, session: &str) -> String {
    plain(sim, "ticket-search", &json!({ "SessionID": session, "Limit": 1 })).code()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_runs_out_however_much_it_is_used() {
    let sim = empty(Flavour::Znuny6515).await;
    let session = log_in(&sim);
    assert_eq!(session.len(), 32);
    for _ in 0..2 {
        control(&sim, "POST", "/clock", json!({ "advance_seconds": 3500 }));
        assert_eq!(search(&sim, &session), "");
    }
    control(&sim, "POST", "/clock", json!({ "advance_seconds": 201 }));
    assert_eq!(search(&sim, &session), "TicketSearch.AuthFail");
    let update = plain(&sim, "ticket-update", &json!({ "SessionID": session, "TicketID": 1 }));
    assert_eq!(update.code(), "TicketUpdate.AuthFail");
    assert_eq!(search(&sim, &log_in(&sim)), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_sessions_can_be_ended_at_once_and_their_times_set() {
    let sim = empty(Flavour::Znuny6515).await;
    let sessions: Vec<String> = (0..25).map(|_| log_in(&sim)).collect();
    assert!(
        sessions.iter().all(|s| search(&sim, s).is_empty()),
        "there is no limit on how many"
    );
    assert_eq!(
        control(&sim, "GET", "/sessions", Value::Null),
        json!({ "open": 25, "made": 25 })
    );
    assert_eq!(
        control(&sim, "DELETE", "/sessions", Value::Null),
        json!({ "ended": 25 })
    );
    assert!(sessions.iter().all(|s| search(&sim, s) == "TicketSearch.AuthFail"));

    control(
        &sim,
        "POST",
        "/account",
        json!({ "session_max_idle": 100_000, "session_max_time": 50 }),
    );
    let session = log_in(&sim);
    control(&sim, "POST", "/clock", json!({ "advance_seconds": 51 }));
    assert_eq!(search(&sim, &session), "TicketSearch.AuthFail");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_session_wins_over_a_good_password() {
    let sim = empty(Flavour::Znuny6515).await;
    let both = call(&sim, "ticket-search", json!({ "SessionID": "nope" }));
    assert_eq!(both.code(), "TicketSearch.AuthFail");
    // And a good one over no name at all, but not where a name without a password is complained about first.
    let session = log_in(&sim);
    let named = json!({ "SessionID": session, "UserLogin": "x", "TicketID": 1 });
    assert_eq!(
        plain(&sim, "ticket-update", &named).code(),
        "TicketUpdate.MissingParameter"
    );
    assert_eq!(search(&sim, &session), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_removed_with_login_and_password_and_not_in_otobo() {
    let sim = empty(Flavour::Znuny6515).await;
    let session = log_in(&sim);
    let bare = plain(&sim, "session-remove", &json!({ "SessionID": session }));
    assert_eq!(bare.code(), "SessionRemove.AuthFail");
    assert_eq!(
        call(&sim, "session-remove", json!({ "SessionID": session })).json(),
        json!({ "Success": 1 })
    );
    assert_eq!(
        plain(&sim, "session-get", &json!({ "SessionID": session })).code(),
        "SessionGet.SessionInvalid"
    );

    let otobo = empty(Flavour::Otobo11).await;
    let path = "/otobo/nph-genericinterface.pl/Webservice/OtaiPlain/session-remove";
    let body = json!({ "UserLogin": "open_ticket_ai", "Password": KEY, "SessionID": "x" }).to_string();
    let sent = crate::client::request("POST", path, &[], body.as_bytes());
    let got = crate::client::Got::read(&crate::client::bytes(&otobo, &sent).unwrap()).unwrap();
    assert_eq!(got.status, 500);
    assert!(got.text().contains("/session-remove"), "{}", got.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_session_knows_can_be_read() {
    let sim = empty(Flavour::Znuny6515).await;
    let session = log_in(&sim);
    let got = plain(&sim, "session-get", &json!({ "SessionID": session })).json();
    let data = got["SessionData"].as_array().unwrap();
    let value = |key: &str| data.iter().find(|d| d["Key"] == key).map(|d| d["Value"].clone());
    assert_eq!(value("UserLogin"), Some(json!("open_ticket_ai")));
    assert_eq!(value("UserLastRequest"), value("UserSessionStart"));
}
