//! The service against a scripted Zammad: tags, which have calls of their own.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::*;
use otai_plugin::{Failure, TicketSystemService as _, block_on, serde_json::json};

#[test]
fn tags_follow_one_by_one_without_being_read_first() {
    let script = with_form()
        .answer("PUT", "/tickets/4711?", 200, UPDATED)
        .answer("POST", "/api/v1/tags/add", 201, "true")
        .answer("POST", "/api/v1/tags/add", 201, "true");
    let change = json!({"queue": "Billing", "add_tags": ["ai", "OLD", "refund"]});
    let ticket = block_on(service(&script).update_ticket(update(change)))
        .unwrap()
        .unwrap();
    assert_eq!(ticket.tags, ["old", "ai", "refund"]);
    assert_eq!(
        script.body(FORM + 1),
        json!({"object": "Ticket", "o_id": 4711, "item": "ai"})
    );
    assert_eq!(
        (script.body(FORM + 2)["item"].as_str(), script.left()),
        (Some("refund"), 0)
    );
}

#[test]
fn tags_alone_need_no_put() {
    let script =
        with_form()
            .answer("POST", "/tags/add", 201, "true")
            .answer("GET", "/tickets/4711?expand=true", 200, TICKET);
    let ticket = block_on(service(&script).update_ticket(update(json!({"add_tags": ["ai"]}))))
        .unwrap()
        .unwrap();
    assert_eq!(
        (ticket.tags, script.left()),
        (vec!["old".to_owned(), "ai".to_owned()], 0)
    );
}

#[test]
fn a_tag_that_is_refused_says_so_by_its_name() {
    for (status, answer) in [(403, error("Not authorized")), (422, error("canary"))] {
        let script = with_form()
            .answer("PUT", "/tickets/", 200, UPDATED)
            .answer("POST", "/tags/add", status, &answer);
        let change = json!({"queue": "Billing", "add_tags": ["brand new"]});
        match block_on(service(&script).update_ticket(update(change))).unwrap_err() {
            Failure::Rejected {
                message,
                field,
                every_ticket: false,
            } => {
                assert_eq!(field.as_deref(), Some("tags"));
                assert!(
                    message.contains("\"brand new\"") && message.contains("everything else is written"),
                    "{message}"
                );
                assert!(!message.contains("canary"), "{message}");
            }
            other => panic!("{other:?}"),
        }
    }
}
