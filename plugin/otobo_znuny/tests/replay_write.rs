//! The service against a scripted helpdesk: writing.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::*;
use otai_plugin::{
    Failure, ScriptedHost, TicketSystemService as _, block_on,
    model::{AddNote, Update},
    serde_json::json,
};

#[test]
fn an_update_is_one_request_and_its_answer_the_ticket() {
    for answer in [UPDATED, UPDATED_OTOBO] {
        let script = ScriptedHost::new().answer("PUT", "/ticket-update", 200, answer);
        let ticket = block_on(service(&script).update_ticket(to_queue("IT-Support")))
            .unwrap()
            .unwrap();
        assert_eq!(ticket.queue.as_deref(), Some("IT-Support"));
        let sent = script.body(0);
        assert_eq!(
            (&sent["TicketID"], &sent["Ticket"]),
            (&json!(27), &json!({"Queue": "IT-Support"}))
        );
    }
    let bare = r#"{"TicketID":"27","TicketNumber":"2026112210000264"}"#;
    let script =
        ScriptedHost::new()
            .answer("PUT", "/ticket-update", 200, bare)
            .answer("POST", "/ticket-get", 200, FULL);
    assert!(
        block_on(service(&script).update_ticket(to_queue("Incoming")))
            .unwrap()
            .is_some(),
        "read back"
    );
}

#[test]
fn a_refused_value_is_not_sent_again() {
    let script = ScriptedHost::new().answer("PUT", "/ticket-update", 200, NO_QUEUE);
    let service = service(&script);
    let one = rejected(block_on(service.update_ticket(to_queue("Nowhere"))).unwrap_err());
    assert!(
        one.0.contains("no valid queue \"Nowhere\"") && one.1.as_deref() == Some("queue"),
        "{one:?}"
    );
    assert_eq!(
        rejected(block_on(service.update_ticket(to_queue("Nowhere"))).unwrap_err()),
        one
    );
    assert_eq!(script.calls().len(), 1);
}

#[test]
fn an_unknown_field_is_named_and_its_value_is_not() {
    let script = ScriptedHost::new().answer("PUT", "/ticket-update", 200, NO_FIELD);
    let mut update = to_queue("Billing");
    update.change.custom_fields.insert("Nope".into(), json!("canary"));
    let (message, field) = rejected(block_on(service(&script).update_ticket(update)).unwrap_err());
    assert_eq!(field.as_deref(), Some("custom_fields.Nope"));
    assert!(
        message.contains("no such dynamic field") && !message.contains("canary"),
        "{message}"
    );
}

#[test]
fn after_a_fault_the_ticket_tells_what_was_written() {
    let incoming = |fields: &str| {
        ScriptedHost::new()
            .answer("PUT", "/ticket-update", 500, FAULT)
            .answer("POST", "/ticket-get", 200, fields)
    };
    let script = incoming(FULL);
    let (message, field) = rejected(block_on(service(&script).update_ticket(to_queue("Restricted"))).unwrap_err());
    assert!(
        message.contains("\"Restricted\"") && message.contains("move_into") && field.as_deref() == Some("queue"),
        "{message}"
    );
    let script = incoming(FULL);
    let done = block_on(service(&script).update_ticket(to_queue("Incoming"))).unwrap();
    assert!(done.is_some(), "all of it was written before it died");
    let script = incoming(FULL);
    let mut update = to_queue("Incoming");
    update.change.priority = Some("5 very high".into());
    let half = block_on(service(&script).update_ticket(update)).unwrap_err();
    assert!(
        matches!(&half, Failure::Bug { message, .. } if message.contains("did not write priority")),
        "{half:?}"
    );
}

#[test]
fn gone_and_forbidden_are_told_apart_by_reading() {
    let denied = || ScriptedHost::new().answer("PUT", "/ticket-update", 200, DENIED);
    let script = denied().answer("POST", "/ticket-get", 200, FULL);
    let (message, _) = rejected(block_on(service(&script).update_ticket(to_queue("Billing"))).unwrap_err());
    assert!(
        message.contains("may read the queue \"Incoming\"") && message.contains("`rw`"),
        "{message}"
    );
    let script =
        denied()
            .answer("POST", "/ticket-get", 200, DENIED_GET)
            .answer("POST", "/ticket-search", 200, &found([1]));
    assert_eq!(
        block_on(service(&script).update_ticket(to_queue("Billing"))),
        Ok(None),
        "gone"
    );
    let script = denied()
        .answer("POST", "/ticket-get", 200, DENIED_GET)
        .answer("POST", "/ticket-search", 200, "{}");
    let failure = block_on(service(&script).update_ticket(to_queue("Billing"))).unwrap_err();
    assert!(
        failure.is_for_every_ticket() && failure.to_string().contains("no ticket at all"),
        "{failure}"
    );
}

fn note(in_doubt: bool) -> AddNote {
    AddNote {
        id: "27".into(),
        text: "AI".into(),
        mark: "otai 27".into(),
        in_doubt,
    }
}

/// The ticket with that note.
fn noted() -> String {
    json!({"Ticket": [{"TicketID": 27, "Article": [{"Body": "AI\n\n[otai 27]"}]}]}).to_string()
}

fn with_note(queue: &str) -> Update {
    Update {
        note: Some(note(false)),
        ..to_queue(queue)
    }
}

#[test]
fn a_note_goes_with_the_values_in_one_request() {
    let script = ScriptedHost::new().answer("PUT", "/ticket-update", 200, UPDATED);
    let ticket = block_on(service(&script).update_ticket(with_note("IT-Support"))).unwrap();
    assert!(ticket.unwrap().noted && script.left() == 0);
    let sent = script.body(0);
    assert_eq!(sent["Ticket"], json!({"Queue": "IT-Support"}));
    let article = &sent["Article"];
    assert_eq!(
        (
            &article["IsVisibleForCustomer"],
            &article["NoAgentNotify"],
            &article["Body"]
        ),
        (&json!(0), &json!(1), &json!("AI\n\n[otai 27]"))
    );
    let refusal = json!({"Error": {"ErrorCode": "TicketUpdate.InvalidParameter",
        "ErrorMessage": "TicketUpdate: Article->HistoryType parameter is invalid! canary"}});
    let script = ScriptedHost::new().answer("PUT", "/ticket-update", 200, &refusal.to_string());
    let (message, field) = rejected(block_on(service(&script).update_ticket(with_note("Raw"))).unwrap_err());
    assert_eq!(field.as_deref(), Some("note"));
    assert!(
        message.contains("nothing was written") && !message.contains("canary"),
        "{message}"
    );
}

#[test]
fn after_a_fault_the_note_is_looked_for_too() {
    let fault = |articles: &str| {
        ScriptedHost::new()
            .answer("PUT", "/ticket-update", 500, FAULT)
            .answer("POST", "/ticket-get", 200, FULL)
            .answer("POST", "/ticket-get", 200, articles)
    };
    for (articles, there) in [(noted(), true), (FULL.to_owned(), false)] {
        let ticket = block_on(service(&fault(&articles)).update_ticket(with_note("Incoming"))).unwrap();
        assert_eq!(ticket.unwrap().noted, there, "the values are all there");
        let failure = block_on(service(&fault(&articles)).update_ticket(with_note("Restricted"))).unwrap_err();
        assert_eq!(
            matches!(&failure, Failure::Bug { message, .. } if message.contains("in the middle")),
            there,
            "with a note there it is not true that nothing was written: {failure:?}"
        );
    }
}

#[test]
fn a_note_in_doubt_is_looked_for_first() {
    let there = noted();
    let script = ScriptedHost::new().answer("POST", "/ticket-get", 200, &there);
    block_on(service(&script).add_note(note(true))).unwrap();
    assert_eq!(script.body(0)["ArticleSenderType"], json!(["system"]));
    let script =
        ScriptedHost::new()
            .answer("POST", "/ticket-get", 200, FULL)
            .answer("PUT", "/ticket-update", 200, UPDATED);
    block_on(service(&script).add_note(note(true))).unwrap();
    let sent = script.body(1);
    assert_eq!(
        (&sent["Article"]["IsVisibleForCustomer"], sent.get("Ticket")),
        (&json!(0), None)
    );
}
