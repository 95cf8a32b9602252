//! The service against a scripted Freshdesk: the account, and all the ways in which it can be closed to us.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::*;
use otai_plugin::{ScriptedHost, TicketSystemService as _, block_on, serde_json::json};

#[test]
fn the_catalog_takes_three_requests_of_an_ordinary_agent() {
    let script = ScriptedHost::new()
        .answer("GET", "https://acme.freshdesk.com/api/v2/agents/me", 200, ME)
        .answer("GET", "/api/v2/ticket_fields", 200, FIELDS)
        .respond(
            "GET",
            "/api/v2/tickets?updated_since=",
            reply(200, &[("x-ratelimit-total", "400.0")], "[]"),
        );
    let catalog = block_on(service(&script).catalog()).unwrap();
    assert_eq!(catalog.account, "Classifier Bot <bot@northwind.example>");
    assert_eq!(catalog.queues, ["Billing", "Hardware", "Netzwerk & VPN"]);
    assert_eq!(catalog.requests_per_minute, Some(400.0));
    assert_eq!(script.left(), 0);
    for call in script.calls() {
        let header = |name: &str| call.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
        // base64 of "canary-key-7f3a:X"
        assert_eq!(header("authorization").unwrap(), "Basic Y2FuYXJ5LWtleS03ZjNhOlg=");
        assert_eq!(header("accept").unwrap(), "application/json");
        assert!(!call.url.contains("canary"));
    }
    assert!(script.calls()[2].url.contains("per_page=1"));
}

#[test]
fn a_trailing_slash_never_gets_into_a_path() {
    for params in [
        json!({"domain": "https://acme.freshdesk.com/"}),
        json!({"base_url": "https://acme.freshdesk.com//"}),
    ] {
        let script = ScriptedHost::new().answer("GET", "https://acme.freshdesk.com/api/v2/agents/me", 404, "");
        let _ = block_on(service_with(&script, params).catalog());
        assert_eq!(script.calls()[0].url, "https://acme.freshdesk.com/api/v2/agents/me");
    }
}

#[test]
fn every_way_in_which_the_account_can_be_closed_to_us_has_its_sentence() {
    for (status, headers, body, word) in [
        (
            401,
            vec![],
            r#"{"code":"invalid_credentials","message":"x"}"#,
            "does not accept the API key",
        ),
        (404, vec![], "", "the domain is wrong or the API is switched off"),
        (403, vec![], DENIED, "give it a role"),
        (403, vec![], r#"{"code":"account_suspended"}"#, "suspended"),
        (
            301,
            vec![("location", "https://login.other.example/x")],
            "",
            "login.other.example",
        ),
        (
            429,
            vec![("x-ratelimit-total", "0"), ("retry-after", "30")],
            "",
            "free plan",
        ),
    ] {
        let script = ScriptedHost::new().respond("GET", "/agents/me", reply(status, &headers, body));
        let failure = block_on(service(&script).catalog()).unwrap_err();
        assert!(failure.is_for_every_ticket(), "{failure:?}");
        assert!(failure.to_string().contains(word), "{failure}");
    }
}

#[test]
fn a_key_that_may_not_list_is_found_out_before_the_first_poll() {
    let script = ScriptedHost::new()
        .answer("GET", "/agents/me", 200, ME)
        .answer("GET", "/ticket_fields", 200, FIELDS)
        .answer("GET", "/tickets?", 403, DENIED);
    let failure = block_on(service(&script).catalog()).unwrap_err();
    assert!(
        failure.is_for_every_ticket() && failure.to_string().contains("list tickets"),
        "{failure}"
    );

    let script = ScriptedHost::new()
        .answer("GET", "/agents/me", 200, ME)
        .answer("GET", "/ticket_fields", 200, FIELDS)
        .respond("GET", "/tickets?", reply(200, &[("x-ratelimit-total", "0.0")], "[]"));
    assert!(
        block_on(service(&script).catalog())
            .unwrap_err()
            .to_string()
            .contains("free plan")
    );
}
