//! The service against a scripted Zammad: the account, and all the ways in which it can be closed to us.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::*;
use otai_plugin::{
    Failure, Response, ScriptedHost, TicketSystemService as _, block_on, logged,
    model::Update,
    serde_json::{self, json},
};

#[test]
fn the_catalog_is_read_and_the_right_to_search_proved() {
    let script = and_form(ScriptedHost::new().answer("GET", "/api/v1/users/me?expand=true", 200, ME))
        .answer("POST", "/api/v1/tickets/search?", 200, "[]")
        .answer(
            "GET",
            "/api/v1/version",
            200,
            r#"{"version":"6.4.1-1722505143.2de1dcb5.jammy"}"#,
        );
    let catalog = block_on(service(&script).catalog()).unwrap();
    assert_eq!(catalog.account, "Otto Automat <otto@desk.example>");
    assert_eq!(catalog.queues, ["Users", "Billing", "Hardware", "Support::2nd Level"]);
    assert_eq!(catalog.unset["queue"], ["Users"]);
    assert_eq!(catalog.warnings, [""; 0]);
    assert_eq!(script.left(), 0);
    for call in script.calls() {
        let header = |name: &str| call.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
        assert_eq!(header("authorization").unwrap(), format!("Token token={TOKEN}"));
        assert_eq!(header("accept").unwrap(), "application/json");
        assert!(!call.url.contains("canary"));
    }
    assert!(script.calls()[5].url.contains("per_page=1"));
}

#[test]
fn an_ordinary_agents_token_is_enough_and_what_it_may_not_list_is_told() {
    let script = ScriptedHost::new()
        .answer("GET", "/users/me?expand=true", 200, ME)
        .answer("GET", "/ticket_priorities?", 200, PRIORITIES)
        .answer("GET", "/ticket_states?", 200, STATES)
        .answer("GET", "/groups?", 403, TOKEN_DENIED)
        .answer("GET", "/users/me?expand=true", 200, ME)
        .answer("GET", "/object_manager_attributes", 401, TOKEN_DENIED)
        .answer("POST", "/tickets/search?", 200, "[]")
        .answer("GET", "/version", 403, DENIED);
    let catalog = block_on(service_with(&script, json!({"inbox": ["Eingang"]})).catalog()).unwrap();
    assert_eq!(
        catalog.queues,
        ["Billing", "Hardware", "Support::2nd Level", "Users", "Eingang"]
    );
    assert_eq!(catalog.unlisted, ["queue", "type", "custom_fields"]);
    for word in ["admin.group", "admin.object"] {
        assert!(
            catalog.warnings.iter().any(|w| w.contains(word)),
            "{:?}",
            catalog.warnings
        );
    }
    assert_eq!(script.left(), 0);
}

#[test]
fn every_way_in_which_the_account_can_be_closed_to_us_has_its_sentence() {
    let html = ("content-type", "text/html; charset=utf-8");
    for (status, headers, body, word) in [
        (
            401,
            vec![],
            error("Can't find User for Token"),
            "does not know the access token",
        ),
        (401, vec![], error("Not authorized (token expired)!"), "has expired"),
        (
            401,
            vec![],
            error("Invalid BasicAuth credentials"),
            "`username` and `password`",
        ),
        (
            403,
            vec![],
            error("API token access disabled!"),
            "switch on \"Token Access\"",
        ),
        (403, vec![], error("API password access disabled!"), "Password Access"),
        (403, vec![], error("Authentication required"), "drops the header"),
        (403, vec![], error("Not authorized"), "`ticket.agent`"),
        (
            404,
            vec![],
            error("No route matches [GET] /x/api/v1/users/me"),
            "no Zammad API at https://desk.example",
        ),
        (404, vec![html], "<html>".into(), "no Zammad API at"),
        (
            302,
            vec![("location", "https://login.other.example/x")],
            String::new(),
            "login.other.example",
        ),
    ] {
        let script = ScriptedHost::new().respond("GET", "/users/me", Response::of(status, &headers, &body));
        let failure = block_on(service(&script).catalog()).unwrap_err();
        assert!(failure.is_for_every_ticket(), "{failure:?}");
        assert!(failure.to_string().contains(word), "{word}: {failure}");
    }
    // A proxy shows such a page for as long as Zammad is being updated, too.
    let script = ScriptedHost::new().respond("GET", "/users/me", Response::of(200, &[html], "<!DOCTYPE html>"));
    let failure = block_on(service(&script).catalog()).unwrap_err();
    assert!(
        matches!(&failure, Failure::Retry { message, .. } if message.contains("a web page: does the address name the server")),
        "{failure:?}"
    );
}

#[test]
fn a_server_that_is_too_old_for_a_search_by_conditions_is_found_out_before_the_first_poll() {
    let script =
        and_form(ScriptedHost::new().answer("GET", "/users/me", 200, ME)).answer("POST", "/search?", 422, &error("x"));
    let failure = block_on(service(&script).catalog()).unwrap_err();
    assert!(
        failure.is_for_every_ticket() && failure.to_string().contains("4.0"),
        "{failure}"
    );
    let script = and_form(ScriptedHost::new().answer("GET", "/users/me", 200, ME))
        .answer("POST", "/search?", 200, "[]")
        .answer("GET", "/version", 200, r#"{"version":"3.6.0"}"#);
    let warnings = block_on(service(&script).catalog()).unwrap().warnings;
    assert!(warnings.len() == 1 && warnings[0].contains("3.6.0"), "{warnings:?}");
}

#[test]
fn a_certificate_that_nobody_checks_is_told_in_the_log_and_in_the_catalog() {
    let script = and_form(ScriptedHost::new().answer("GET", "/users/me", 200, ME))
        .answer("POST", "/search?", 200, "[]")
        .answer("GET", "/version", 403, DENIED);
    let (catalog, log) = logged(async { service_with(&script, json!({"verify": false})).catalog().await.unwrap() });
    assert!(log.contains("any certificate of https://desk.example"), "{log}");
    assert!(catalog.warnings.iter().any(|w| w.contains("`verify: false`")));
}

#[test]
fn long_lists_are_read_to_their_end() {
    let group = |n: usize| json!({"id": n, "name": format!("g{n}"), "active": true});
    let first: Vec<_> = (1..=500).map(group).collect();
    let script = ScriptedHost::new()
        .answer("GET", "/users/me", 200, ME)
        .answer("GET", "/ticket_priorities?", 200, PRIORITIES)
        .answer("GET", "/ticket_states?", 200, STATES)
        .answer(
            "GET",
            "/groups?expand=true&per_page=500&page=1",
            200,
            &json!(first).to_string(),
        )
        .answer(
            "GET",
            "/groups?expand=true&per_page=500&page=2",
            200,
            &json!([group(501)]).to_string(),
        )
        .answer("GET", "/object_manager_attributes", 200, ATTRIBUTES)
        .answer("POST", "/search?", 200, "[]")
        .answer("GET", "/version", 403, DENIED);
    assert_eq!(block_on(service(&script).catalog()).unwrap().queues.len(), 501);
}

#[test]
fn an_attribute_that_nobody_lists_must_be_a_key_of_the_ticket() {
    let form = || {
        ScriptedHost::new()
            .answer("GET", "/ticket_priorities?", 200, PRIORITIES)
            .answer("GET", "/ticket_states?", 200, STATES)
            .answer("GET", "/groups?", 200, GROUPS)
            .answer("GET", "/object_manager_attributes", 403, TOKEN_DENIED)
    };
    let change = |name: &str| Update {
        id: "4711".into(),
        change: serde_json::from_value(json!({"queue": "Billing", "custom_fields": {name: "x"}})).unwrap(),
        ..Update::default()
    };
    let ticket = row(json!({"lane": null})).to_string();
    let told = |name: &str| {
        let script = form().answer("GET", "/tickets/4711?expand=true", 200, &ticket).answer(
            "PUT",
            "/tickets/4711?expand=true",
            200,
            UPDATED,
        );
        (block_on(service(&script).update_ticket(change(name))), script.left())
    };
    assert!(
        matches!(told("lane"), (Ok(Some(_)), 0)),
        "an empty one is there as well"
    );
    match told("lanes") {
        (
            Err(Failure::Rejected {
                message,
                field: Some(field),
                every_ticket: false,
            }),
            1,
        ) => {
            assert!(
                field == "custom_fields.lanes" && message.contains("did you mean \"lane\""),
                "{message}"
            );
        }
        other => panic!("{other:?}"),
    }
    let script = form()
        .answer("GET", "/tickets/4711?expand=true", 404, NO_TICKET)
        .answer("GET", "/users/me", 200, ME);
    assert_eq!(block_on(service(&script).update_ticket(change("lane"))).unwrap(), None);
}
