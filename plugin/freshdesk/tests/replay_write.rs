//! The service against a scripted Freshdesk: writing.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::*;
use otai_plugin::{
    Failure, ScriptedHost, TicketSystemService as _, block_on, logged,
    model::{AddNote, CreateTicket, Find},
    serde_json::{self, json},
};

#[test]
fn a_change_is_one_put_with_the_changed_keys_only() {
    let change = json!({"queue": "Billing", "priority": "High", "type": "Problem", "add_tags": ["ai", "OLD"],
        "custom_fields": {"cf_category": "Billing > Refund", "cf_vip": "true", "cf_seats": "3"}});
    let (ticket, script) = put(change, reply(200, &[], UPDATED));
    assert_eq!(ticket.unwrap().unwrap().queue.as_deref(), Some("Billing"));
    assert_eq!(
        script.body(1),
        json!({"group_id": 151_000_201_001_i64, "priority": 3, "type": "Problem", "tags": ["old", "ai"],
            "custom_fields": {"cf_category": "Billing", "cf_subcategory": "Refund", "cf_item": null, "cf_vip": true, "cf_seats": 3}})
    );
    let json = ("content-type".to_owned(), "application/json".to_owned());
    assert!(script.calls()[1].headers.contains(&json));

    let (_, script) = put(json!({"priority": "Low"}), reply(200, &[], UPDATED));
    assert_eq!(script.body(1), json!({"priority": 1}));
}

#[test]
fn a_change_that_changes_nothing_writes_nothing() {
    let script = with_fields().answer("GET", "/tickets/4711", 200, VIEW);
    let ticket = block_on(service(&script).update_ticket(update(json!({"add_tags": ["Old"]})))).unwrap();
    assert!(ticket.is_some() && script.left() == 0);
}

#[test]
fn a_name_that_is_not_there_is_looked_for_once_more_and_refused_before_anything_is_sent() {
    let script = with_fields().answer("GET", "/ticket_fields", 200, FIELDS);
    let service = service(&script);
    for _ in 0..2 {
        match block_on(service.update_ticket(update(json!({"queue": "Biling"})))).unwrap_err() {
            Failure::Rejected { message, field, .. } => {
                assert_eq!(field.as_deref(), Some("queue"));
                assert!(message.contains("did you mean \"Billing\""), "{message}");
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(script.calls().len(), 2);

    // A group that was made a minute ago is found.
    let newer = FIELDS.replace("\"Billing\":", "\"Sales\":");
    let script =
        with_fields()
            .answer("GET", "/ticket_fields", 200, &newer)
            .answer("PUT", "/tickets/4711", 200, UPDATED);
    let ticket = block_on(common::service(&script).update_ticket(update(json!({"queue": "Sales"}))))
        .unwrap()
        .unwrap();
    assert_eq!(ticket.queue.as_deref(), Some("Sales"));
}

#[test]
fn a_ticket_that_is_gone_is_no_failure() {
    let script = with_fields()
        .answer("PUT", "/tickets/4711", 404, "")
        .answer("GET", "/agents/me", 200, ME);
    assert_eq!(
        block_on(service(&script).update_ticket(update(json!({"priority": "Low"})))).unwrap(),
        None
    );
    let (trashed, _) = put(json!({"priority": "Low"}), reply(405, &[], "not even JSON"));
    assert_eq!(trashed.unwrap(), None);
    let script = with_fields()
        .answer("PUT", "/tickets/4711", 404, "")
        .answer("GET", "/agents/me", 404, "");
    assert!(
        block_on(service(&script).update_ticket(update(json!({"priority": "Low"}))))
            .unwrap_err()
            .is_for_every_ticket()
    );
}

#[test]
fn a_refused_name_makes_the_form_be_read_again_once() {
    let refusal = r#"{"description":"Validation failed","errors":[{"field":"group_id","message":"canary","code":"invalid_value"},
        {"field":"custom_fields.cf_order_no","message":"canary","code":"missing_field"}]}"#;
    let script = with_fields()
        .answer("PUT", "/tickets/4711", 400, refusal)
        .answer("GET", "/ticket_fields", 200, FIELDS)
        .answer("PUT", "/tickets/4711", 400, refusal);
    let service = service(&script);
    for _ in 0..2 {
        let failure = block_on(service.update_ticket(update(json!({"queue": "Billing"})))).unwrap_err();
        let text = failure.to_string();
        assert!(
            text.contains("`queue` does not accept \"Billing\"") && text.contains("requires `cf_order_no`"),
            "{text}"
        );
        assert!(!text.contains("canary"));
        assert!(matches!(
            failure,
            Failure::Rejected {
                every_ticket: false,
                ..
            }
        ));
    }
    assert_eq!(script.left(), 0);
}

#[test]
fn every_other_answer_to_a_write_is_named_by_its_remedy() {
    let told = |status: u16, headers: &[(&str, &str)], text: &str| {
        put(json!({"priority": "Low"}), reply(status, headers, text))
            .0
            .unwrap_err()
    };
    let field = r#"{"errors":[{"field":"priority","code":"inconsistent_state"}]}"#;
    for status in [409, 422] {
        assert!(matches!(
            told(status, &[], field),
            Failure::Rejected {
                every_ticket: false,
                ..
            }
        ));
    }
    assert!(matches!(
        told(403, &[], DENIED),
        Failure::Rejected {
            every_ticket: false,
            ..
        }
    ));
    assert!(told(403, &[], r#"{"code":"account_suspended"}"#).is_for_every_ticket());
    assert!(told(401, &[], "").is_for_every_ticket());
    assert!(matches!(told(415, &[], ""), Failure::Bug { .. }));
    assert!(matches!(
        told(429, &[("retry-after", "2")], ""),
        Failure::Retry {
            after_ms: Some(2000),
            ..
        }
    ));
    for status in [500, 502, 503, 504] {
        assert!(matches!(told(status, &[], "<html>"), Failure::Retry { .. }));
    }
    // Done or not? The host reads back.
    for text in ["<html>", "", "{\"id\":4711,", "[]"] {
        assert!(matches!(told(200, &[], text), Failure::Retry { .. }), "{text}");
    }
}

#[test]
fn a_request_that_got_no_answer_is_passed_on_as_it_is() {
    let lost = Failure::retry("no answer");
    let script = with_fields().fail("PUT", "/tickets/4711", lost.clone());
    assert_eq!(
        block_on(service(&script).update_ticket(update(json!({"priority": "Low"})))).unwrap_err(),
        lost
    );
    assert_eq!(script.calls().len(), 2, "no retry loop of our own");
}

fn note(in_doubt: bool) -> AddNote {
    AddNote {
        id: "4711".into(),
        text: "KI: <Billing>".into(),
        mark: "otai-9".into(),
        in_doubt,
    }
}

#[test]
fn a_note_is_private_and_carries_its_mark() {
    let script = ScriptedHost::new().answer("POST", "/api/v2/tickets/4711/notes", 201, NOTE);
    block_on(service(&script).add_note(note(false))).unwrap();
    let sent = script.body(0);
    assert_eq!(sent["private"], true);
    let html = sent["body"].as_str().unwrap();
    assert!(
        html.contains("KI: &lt;Billing&gt;") && html.contains("[otai-9]"),
        "{html}"
    );
}

#[test]
fn a_note_in_doubt_is_looked_for_on_all_pages_first() {
    let next = [(
        "link",
        r#"<https://acme.freshdesk.com/api/v2/tickets/4711/conversations?page=2>; rel="next""#,
    )];
    let marked = r#"[{"id":1,"body_text":"KI\n[otai-9]"}]"#;
    let script = ScriptedHost::new()
        .respond(
            "GET",
            "/tickets/4711/conversations?per_page=100&page=1",
            reply(200, &next, CONVERSATIONS),
        )
        .answer("GET", "/tickets/4711/conversations?per_page=100&page=2", 200, marked);
    block_on(service(&script).add_note(note(true))).unwrap();
    assert_eq!((script.left(), script.calls().len()), (0, 2), "nothing may be added");

    let script = ScriptedHost::new()
        .answer("GET", "/conversations", 200, CONVERSATIONS)
        .answer("POST", "/tickets/4711/notes", 201, NOTE);
    block_on(service(&script).add_note(note(true))).unwrap();
    assert_eq!(script.left(), 0);

    let script = ScriptedHost::new().answer("GET", "/conversations", 200, "<html>");
    assert!(
        matches!(
            block_on(service(&script).add_note(note(true))),
            Err(Failure::Retry { .. })
        ),
        "unknown is not absent"
    );
}

#[test]
fn a_note_to_a_ticket_that_is_gone_is_rejected() {
    for (status, me) in [(404, true), (405, false)] {
        let mut script = ScriptedHost::new().answer("POST", "/notes", status, "");
        if me {
            script = script.answer("GET", "/agents/me", 200, ME);
        }
        let failure = block_on(service(&script).add_note(note(false))).unwrap_err();
        assert!(
            matches!(
                &failure,
                Failure::Rejected {
                    every_ticket: false,
                    ..
                }
            ) && failure.to_string().contains("gone")
        );
    }
    let script = ScriptedHost::new().answer("POST", "/notes", 403, DENIED);
    assert!(
        !block_on(service(&script).add_note(note(false)))
            .unwrap_err()
            .is_for_every_ticket()
    );
}

#[test]
fn a_new_ticket_is_created_with_its_first_values() {
    let script = with_fields().answer("POST", "/api/v2/tickets", 201, CREATED);
    let values = serde_json::from_value(json!({"queue": "Hardware", "add_tags": ["demo"]})).unwrap();
    let new = CreateTicket {
        subject: "Printer".into(),
        body: "It <smokes>\nagain".into(),
        requester_email: "mara.lind@customer.example".into(),
        values,
    };
    assert!(!block_on(service(&script).create_ticket(new)).unwrap().id.is_empty());
    assert_eq!(
        script.body(1),
        json!({"subject": "Printer", "description": "<div>It &lt;smokes&gt;<br>again</div>", "email": "mara.lind@customer.example",
            "status": 2, "priority": 1, "group_id": 151_000_201_002_i64, "tags": ["demo"]})
    );
    let refusal = r#"{"errors":[{"field":"email","code":"invalid_value"}]}"#;
    let script = with_fields().answer("POST", "/tickets", 400, refusal);
    let failure = block_on(service(&script).create_ticket(CreateTicket::default())).unwrap_err();
    assert!(
        matches!(&failure, Failure::Rejected { field: Some(field), .. } if field == "requester_email"),
        "{failure:?}"
    );
    assert!(!failure.to_string().contains("every update"), "{failure}");
}

/// Whatever happens: no key and no text of a ticket in a failure, a log line or a `Debug` output.
#[test]
fn neither_key_nor_text_of_a_ticket_leaks() {
    let bodies = [
        r#"{"code":"canary text","message":"canary text","errors":[{"field":"canary text","message":"canary text","code":"canary text"}]}"#,
        r#"{"id":"canary text","subject":"canary text"}"#,
        r#"[{"id":1,"subject":"canary text","group_id":"canary text"}, "canary text"]"#,
        r#"[{"name":"canary text","type":5}]"#,
        "canary text",
    ];
    let headers = [
        ("x-request-id", "canary text"),
        ("location", "https://x.example/canary text"),
        ("content-type", "canary text"),
    ];
    for status in [200, 301, 400, 401, 403, 404, 405, 406, 409, 415, 422, 429, 500, 503] {
        for answer in bodies {
            let script = || {
                with_fields()
                    .respond("GET", "", reply(status, &headers, answer))
                    .respond("GET", "", reply(status, &headers, answer))
            };
            let write = || {
                with_fields()
                    .respond("PUT", "", reply(status, &headers, answer))
                    .respond("GET", "", reply(status, &headers, answer))
            };
            let change = json!({"queue": "Billing", "custom_fields": {"cf_order_no": "canary text"}});
            let (told, log) = logged(async {
                let one = service(&script());
                let told = format!("{one:?}{:?}", one.find_tickets(Find::default()).await.err());
                let two = service(&script()).get_ticket("1".into()).await.err();
                let three = service(&write()).update_ticket(update(change)).await.err();
                let four = service(&ScriptedHost::new().respond("GET", "", reply(status, &headers, answer)))
                    .catalog()
                    .await
                    .err();
                format!("{told}{two:?}{three:?}{four:?}")
            });
            for text in [told, log] {
                assert!(
                    !text.contains("canary text") && !text.contains(KEY) && !text.contains("Y2FuYXJ5"),
                    "{status}: {text}"
                );
            }
        }
    }
}
